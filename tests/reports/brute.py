"""What is counted of a ticket, by hand: message after message, as slowly and plainly as can be."""

from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from agents.hours import Hours
from agents.models import Calendar
from events.models import Event
from tests.agents.walking import DAY, MINUTE, Wall
from tickets.models import Message, Ticket


def said(ticket: Ticket) -> list[tuple[int, Message, datetime]]:
    """(place, message, when it was heard), without machines' mail and what never left."""
    left = {
        event.payload["message"]: event
        for event in Event.objects.filter(ticket_id=ticket.pk, kind="reply.written")
    }
    found = []
    for message in Message.objects.filter(ticket=ticket):
        if message.kind == "customer" and not message.automatic:
            found.append((message.number, message, message.created_at))
        elif message.pk in left:
            found.append((left[message.pk].number, message, left[message.pk].at))
    return sorted(found, key=lambda one: one[0])


def answers_of(ticket: Ticket) -> list[tuple]:
    """(ticket, place, agent, at, seconds, source, team)"""
    answers: list[tuple] = []
    asked = None
    for _place, message, at in said(ticket) if ticket.spam_at is None else []:
        if message.kind == "customer":
            asked = min(asked, at) if asked else at
        elif asked is not None:
            seconds = max(0, int((at - asked).total_seconds()))
            answers.append(
                (ticket.pk, len(answers), message.agent_id, at, seconds, ticket.source, ticket.team_id)
            )
            asked = None
    return answers


def worked(team: int, a: datetime, b: datetime) -> int:
    """Whole seconds from `a` to `b` in which the team works: what of each minute, as the clock on the wall shows it."""
    wall = wall_of(team)
    a, b = a.astimezone(UTC), b.astimezone(UTC)
    seconds, at = 0.0, a
    while at < b:
        if at == at.replace(hour=0, minute=0, second=0, microsecond=0) and at + DAY <= b:
            seconds += _whole_day(team, at)
            at += DAY
            continue
        until = min(b, at.replace(second=0, microsecond=0) + MINUTE)
        seconds += (until - at).total_seconds() * wall.is_open(at)
        at = until
    return int(seconds + 1e-6)


@cache
def _whole_day(team: int, day: datetime) -> float:
    return sum(60 * wall_of(team).is_open(day + number * MINUTE) for number in range(24 * 60))


@cache
def wall_of(team: int) -> Wall:
    calendar = Calendar.of_team(team).first() or Calendar.company()
    always = {day: ((time(0), time(0)),) for day in range(7)}
    return Wall(Hours(calendar.zone, always) if calendar.hours.always else calendar.hours)


def work_of(ticket: Ticket) -> list[int]:
    """Of each answer, in business time."""
    found, asked = [], None
    for _place, message, at in said(ticket) if ticket.spam_at is None else []:
        if message.kind == "customer":
            asked = min(asked, at) if asked else at
        elif asked is not None:
            found.append(worked(ticket.team_id, asked, at))
            asked = None
    return found


def complained_at(ticket: Ticket) -> datetime | None:
    marked = Event.objects.filter(ticket_id=ticket.pk, kind="ticket.complained")
    return min(event.at for event in marked) if ticket.complaint else None


def figures_of(ticket: Ticket) -> dict[str, Any]:
    answers, work = answers_of(ticket), work_of(ticket)
    done_at = (ticket.solved_at or ticket.closed_at) if ticket.status in {"solved", "closed"} else None
    return {
        "ticket_id": ticket.pk,
        "sequence": ticket.sequence,
        "counts": ticket.spam_at is None,
        "team_id": ticket.team_id,
        "agent_id": ticket.assignee_id,
        "source": ticket.source,
        "created_at": ticket.created_at,
        "waiting_since": ticket.waiting_since if ticket.pile == "active" else None,
        "first_reply_at": answers[0][3] if answers else None,
        "first_reply_seconds": answers[0][4] if answers else None,
        "first_reply_work_seconds": work[0] if work else None,
        "done_at": done_at,
        "done_seconds": max(0, int((done_at - ticket.created_at).total_seconds())) if done_at else None,
        "done_work_seconds": worked(ticket.team_id, ticket.created_at, done_at) if done_at else None,
        "replies": sum(message.kind == "reply" for _place, message, _at in said(ticket)),
        "reopened": ticket.reopened_count,
        "rating": ticket.rating,
        "complained_at": complained_at(ticket),
    }
