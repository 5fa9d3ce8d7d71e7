"""Taking words and files back for good: for leads, without undo."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from tickets.models import Attachment, Message, Ticket
from tickets.timeline import numbered
from tickets.views.answers import changed
from tickets.views.door import Resource


class Redaction(Resource):
    """POST erases a message's words and files."""

    def post(self, request: AgentRequest, ticket: Ticket, message_id: int) -> HttpResponse:
        message = get_object_or_404(ticket.messages, pk=message_id)
        return _redact(request, ticket, message, message.number)


class FileRedaction(Resource):
    """POST erases one file's content and name."""

    def post(self, request: AgentRequest, ticket: Ticket, token: str) -> HttpResponse:
        file = get_object_or_404(Attachment, token=token, message__ticket=ticket)
        return _redact(request, ticket, file, ticket.messages.get(attachments=file).number)


def _redact(request: AgentRequest, ticket: Ticket, what: Message | Attachment, number: int) -> HttpResponse:
    if not request.user.is_lead:
        raise PermissionDenied
    what.redact(by=request.user)
    ticket.refresh_from_db()
    return changed(request, ticket, _("Erased for good."), letters=numbered(ticket, request.user, [number]))
