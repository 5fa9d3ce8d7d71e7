"""Asking the customer, once for each ticket."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext

from agents.models import Agent
from channels_inbox.delivery import can_reach, channel_for
from channels_inbox.language import language_for
from channels_inbox.models import Channel
from channels_inbox.wording import SURVEY, facts, said, words_of
from csat.faces import FACES, LOW, SCORES
from csat.models import AskingRules, ChannelRule, Survey
from events.bus import emit
from tickets.models import MessageKind, Ticket

PREFIX = "rate"
NOT_NOW = f"{PREFIX}:later"
COMMENT = f"{PREFIX}:comment"
THANKS = "thanks"


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
    survey.team, survey.ask_at = ticket.team, _due(ticket)
    survey.save()
    return survey


@transaction.atomic
def ask(survey: Survey) -> None:
    """Ask what was planned and is due; a little later when the ticket was solved anew meanwhile."""
    survey.ticket.lock()
    survey.refresh_from_db(fields=["ask_at", "asked_at"])
    if survey.ask_at is None:
        return
    due = _due(survey.ticket)
    if survey.ticket.solved_at and due > now():
        survey.ask_at = due
        survey.save(update_fields=["ask_at"])
    else:
        put(survey)


@transaction.atomic
def put(survey: Survey) -> None:
    """Put the question now, in the customer's language; drop it when nobody could answer it, there is nothing to
    rate any more, or the customer was asked something not long ago. Under the ticket's lock."""
    survey.ask_at = None
    channel = channel_for(survey.ticket)
    if channel and _is_wanted(channel) and _worth_asking(survey.ticket) and not _asked_lately(survey):
        survey.asked_at, survey.channel = now(), channel
        _send(survey.ticket, channel)
        emit("survey.asked", survey, survey=survey.pk)
    survey.save(update_fields=["ask_at", "asked_at", "channel"])


def thank(survey: Survey) -> None:
    """Where a button was pressed: a word of thanks, once, with a way to say more. Under the ticket's lock."""
    ticket = survey.ticket
    if survey.comment or ticket.messages.filter(purpose=THANKS).exists():
        return
    with translation.override(language_for(ticket)):
        low = survey.score is not None and survey.score <= LOW
        words = gettext("We are sorry. What went wrong?") if low else gettext("Thank you for telling us!")
        more = {"value": COMMENT, "label": gettext("Add a few words"), "opens": True}
        ticket.notify(text=words, purpose=THANKS, choices=[more])


def _due(ticket: Ticket) -> datetime:
    """When to ask on its channel; never before solving cannot be undone any more."""
    channel = channel_for(ticket)
    wait = timedelta(seconds=settings.SURVEY_WAIT_SECONDS)
    delay = ChannelRule.of(channel).delay if channel else wait
    return (ticket.solved_at or now()) + max(delay, wait)


def _is_wanted(channel: Channel) -> bool:
    return AskingRules.current().is_on and ChannelRule.of(channel).is_on


def _asked_lately(survey: Survey) -> bool:
    """Whether the customer was asked about another ticket less than the pause ago. His surveys are locked, so that
    of two that are due at once one sees the other."""
    pause, customer = AskingRules.current().pause, survey.ticket.customer_id
    if not pause:
        return False
    his = Survey.objects.select_for_update(of=("self",)).filter(ticket__customer=customer).order_by("pk")
    asked = [one.asked_at for one in his if one.pk != survey.pk and one.asked_at]
    return max(asked, default=now() - pause) > now() - pause


def _send(ticket: Ticket, channel: Channel) -> None:
    with translation.override(language_for(ticket)):
        ticket.notify(text=_question(ticket, channel), purpose=SURVEY, choices=_answers())


def _answers() -> list[dict[str, str]]:
    """The faces, from worst to best, and none of them."""
    faces = [
        {"value": f"{PREFIX}:{score}", "label": str(label), "mark": FACES[score]}
        for score, label in SCORES.items()
    ]
    return [*faces, {"value": NOT_NOW, "label": gettext("Not now")}]


def _worth_asking(ticket: Ticket) -> bool:
    written_by_people = ticket.messages.filter(kind=MessageKind.CUSTOMER, automatic=False)
    if not ticket.is_done or ticket.spam_at or Survey.objects.refused_by(ticket.customer_id):
        return False
    return can_reach(ticket) and written_by_people.exists()


def _question(ticket: Ticket, channel: Channel) -> str:
    """In the channel's own words, where it has some."""
    return said(words_of(channel, SURVEY, translation.get_language()), facts(ticket, channel))
