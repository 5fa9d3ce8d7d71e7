"""Asking the customer, once for each ticket."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from agents.models import Agent
from channels_inbox.delivery import can_reach, channel_for
from channels_inbox.language import language_for
from channels_inbox.models import Channel
from channels_inbox.wording import SURVEY, facts, said, words_of
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
def plan(ticket: Ticket, agent_id: int | None, because: str) -> Survey | None:
    """It was solved, by `agent_id`: ask in a while, unless it was asked before. After a mere thanks nothing is asked
    but what the thanks had kept from being asked. None when no question is planned."""
    ticket.lock()
    survey = Survey.objects.filter(ticket=ticket).first()
    if survey is None and because != "thanks":
        survey = Survey(ticket=ticket)
    if survey is None or survey.asked_at is not None:
        return None
    survey.agent = Agent.objects.filter(pk=agent_id).first() if agent_id else None
    survey.team, survey.ask_at = ticket.team, _after(ticket.solved_at or now())
    survey.save()
    return survey


@transaction.atomic
def ask(survey: Survey) -> None:
    """Ask what was planned and is due; a little later when the ticket was solved anew meanwhile."""
    survey.ticket.lock()
    survey.refresh_from_db(fields=["ask_at", "asked_at"])
    if survey.ask_at is None:
        return
    solved_at = survey.ticket.solved_at
    if solved_at and _after(solved_at) > now():
        survey.ask_at = _after(solved_at)
        survey.save(update_fields=["ask_at"])
    else:
        put(survey)


@transaction.atomic
def put(survey: Survey) -> None:
    """Put the question now, in the customer's language; drop it when nobody could answer it, or there is nothing to
    rate any more."""
    survey.ask_at = None
    if _worth_asking(survey.ticket):
        survey.asked_at = now()
        _send(survey.ticket)
        emit("survey.asked", survey, survey=survey.pk)
    survey.save(update_fields=["ask_at", "asked_at"])


def _after(solved_at: datetime) -> datetime:
    """Solving can be undone: the question waits until that is over."""
    return solved_at + timedelta(seconds=settings.SURVEY_WAIT_SECONDS)


def _send(ticket: Ticket) -> None:
    channel = channel_for(ticket)
    assert channel is not None, "whoever can be reached is reached by a channel"
    with translation.override(language_for(ticket)):
        choices = [
            {"value": f"rate:{score}", "label": f"{score} – {SCORES[score]}"}
            for score in sorted(SCORES, reverse=True)
        ]
        ticket.notify(text=_question(ticket, channel), purpose="survey", choices=choices)


def _worth_asking(ticket: Ticket) -> bool:
    written_by_people = ticket.messages.filter(kind=MessageKind.CUSTOMER, automatic=False)
    if not ticket.is_done or ticket.spam_at or Survey.objects.refused_by(ticket.customer_id):
        return False
    return can_reach(ticket) and written_by_people.exists()


def _question(ticket: Ticket, channel: Channel) -> str:
    """In the mailbox's own words, where it has some."""
    return said(words_of(channel, SURVEY, translation.get_language()), facts(ticket, channel))
