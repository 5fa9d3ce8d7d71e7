"""What is counted of a ticket, by hand: message after message, as slowly and plainly as can be."""

from datetime import datetime
from typing import Any

from events.models import Event
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


def figures_of(ticket: Ticket) -> dict[str, Any]:
    answers = answers_of(ticket)
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
        "done_at": done_at,
        "done_seconds": max(0, int((done_at - ticket.created_at).total_seconds())) if done_at else None,
        "replies": sum(message.kind == "reply" for _place, message, _at in said(ticket)),
        "reopened": ticket.reopened_count,
    }
