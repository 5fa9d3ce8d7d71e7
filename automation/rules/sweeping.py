"""Time rules: which tickets have come of age, and letting the rule act once on each for what its hours count from."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import now

from automation.models import Rule, RuleRun
from automation.rules.conditions import Condition, holds
from automation.rules.facts import NOBODY, gather
from automation.rules.happenings import ANCHORS, TIME
from automation.rules.running import act, find
from text.normalise import fold
from tickets.models import Pile, Status, Ticket

BATCH = 200
LONGEST_SWEEP = 20.0
"""Seconds for one rule; it goes on from there the next time."""

_COLUMNS = {
    "ticket.status": "status",
    "ticket.team": "team",
    "ticket.source": "source",
    "ticket.language": "language",
    "customer.tier": "customer__tier",
}


def sweep() -> int:
    """Every time rule that is on, in their order. Gives back on how many tickets they acted."""
    return sum(_sweep(rule) for rule in Rule.objects.running(TIME))


def _sweep(rule: Rule) -> int:
    acted, until, last = 0, time.monotonic() + LONGEST_SWEEP, rule.swept_to
    while time.monotonic() < until:
        found = list(due(rule).filter(pk__gt=last).order_by("pk")[:BATCH])
        facts = gather(found, rule.needs)
        acted += sum(_act(rule, ticket.pk) for ticket in found if holds(rule.conditions, facts[ticket.pk]))
        last = found[-1].pk if len(found) == BATCH else 0
        if not last:
            break
    Rule.objects.filter(pk=rule.pk, version=rule.version).update(swept_to=last)
    return acted


def due(rule: Rule) -> QuerySet[Ticket]:
    """Tickets of that age on which it has not acted yet, narrowed by what the database can tell of its conditions.
    Open ones; where the hours count from solving, solved ones."""
    column = ANCHORS[rule.anchor][1]
    tickets = Ticket.objects.select_related("customer__company", "team").defer("search_text")
    place = {"status": Status.SOLVED} if column == "solved_at" else {"pile": Pile.ACTIVE}
    before = {f"{column}__lte": now() - timedelta(hours=rule.hours)}
    done = RuleRun.objects.filter(rule=rule, ticket=OuterRef("pk"), anchor_at=OuterRef(column))
    return tickets.filter(narrowed(rule.conditions), spam_at=None, **place, **before).filter(~Exists(done))


def narrowed(condition: Condition) -> Q:
    """What the database can tell of the condition: never less than it says, often more."""
    if "all" in condition:
        parts = [narrowed(part) for part in condition["all"]]
        return Q(*parts) if parts else Q()
    test, name, value = condition.get("is"), condition.get("fact", ""), condition.get("value")
    if name in _COLUMNS and test in {"equals", "differs"}:
        equals = Q(**{_COLUMNS[name]: value})
        return equals if test == "equals" else ~equals
    if name == "ticket.priority" and test in _RANKS:
        return Q(**{f"priority{_RANKS[test]}": int(str(value))})
    if name == "ticket.assignee" and test == "equals":
        return Q(assignee=None if value == NOBODY else int(str(value)))
    if name == "ticket.tags" and test == "has":
        tagged = Ticket.tags.through.objects.filter(ticket=OuterRef("pk"), tag__key=fold(str(value))[:64])
        return Q(Exists(tagged))
    return Q()


_RANKS: dict[Any, str] = {"equals": "", "least": "__gte", "most": "__lte"}


@transaction.atomic
def _act(rule: Rule, ticket_id: int) -> bool:
    """Once, however many sweeps there are: looked at again under the ticket's lock."""
    ticket = find(ticket_id)
    column = F(ANCHORS[rule.anchor][1])
    anchor = due(rule).filter(pk=ticket_id).values_list(column, flat=True).first()
    if ticket is None or anchor is None:
        return False
    facts = gather([ticket], rule.needs)[ticket.pk]
    if holds(rule.conditions, facts):
        act(rule, ticket, facts, anchor_at=anchor)
        return True
    return False
