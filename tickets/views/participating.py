"""Who is on a conversation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from tickets.models import MessageKind, Ticket
from tickets.timeline import numbered
from tickets.views.answers import changed
from tickets.views.door import Resource


class ParticipantOf(Resource):
    """POST adds whoever wrote the message to the conversation."""

    def post(self, request: AgentRequest, ticket: Ticket, message_id: int) -> HttpResponse:
        writers = ticket.messages.filter(kind=MessageKind.CUSTOMER, customer__isnull=False)
        message = get_object_or_404(writers.select_related("customer"), pk=message_id)
        news = ticket.admit(message, request.user)
        said = _("%(name)s is on the conversation now.") if news else _("%(name)s was on it already.")
        letters = numbered(ticket, request.user, [message.number])
        return changed(request, ticket, said % {"name": message.customer}, letters=letters)
