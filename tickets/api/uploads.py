"""Files by API: uploaded first, then named by their tokens in what is sent."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import Q, QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.resources import Resource
from tickets.api.requests import Upload
from tickets.api.serializers import AttachmentSerializer
from tickets.downloads import download
from tickets.models import Attachment, Ticket
from tickets.uploads import attach

ENVELOPE = 64 * 1024  # what multipart puts around a file


class AttachmentResource(Resource):
    """Files on tickets that the caller may see, and his own uploads that nobody has sent yet (kept for a day)."""

    serializer_class = AttachmentSerializer
    parser_classes = [MultiPartParser]
    lookup_field = "token"

    def door(self) -> QuerySet[Attachment]:
        visible = Ticket.objects.visible_to(self.agent)
        own = Q(message=None, draft=None, uploaded_by=self.agent)
        return Attachment.objects.filter(Q(message__ticket__in=visible) | own).select_related("blob")

    @described(request={"multipart/form-data": Upload}, responses={201: AttachmentSerializer})
    def create(self, request: Request) -> Response:
        """Upload a file; its token is then named in a reply or note."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.ATTACHMENT_MAX_BYTES + ENVELOPE:
            raise RequestDataTooBig
        file = self.body(Upload)["file"]
        return self.shown(self.once(lambda: self._take(file)), status.HTTP_201_CREATED)

    def _take(self, file: Any) -> Attachment:
        attachment = attach(file, self.agent)
        attachment.save()
        return attachment


class ContentResource(AttachmentResource):
    @described(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, **place: Any) -> FileResponse:
        """The file itself, always as a download."""
        return download(self.get_object(), inline=False, cache="no-store")


def claimed(attachments: list[Attachment] | None) -> list[Attachment]:
    """The same, locked, inside the caller's transaction. ValueError when another request has sent one meanwhile."""
    wanted = [one.pk for one in attachments or []]
    if not wanted:
        return []
    found = Attachment.objects.select_for_update().filter(pk__in=wanted, message=None, draft=None).in_bulk()
    if len(found) != len(wanted):
        raise ValueError(_("One of these files was sent already."))
    return [found[pk] for pk in wanted]
