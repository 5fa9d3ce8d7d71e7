"""Taking words and files back for good: for leads, without undo."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tickets.models import Attachment, Message, Ticket
from tickets.timeline import numbered
from tickets.views.answers import changed
from tickets.views.door import Resource


class Redaction(Resource):
    """POST erases a message's words and files."""

    def post(self, request: HttpRequest, ticket: Ticket, message_id: int) -> HttpResponse:
        message = get_object_or_404(ticket.messages, pk=message_id)
        return _redact(request, ticket, message, message)


class FileRedaction(Resource):
    """POST erases one file's content and name."""

    def post(self, request: HttpRequest, ticket: Ticket, token: str) -> HttpResponse:
        file = get_object_or_404(
            Attachment.objects.select_related("message"), token=token, message__ticket=ticket
        )
        return _redact(request, ticket, file, file.message)


def _redact(
    request: HttpRequest, ticket: Ticket, what: Message | Attachment, message: Message
) -> HttpResponse:
    if not request.user.is_lead:
        raise PermissionDenied
    what.redact(by=request.user)
    ticket.refresh_from_db()
    return changed(
        request, ticket, _("Erased for good."), letters=numbered(ticket, request.user, [message.number])
    )
