"""Clocks are set within the change that moves them: one look and one write for a verb, however much it tells of."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from automation.models import COMPLAINT, Clock, PolicyBook, Promise
from automation.sla import clockwork
from automation.sla.book import Book, Facts, book_of
from automation.sla.clockwork import Change
from customers.models import Customer
from events.models import Event
from events.named import Named
from tickets.models import Ticket

HEARD = (
    "ticket.created",
    "message.received",
    "message.amended",
    "reply.written",
    "ticket.status_changed",
    "ticket.solved",
    "ticket.closed",
    "ticket.reopened",
    "ticket.marked_spam",
    "ticket.unmarked_spam",
    *sorted(clockwork.FACTS_CHANGE),
    *sorted(clockwork.COMPLAINT_MOVES),
)
_FIELDS = [field.attname for field in Clock._meta.concrete_fields]
# With the edition of the policies, those that may still move: not a reply's that was kept or given up.
_LOOK = Named.of(f"""
    SELECT (SELECT edition FROM automation_policybook WHERE id = 1), {", ".join(f"c.{name}" for name in _FIELDS)}
    FROM (SELECT 1) AS one LEFT JOIN automation_clock c
      ON c.ticket_id = %s AND (c.stopped_at IS NULL OR c.kind <> '{Promise.NEXT_REPLY.value}')
    ORDER BY c.id
""")  # noqa: S608 - names of our own fields
_WRITTEN = [name for name in _FIELDS if name != "id"]
_MOVES = [name for name in _WRITTEN if name not in {"ticket_id", "kind", "number", "started_at"}]
_WRITE = f"""
    INSERT INTO automation_clock ({", ".join(_WRITTEN)}) VALUES %s
    ON CONFLICT (ticket_id, kind, number) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _MOVES)}
    RETURNING id
"""  # noqa: S608 - names of our own fields
_HAND = "_clocks_in_hand"


class Hand:
    """A ticket's clocks while a verb of it is at work: looked up once, however much it tells of."""

    def __init__(self, book: Book, clocks: list[Clock]) -> None:
        self.book, self.clocks = book, clocks
        self.told = {(clock.kind, clock.number) for clock in clocks if clock.breached_at}
        self.touched: dict[tuple[str, int], Clock] = {}
        self.is_new = False


def keep(event: Event) -> None:
    """Bring the clocks of the event's ticket to how they are after it. In its transaction, under the ticket's lock."""
    ticket: Ticket = event.subject
    if event.kind == "ticket.closed" and event.payload["because"] == "archive":
        Clock.objects.filter(ticket=ticket).delete()
        ticket.promise(None)
        return
    hand: Hand
    if ticket.will_end_with(_put_down):
        hand = ticket.__dict__[_HAND]
    else:
        if not _matters(event, ticket):
            return
        hand = ticket.__dict__[_HAND] = Hand(*_look(ticket))
    hand.is_new |= event.kind == "ticket.created"
    if not clockwork.is_idle(hand.book, hand.clocks, event.kind):
        touched = clockwork.advance(hand.clocks, change_of(event, ticket, hand.book), hand.book)
        hand.touched |= {(clock.kind, clock.number): clock for clock in touched}
    ticket.at_end(_put_down)


def _put_down(ticket: Ticket) -> None:
    """What the verb moved is written, and told."""
    hand: Hand = ticket.__dict__.pop(_HAND)
    if not hand.clocks:
        return
    write(ticket, list(hand.touched.values()))
    remember(ticket, hand.clocks, soon=hand.is_new)
    for key, clock in hand.touched.items():
        if clock.breached_at and key not in hand.told:
            tell(ticket, clock, "sla.breached")


def refresh(ticket: Ticket) -> None:
    """What is promised follows facts that no event of the ticket tells: the customer's tier, policies. Under the lock."""
    policies, clocks = _look(ticket)
    facts = facts_of(ticket, policies)
    for clock in clocks:
        if clock.stopped_at is not None:
            continue
        if clock.kind != COMPLAINT:
            policy = policies.policy_for(facts)
            clock.policy_id = policy.pk if policy else None
            clock.target = policy.target(clock.kind, ticket.priority) if policy else None
        clock.is_stale = False
        clockwork.price(clock, policies, ticket.team_id)
    write(ticket, clocks)
    remember(ticket, clocks)


