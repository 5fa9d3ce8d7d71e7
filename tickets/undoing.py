"""Taking back what put a ticket out of one's own sight: the history says who may."""

from __future__ import annotations

from django.utils.timezone import now

from agents.models import Agent
from events.models import Event
from tickets.models import Ticket
from tickets.models.ticket import UNDO_TIME


def may_take_back(agent: Agent, ticket: Ticket, kind: str, value: str) -> bool:
    """Whether the last change of that kind was the agent's own, a moment ago, and `value` (as a form sends it) is what
    was before it. Under the ticket's lock."""
    last = Event.objects.filter(ticket_id=ticket.pk, kind=kind).order_by("-number").first()
    if last is None or (last.actor_kind, last.actor_id) != ("agent", agent.pk):
        return False
    was = last.payload.get("was")
    return last.at > now() - UNDO_TIME and value == ("" if was is None else str(was))
