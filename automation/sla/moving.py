"""What other promises would do to clocks that run: how many they would move, and moving them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from django.db.models import F
from django.utils.timezone import now

from automation.models import COMPLAINT, Clock, Policy
from automation.sla import clockwork, keeping
from automation.sla.book import Book
from tickets.models import Ticket

MOST = 2000
"""Clocks that are looked at before somebody is told how many would move; of more, the newest."""


def would_move(policy: Policy) -> int:
    """How many running clocks would have another deadline, were the policy as it is in hand, saved or not."""
    book = _with(keeping.book(), policy)
    clocks = list(
        Clock.objects.running()
        .exclude(kind=COMPLAINT)
        .select_related("ticket__customer")
        .order_by("-pk")[:MOST]
    )
    tags = _tags([clock.ticket_id for clock in clocks]) if book.asks_for("tag") else {}
    return sum(_moves(clock, book, tags.get(clock.ticket_id, frozenset())) for clock in clocks)


def move_all() -> int:
    """The sweep works out anew, by the policies of now, all clocks that run. Returns how many."""
    return Clock.objects.running().update(is_stale=True, next_at=now())


def _with(book: Book, policy: Policy) -> Book:
    others = [one for one in book.policies if one.pk != policy.pk]
    position = policy.position or max((one.position for one in others), default=0) + 1
    before = [one for one in others if (one.position, one.pk) < (position, policy.pk or 0)]
    after = [one for one in others if one not in before]
    return replace(book, policies=[*before, *([policy] if policy.is_on else []), *after])


def _moves(clock: Clock, book: Book, tags: frozenset[int]) -> bool:
    ticket, was = clock.ticket, (clock.target, clock.due_at)
    facts = keeping.facts_of(ticket, replace(book, policies=[]))
    facts |= {"tier": ticket.customer.tier, "tag": tags}
    policy = book.policy_for(facts)
    clock.target = policy.target(clock.kind, ticket.priority) if policy else None
    hours = book.hours_of(policy, ticket.team_id)
    clock.due_at = clockwork.reached(clock, clock.target, hours) if clock.target is not None else None
    return (clock.target, clock.due_at) != was


def _tags(tickets: list[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    pairs = Ticket.tags.through.objects.filter(ticket__in=tickets).values_list(F("ticket_id"), F("tag_id"))
    for ticket, tag in pairs:
        found[ticket].add(tag)
    return {ticket: frozenset(names) for ticket, names in found.items()}