def _matters(event: Event, ticket: Ticket) -> bool:
    """Whether clocks may move by it, as far as that can be told by what is in hand."""
    if event.kind != "message.received":
        return True
    if event.payload["automatic"] or ticket.first_replied_at is None or ticket.thanked:
        return False
    # He waits already, and his clock runs.
    return ticket.waiting_since is None or ticket.waiting_since >= ticket.activity_at


def change_of(event: Event, ticket: Ticket, book: Book) -> Change:
    """The event, with how its ticket stands since."""
    return Change(
        kind=event.kind,
        at=event.at,
        number=event.number or 0,
        facts=facts_of(ticket, book, is_new=event.kind == "ticket.created"),
        status=ticket.status,
        by_customer=event.actor_kind == "customer",
        because=event.payload.get("because", ""),
        automatic=event.payload.get("automatic", False),
        spam=ticket.spam_at is not None,
        replied=ticket.first_replied_at is not None,
        waits=ticket.waiting_since is not None,
        thanked=ticket.thanked,
        target=event.payload.get("target"),
    )


def facts_of(ticket: Ticket, book: Book, *, is_new: bool = False) -> Facts:
    """What policies ask of a ticket; what none asks for is not looked up."""
    return {
        "source": ticket.source,
        "team": ticket.team_id,
        "priority": int(ticket.priority),
        "language": ticket.language,
        "tier": tier_of(ticket) if book.asks_for("tier") else "",
        "tag": tags_of(ticket) if book.asks_for("tag") and not is_new else frozenset(),
    }


def tier_of(ticket: Ticket) -> str:
    return Customer.objects.values_list("tier", flat=True).get(pk=ticket.customer_id)


def tags_of(ticket: Ticket) -> frozenset[int]:
    return frozenset(ticket.tags.values_list("pk", flat=True))


def write(ticket: Ticket, clocks: list[Clock]) -> None:
    """Insert those that are new and update those that were there, by one statement."""
    if not clocks:
        return
    for clock in clocks:
        clock.ticket_id = ticket.pk
    rows = [[_column(clock, name) for name in _WRITTEN] for clock in clocks]
    written = _written(len(rows)).fetch([value for row in rows for value in row])
    for clock, (clock.pk,) in zip(clocks, written, strict=True):
        clock._state.adding = False


@cache
def _written(rows: int) -> Named:
    return Named.of(_WRITE % ", ".join([f"({', '.join(['%s'] * len(_WRITTEN))})"] * rows))


def _column(clock: Clock, name: str) -> Any:
    return json.dumps(clock.spans) if name == "spans" else getattr(clock, name)


def remember(ticket: Ticket, clocks: list[Clock], *, soon: bool = False) -> None:
    """What is due next stands on the ticket."""
    due = clockwork.next_due(clocks)
    ticket.promise(due.due_at if due else None, due.kind if due else "", soon=soon)


def tell(ticket: Ticket, clock: Clock, kind: str, **more: Any) -> None:
    """Write down that something happened to the promise, by the policy that made it."""
    due = clock.due_at.isoformat() if clock.due_at else ""
    facts = {"clock": clock.pk, "promise": clock.kind, "began": clock.number} | (more or {"due": due})
    ticket.changed(kind, ("policy", clock.policy_id), **facts)


def book() -> Book:
    """The policies of now."""
    return book_of(PolicyBook.objects.values_list("edition", flat=True).first())


def _look(ticket: Ticket) -> tuple[Book, list[Clock]]:
    rows = _LOOK.fetch([ticket.pk])
    edition: UUID | None = rows[0][0]
    clocks = [_clock(row[1:]) for row in rows if row[1] is not None]
    return book_of(edition), clocks


def _clock(values: tuple) -> Clock:
    clock = Clock.from_db(connection.alias, _FIELDS, values)
    clock.spans = json.loads(clock.spans) if isinstance(clock.spans, str) else clock.spans
    return clock
