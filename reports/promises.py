"""How promises stand: today's kept and broken ones, what is late at this moment, and what will be next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
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

    kept: int
    broken: int

    @property
    def share(self) -> float | None:
        """0 to 1; None without any."""
        whole = self.kept + self.broken
        return self.kept / whole if whole else None


@dataclass(frozen=True, slots=True)
class Dues:
    """Tickets whose next deadline lies in a stretch of time, the earliest first, and how many there are."""

    first: list[Ticket]
    many: int


def kept_today(reader: Agent) -> Kept:
    today = midnight(localdate())
    clocks = Clock.objects.visible_to(reader)
    return Kept(
        clocks.met().filter(stopped_at__gte=today).count(),
        clocks.breached().filter(breached_at__gte=today).count(),
    )


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
