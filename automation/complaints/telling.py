"""The owner of a level is told that a complaint has come to it."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from automation.models import ComplaintLevel
from tickets.models import Ticket


def tell_owners(ticket: Ticket, level: ComplaintLevel, *, because: str) -> None:
    """By a note of the desk's that names them; they follow the ticket from then on. Under the ticket's lock."""
    agents = level.people(ticket)
    if not agents:
        return
    with translation.override(agents[0].language or settings.LANGUAGE_CODE):
        text = {
            "late": gettext(
                "%(names)s: nobody has answered this complaint in time, and there is no further level."
            ),
        }.get(
            because,
            gettext("%(names)s: this complaint is at the level “%(level)s” now, and yours to answer."),
        )
        text %= {"names": ", ".join(map(str, agents)), "level": level.title}
    for agent in agents:
        if agent.pk != ticket.assignee_id:
            ticket.follow(agent, ("procedure", level.pk))
    ticket.note(None, text=text, mentions=[agent.pk for agent in agents])
