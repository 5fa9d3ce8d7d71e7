"""How clocks start, pause, go on and stop. Pure: the same for what happens now and for what is read from the events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.hours import Hours, add, between
from automation.models import COMPLAINT, Clock, Promise
from automation.sla.book import Book, Facts
from tickets.models import Status

REPLIES = {Promise.FIRST_REPLY, Promise.NEXT_REPLY}
COMPLAINT_MOVES = {
    "complaint.level_reached",
    "complaint.answered",
    "ticket.complaint_withdrawn",
    "ticket.complaint_settled",
}
"""What ends the clock of a complaint's level, and begins that of the next one where it has a target."""
FACTS_CHANGE = {"ticket.priority_changed", "ticket.team_changed", "ticket.tagged", "ticket.untagged"}


@dataclass(frozen=True)
class Change:
    """What happened to a ticket, and how it stands since. `facts`: what policies ask for. `replied`: whether we ever
    answered; `waits`: whether the customer wrote after the last answer left. `target`: seconds that a
    complaint's level has."""

    kind: str
    at: datetime
    number: int
    facts: Facts
    status: str
    by_customer: bool = False
    because: str = ""
    automatic: bool = False
    spam: bool = False
    replied: bool = False
    waits: bool = False
    thanked: bool = False
    target: int | None = None


def advance(clocks: list[Clock], change: Change, book: Book) -> list[Clock]:
    """Bring a ticket's clocks to how they are after the change; returns those that it touched, new ones among them."""
    if is_idle(book, clocks, change.kind):
        return []
    before = [_state(clock) for clock in clocks]
    known = len(clocks)
    if change.kind == "ticket.created":
        clocks += [_new(Promise.FIRST_REPLY, change), _new(Promise.RESOLUTION, change)]
    elif change.kind == "reply.written":
        _stop(clocks, change, REPLIES)
    elif change.kind in {"ticket.solved", "ticket.closed"}:
        _stop(clocks, change, set(Promise))
    elif change.kind == "ticket.reopened" and change.because != "thanks":
        _go_on(clocks, change)
    elif change.kind in COMPLAINT_MOVES:
        _stop(clocks, change, {COMPLAINT})
        if change.target:
            clocks.append(_new(COMPLAINT, change))
    if _begins_to_wait(clocks, change):
        clocks.append(_new(Promise.NEXT_REPLY, change))
    for place, clock in enumerate(clocks):
        is_new = place >= known
        if clock.stopped_at is None:
            _run_or_pause(clock, change, book)
        if is_new or change.kind in FACTS_CHANGE:
            _promise(clock, change, book)
        if is_new or _state(clock) != before[place]:
            price(clock, book, change.facts["team"])
    return [clock for place, clock in enumerate(clocks) if place >= known or _state(clock) != before[place]]


def is_idle(book: Book, clocks: list[Clock], kind: str) -> bool:
    """Whether no promise begins or moves by an event of that kind."""
    return not (book.policies or clocks or kind in COMPLAINT_MOVES)


def price(clock: Clock, book: Book, team: int) -> None:
    """Work out when it is due, when it warns, and when something has to be done about it next."""
    policy = book.policy(clock.policy_id)
    hours = book.hours_of(policy, team)
    target, warning = clock.target, (policy.warn_minutes if policy else 0) * 60
    clock.due_at = clock.warn_at = clock.next_at = None
    if target is None:
        return
    clock.due_at = reached(clock, target, hours)
    if warning and target > warning:
        clock.warn_at = reached(clock, target - warning, hours)
    if clock.stopped_at is not None:
        if clock.due_at is not None and clock.due_at < clock.stopped_at and clock.breached_at is None:
            clock.breached_at = clock.due_at
        return
    moments = [clock.due_at if clock.breached_at is None else None]
    moments.append(clock.warn_at if clock.warned_at is None and clock.breached_at is None else None)
    if policy and clock.steps_done < len(policy.steps):
        moments.append(step_at(clock, policy.steps[clock.steps_done], hours))
    clock.next_at = min((moment for moment in moments if moment is not None), default=None)


def step_at(clock: Clock, step: dict, hours: Hours) -> datetime | None:
    """When a step of escalation is due."""
    return reached(clock, max((clock.target or 0) + step["minutes"] * 60, 0), hours)


def reached(clock: Clock, seconds: float, hours: Hours) -> datetime | None:
    """When it has run, or will have, for so long; None where it is paused before that, or never."""
    left = seconds
    for begin, end in spans(clock):
        if end is None:
            return add(hours, begin, left)
        passed = between(hours, begin, end)
        if left <= passed:
            return add(hours, begin, left)
        left -= passed
    return None


def elapsed(clock: Clock, hours: Hours, at: datetime) -> timedelta:
    """Business time that it has run for."""
    return timedelta(seconds=sum(between(hours, begin, end or at) for begin, end in spans(clock)))


def spans(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)
        for begin, end in clock.spans
    ]


def next_due(clocks: list[Clock]) -> Clock | None:
    """The clock that is due first of those that are not stopped."""
    due = [clock for clock in clocks if clock.stopped_at is None and clock.due_at is not None]
    return min(due, key=lambda clock: (clock.due_at, clock.kind), default=None)


def _new(kind: str, change: Change) -> Clock:
    return Clock(kind=kind, number=change.number, started_at=change.at, spans=[], target=change.target)


def _stop(clocks: list[Clock], change: Change, kinds: set) -> None:
    for clock in clocks:
        if clock.stopped_at is None and clock.kind in kinds:
            clock.stop(change.at)


def _go_on(clocks: list[Clock], change: Change) -> None:
    """It is work again: what was promised with the solution is promised anew, the time in between does not count."""
    for clock in clocks:
        waits = clock.kind == Promise.RESOLUTION or (clock.kind == Promise.FIRST_REPLY and not change.replied)
        if clock.stopped_at is not None and waits:
            clock.go_on(change.at)


def _begins_to_wait(clocks: list[Clock], change: Change) -> bool:
    """Whether the customer is to be answered again from now on."""
    if not change.replied or change.thanked or change.status in {Status.SOLVED, Status.CLOSED}:
        return False
    if any(clock.kind == Promise.NEXT_REPLY and clock.stopped_at is None for clock in clocks):
        return False
    if change.kind == "reply.written":
        return change.waits
    if change.kind in {"ticket.status_changed", "ticket.reopened"}:
        return change.by_customer
    return change.kind == "message.amended" or (change.kind == "message.received" and not change.automatic)


def _run_or_pause(clock: Clock, change: Change, book: Book) -> None:
    policy = book.policy(clock.policy_id)
    pauses = policy.pauses if policy else ()
    if clock.kind == COMPLAINT:
        pauses = (Status.SOLVED, Status.CLOSED)
    if change.spam or change.status in pauses:
        clock.pause(change.at)
    else:
        clock.run(change.at)


def _promise(clock: Clock, change: Change, book: Book) -> None:
    if clock.stopped_at is None and clock.kind != COMPLAINT:
        policy = book.policy_for(change.facts)
        clock.policy_id = policy.pk if policy else None
        clock.target = policy.target(clock.kind, change.facts["priority"]) if policy else None
        _run_or_pause(clock, change, book)


def _state(clock: Clock) -> tuple:
    return (
        [tuple(span) for span in clock.spans], clock.stopped_at, clock.policy_id, clock.target,
        clock.warned_at, clock.breached_at, clock.steps_done,
    )  # fmt: skip
