"""The same clocks, out of what happened: for a table that was lost, or policies that hold for the past too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from automation.models import Clock
from automation.sla import clockwork, keeping
from automation.sla.book import Book
from automation.sla.clockwork import Change
from events.models import Event
from tickets.models import Status, Ticket

_PASSED = {"sla.warned", "sla.breached", "sla.escalated"}


@transaction.atomic
def rebuild(ticket: Ticket) -> list[Clock]:
    """Its clocks anew, in the place of those that it has; by the policies, the tier and the language of today."""
    ticket.lock()
    book = keeping.book()
    clocks = replay(ticket, book)
    Clock.objects.filter(ticket=ticket).delete()
    keeping.write(ticket, clocks)
    keeping.remember(ticket, clocks)
    return clocks


def replay(ticket: Ticket, book: Book) -> list[Clock]:
    """The clocks as its events have moved them, unsaved."""
    clocks: list[Clock] = []
    for event, change in _story(ticket, book):
        if event.kind in _PASSED:
            _pass(clocks, event, book, change.facts["team"])
        elif event.kind == "ticket.closed" and event.payload["because"] == "archive":
            clocks = []
        elif event.kind in keeping.HEARD:
            clockwork.advance(clocks, change, book)
    return clocks


def _pass(clocks: list[Clock], event: Event, book: Book, team: int) -> None:
    facts = event.payload
    for clock in clocks:
        if (clock.kind, clock.number) == (facts["promise"], facts["began"]):
            if event.kind == "sla.breached":
                clock.breached_at = datetime.fromisoformat(facts["due"])
            elif event.kind == "sla.warned":
                clock.warned_at = clock.warn_at
            else:
                clock.steps_done += 1
            clockwork.price(clock, book, team)


def _story(ticket: Ticket, book: Book) -> Iterator[tuple[Event, Change]]:
    """Each event, with how the ticket stood after it. What no event tells is as it is today."""
    events = list(Event.objects.of_ticket(ticket.pk).filter(subject_kind="ticket"))
    facts = keeping.facts_of(ticket, book)
    facts |= {"team": _first(events, "ticket.team_changed", ticket.team_id), "tag": frozenset()}
    facts["priority"] = _first(events, "ticket.priority_changed", int(ticket.priority))
    so_far: dict[str, Any] = {"status": Status.NEW, "spam": False, "replied": False, "thanked": False}
    held: dict[int, int] = {}
    last_said, waiting = 0, False
    for event in events:
        was = event.payload
        now = was.get("now")
        match event.kind:
            case "ticket.status_changed":
                so_far["status"] = now
            case "ticket.solved" | "ticket.closed" | "ticket.reopened":
                so_far["status"] = {"ticket.solved": Status.SOLVED, "ticket.closed": Status.CLOSED}.get(
                    event.kind, Status.OPEN
                )
                so_far["thanked"] = event.kind == "ticket.reopened" and was["because"] == "thanks"
            case "ticket.marked_spam" | "ticket.unmarked_spam":
                so_far["spam"] = event.kind == "ticket.marked_spam"
            case "ticket.priority_changed" | "ticket.team_changed":
                facts = facts | {event.kind.removeprefix("ticket.").removesuffix("_changed"): now}
            case "ticket.tagged":
                facts = facts | {"tag": facts["tag"] | {was["tag"]}}
            case "ticket.untagged":
                facts = facts | {"tag": facts["tag"] - {was["tag"]}}
            case "reply.held":
                held[was["message"]] = event.number or 0
            case "message.received" | "message.amended" if not was.get("automatic"):
                last_said = event.number or 0
            case "reply.written":
                so_far["replied"] = True
        waits = event.kind == "reply.written" and last_said > held.get(was["message"], last_said)
        # Who waits already begins to wait with none of the messages that he adds.
        adds = event.kind == "message.received" and waiting
        waiting = waits if event.kind == "reply.written" else waiting or last_said == event.number
        yield (
            event,
            Change(
                kind=event.kind,
                at=event.at,
                number=event.number or 0,
                facts=facts,
                by_customer=event.actor_kind == "customer",
                because=was.get("because", ""),
                automatic=was.get("automatic", False) or adds,
                waits=waits,
                target=was.get("target"),
                **so_far,
            ),
        )


def _first(events: list[Event], kind: str, now: int) -> int:
    """What it was in the beginning, by the first event that changed it."""
    return next((event.payload["was"] for event in events if event.kind == kind), now)
