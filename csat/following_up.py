"""A low rating is somebody's work: a ticket of its own for the team's lead, on the threads of the one that was rated."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from agents.models import Agent, Role
from channels_inbox.delivery import lead_on
from csat.faces import LOW
from csat.models import Survey
from tickets.models import Priority, Ticket


@transaction.atomic
def follow_up(survey: Survey) -> Ticket | None:
    """The ticket on which somebody looks at what went wrong: opened by the first low score, told of what the customer
    says later. None when there is none."""
    survey.ticket.lock()
    survey.refresh_from_db(fields=["score", "comment", "follow_up"])
    if survey.score is None:
        return None
    if survey.follow_up is None and survey.score <= LOW:
        _open(survey)
    elif survey.follow_up is not None:
        _tell(survey.follow_up, survey)
    return survey.follow_up


def _open(survey: Survey) -> None:
    rated = survey.ticket
    ticket = Ticket.open(
        rated.customer,
        rated.team,
        subject=rated.subject,
        source=rated.source,
        language=rated.language,
        priority=Priority.HIGH,
        hold=timedelta(seconds=rated.hold_seconds),
        follow_up_of=rated,
    )
    lead_on(rated, ticket)
    if lead := _lead(survey):
        ticket.assign(lead, None)
    _tell(ticket, survey)
    survey.follow_up = ticket
    survey.save(update_fields=["follow_up"])


def _lead(survey: Survey) -> Agent | None:
    """Who leads the team, but for whoever was rated."""
    leads = survey.ticket.team.members.filter(role=Role.LEAD, is_active=True).exclude(pk=survey.agent_id or 0)
    return leads.order_by("pk").first()


def _tell(ticket: Ticket, survey: Survey) -> None:
    """Write down what the customer said, in the words of whoever will read it, unless that stands there."""
    reader = ticket.assignee.language if ticket.assignee else settings.LANGUAGE_CODE
    with translation.override(reader):
        facts = {"number": f"#{survey.ticket.number}", "score": survey.score}
        words = gettext("The customer rated ticket %(number)s with %(score)s of 5.") % facts
    text = f"{words}\n\n{survey.comment}".strip()
    if not ticket.messages.filter(kind="note", agent=None, text=text).exists():
        ticket.note(None, text=text, shown=survey.comment or words)
