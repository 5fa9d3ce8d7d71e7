"""Files and letters, each through the door of its ticket."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from text.html import document, from_text, with_images
from tickets.downloads import download
from tickets.models import Attachment, Draft, Message, MessageKind, Ticket
from tickets.uploads import attach, chip
from tickets.views.door import Resource

FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'{remote}; frame-ancestors 'self'"


@signed_in
@require_safe
def file(request: AgentRequest, token: str, name: str) -> FileResponse:
    """A file, shown only if it is of a type that cannot act; everything else is downloaded."""
    visible = Ticket.objects.visible_to(request.user)
    own_draft = Q(draft__agent=request.user, draft__ticket__in=visible)
    files = Attachment.objects.filter(Q(message__ticket__in=visible) | own_draft, blob__isnull=False)
    attachment = get_object_or_404(files.select_related("blob"), token=token)
    inline = attachment.shown_inline and "download" not in request.GET
    return download(attachment, inline=inline, cache="max-age=3600")


@signed_in
@require_safe
@xframe_options_sameorigin
def message_body(request: AgentRequest, message_id: int) -> HttpResponse:
    """A letter's HTML, alone in a page for a sandboxed frame. Remote images only with `?images=1`."""
    messages = Message.objects.filter(ticket__in=Ticket.objects.visible_to(request.user))
    message = get_object_or_404(messages, pk=message_id)
    remote = request.GET.get("images") == "1"
    inline = {
        one.content_id: reverse("file", args=[one.token, one.name])
        for one in message.attachments.exclude(content_id="")
    }
    html = with_images(message.html, inline, remote=remote)[0] if message.html else from_text(message.text)
    response = HttpResponse(document(html))
    response["Content-Security-Policy"] = FRAME_POLICY.format(remote=" https: http:" if remote else "")
    response["Cache-Control"] = "private, max-age=600"
    return response


class Uploads(Resource):
    """POST adds a file to the agent's draft and answers the chip that stands for it."""

    locks = False

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        kind = request.GET.get("kind", MessageKind.REPLY)
        file = request.FILES.get("file")
        if kind not in {MessageKind.REPLY, MessageKind.NOTE} or not isinstance(file, UploadedFile):
            raise Http404
        draft, _made = Draft.objects.get_or_create(ticket=ticket, agent=request.user, kind=kind)
        try:
            attachment = attach(file, request.user, draft)
        except ValueError as error:
            return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
        return render(request, "tickets/chip.html", {"file": chip(attachment)}, status=201, using="jinja2")


class Upload(Resource):
    """DELETE takes a file off the agent's own draft."""

    locks = False

    def delete(self, request: AgentRequest, ticket: Ticket, token: str) -> HttpResponse:
        own = Attachment.objects.filter(draft__ticket=ticket, draft__agent=request.user)
        get_object_or_404(own, token=token).delete()
        return HttpResponse(status=204)
