"""Asking the customer, once for each ticket."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from channels_inbox.delivery import can_reach
from channels_inbox.language import language_for
from csat.models import Survey
from events.bus import emit
from tickets.models import MessageKind, Ticket

SCORES = {
    1: gettext_lazy("Very poor"),
    2: gettext_lazy("Poor"),
    3: gettext_lazy("Okay"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Excellent"),
}


@transaction.atomic
def ask(ticket: Ticket, agent_id: int | None) -> Survey | None:
    """Ask how it went, in the customer's language; `agent_id` is who had solved it. None when it is not asked: it was
    before, nobody could answer, or there was nothing to rate."""
    ticket.lock()
    if not _worth_asking(ticket):
        return None
    agent = Agent.objects.filter(pk=agent_id).first() if agent_id else None
    survey, made = Survey.objects.get_or_create(ticket=ticket, defaults={"agent": agent, "team": ticket.team})
    if not made:
        return None
    with translation.override(language_for(ticket)):
        choices = [
            {"value": f"rate:{score}", "label": f"{score} – {SCORES[score]}"}
            for score in sorted(SCORES, reverse=True)
        ]
        ticket.notify(text=_question(ticket), purpose="survey", choices=choices)
    emit("survey.asked", survey, survey=survey.pk)
    return survey


def _worth_asking(ticket: Ticket) -> bool:
    written_by_people = ticket.messages.filter(kind=MessageKind.CUSTOMER, automatic=False)
    return ticket.is_done and ticket.spam_at is None and can_reach(ticket) and written_by_people.exists()


def _question(ticket: Ticket) -> str:
    name, subject = ticket.customer.name, ticket.subject
    greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    solved = _("Your request “%(subject)s” is solved.") if subject else _("Your request is solved.")
    asked = _("How did we do? One click is enough.")
    return f"{greeting}\n\n{solved % {'subject': subject}} {asked}"
