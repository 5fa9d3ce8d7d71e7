"""How promises stand: today's kept and broken ones, what is late at this moment, and what will be next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate, now

from agents.models import Agent
from automation.models import Clock
from csat.period import midnight
from tickets.models import Pile, Ticket

SHOWN = 3
"""So many of the late ones and of the next ones are listed."""
MOST = 1000
"""So far they are counted."""
AHEAD = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the promises that ended: a late answer breaks one on the day on which it was due."""

    kept: int = 0
    broken: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.kept + other.kept, self.broken + other.broken)

    @property
    def share(self) -> float | None:
        """0 to 1; None without any."""
        whole = self.kept + self.broken
        return self.kept / whole if whole else None


@dataclass(frozen=True, slots=True)
class Today:
    """How today's promises ended, by whose ticket it is and where it came from."""

    counted: dict[tuple[int | None, str], Kept]

    @property
    def whole(self) -> Kept:
        return sum(self.counted.values(), Kept())

    @property
    def by_agent(self) -> dict[int | None, Kept]:
        return self._by(0)

    @property
    def by_source(self) -> dict[str, Kept]:
        return self._by(1)

    def _by(self, part: int) -> dict[Any, Kept]:
        found: dict[Any, Kept] = {}
        for key, kept in self.counted.items():
            found[key[part]] = found.get(key[part], Kept()) + kept
        return found


@dataclass(frozen=True, slots=True)
class Dues:
    """Tickets whose next deadline lies in a stretch of time, the earliest first, and how many there are."""

    first: list[Ticket]
    many: int


def kept_today(reader: Agent) -> Today:
    today = midnight(localdate())
    clocks = Clock.objects.visible_to(reader)
    counted: dict[tuple[int | None, str], Kept] = {}
    for name, found in (
        ("kept", clocks.met().filter(stopped_at__gte=today)),
        ("broken", clocks.breached().filter(breached_at__gte=today)),
    ):
        rows = found.order_by().values_list("ticket__assignee", "ticket__source")
        for agent, source, many in rows.annotate(many=Count("*")):
            counted[agent, source] = counted.get((agent, source), Kept()) + Kept(**{name: many})
    return Today(counted)


def late(reader: Agent) -> Dues:
    """What should have been done by now."""
    return _dues(_active(reader).filter(due_at__lte=now()))


def soon(reader: Agent) -> Dues:
    """What is due within the next two hours."""
    moment: datetime = now()
    return _dues(_active(reader).filter(due_at__gt=moment, due_at__lte=moment + AHEAD))


def _active(reader: Agent) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(reader).filter(pile=Pile.ACTIVE)


def _dues(found: QuerySet[Ticket]) -> Dues:
    first = found.select_related("assignee", "customer").order_by("due_at", "pk")[:SHOWN]
    return Dues(list(first), found.order_by()[:MOST].count())
