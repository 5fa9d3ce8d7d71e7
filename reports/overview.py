"""The figures of a period: how much came, how fast it was answered and done, and when it comes."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.utils.timezone import get_current_timezone, now

from agents.models import Agent
from csat.figures import bars_of, step_of
from csat.period import Period
from reports import sums
from reports.measures import MEASURES, OVER_THE_DAY
from reports.models import Cut, Grain, Outcome, Tagging, TicketFigures
from reports.sums import Total

AGES = (1, 3, 7, 30)
"""Days by which what is open is told apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see: days, a team, an agent, and where it came from; with `by_work` how long things
    took is told in business time."""

    reader: Agent
    period: Period
    source: str = ""
    by_work: bool = False

    def before(self) -> Asked:
        return replace(self, period=self.period.before())

    def query(self, **other: Any) -> str:
        said = {"source": self.source or None, "time": "business" if self.by_work else None}
        return self.period.query(**(said | other))

    def timed(self, measure: str) -> str:
        """The measure whose duration is asked for."""
        return f"{measure}_work" if self.by_work and f"{measure}_work" in MEASURES else measure

    def rows(self, measure: str) -> QuerySet[Any]:
        """What the measure counts, in these days. Of answers the agent is who answered; spam has none."""
        one = MEASURES[measure]
        found = self._tickets() if one.rows is TicketFigures else self._seen(one.rows)
        return found.filter(one.of, **{f"{one.at}__gte": self.period.start, f"{one.at}__lt": self.period.end})

    def outcomes(self) -> QuerySet[Outcome]:
        """Of the promises that ended in these days; the agent is who has the ticket now."""
        return self._seen(Outcome).filter(at__gte=self.period.start, at__lt=self.period.end)

    def taggings(self) -> QuerySet[Tagging]:
        """Of the tickets that came in in these days."""
        return self._seen(Tagging).filter(created_at__gte=self.period.start, created_at__lt=self.period.end)

    def open(self) -> QuerySet[TicketFigures]:
        """At this moment, whatever the days."""
        return self._tickets().filter(done_at=None)

    def complaints(self) -> QuerySet[TicketFigures]:
        """Marked as such in these days, settled or not."""
        return self._tickets().filter(complained_at__gte=self.period.start, complained_at__lt=self.period.end)

    def _tickets(self) -> QuerySet[TicketFigures]:
        return TicketFigures.objects.visible_to(self.reader).filter(**self._picked()).order_by()

    def _seen(self, rows: type[Any]) -> QuerySet[Any]:
        found = rows._default_manager.filter(**self._picked()).order_by()
        return found if self.reader.sees_everything else found.filter(team__in=self.reader.team_ids())

    def _picked(self) -> dict[str, Any]:
        return self.period.picked() | ({"source": self.source} if self.source else {})


@dataclass(frozen=True, slots=True)
class Whole:
    """Counts of tickets, and times with their median and what nine of ten do not exceed."""

    created: Total
    done: Total
    reopened: Total
    one_touch: Total
    first: Total
    next: Total


def whole(asked: Asked) -> Whole:
    return Whole(
        **{measure: sums.total(asked, asked.timed(measure)) for measure in Whole.__dataclass_fields__}
    )


def by_day(asked: Asked) -> tuple[str, list[tuple[date, int, int]]]:
    """day, week or month; and for each (its first day, created, done)."""
    step = step_of(asked.period)
    bars = list(bars_of(asked.period, step))
    created, done = (_in_bars(asked, measure, bars) for measure in OVER_THE_DAY)
    return step, [(day, created[day], done[day]) for day in bars]


def heat(asked: Asked) -> Counter[tuple[int, int]]:
    """How many came by (weekday from 1, Monday; hour), where the reader is."""
    zone = get_current_timezone()
    found = _by_time(
        asked, "created", lambda at: (ExtractIsoWeekDay(at, tzinfo=zone), ExtractHour(at, tzinfo=zone))
    )
    return Counter({(day, hour): many for day, hour, many in found})


def ages(asked: Asked) -> list[int]:
    """How many open tickets are younger than each of AGES, each counted once; the last are older than all."""
    at = now()
    limits = [at - timedelta(days=days) for days in AGES]
    younger = [Q(created_at__gt=limit) for limit in limits]
    parts = [
        younger[0],
        *(this & ~last for last, this in itertools.pairwise(younger)),
        ~younger[-1],
    ]
    counted = asked.open().aggregate(
        **{f"part{n}": Count("created_at", filter=part) for n, part in enumerate(parts)}
    )
    return [counted[f"part{n}"] for n in range(len(parts))]


@dataclass(frozen=True, slots=True)
class Row:
    key: Any
    created: int
    done: int
    first: float | None
    resolution: float | None


def by(asked: Asked, column: str) -> list[Row]:
    """By team, agent or source, most first."""
    created, done, first = (
        sums.totals(asked, asked.timed(measure), column) for measure in ("created", "done", "first")
    )
    none = Total()
    rows = [
        Row(
            key,
            created.get(key, none).many,
            done.get(key, none).many,
            first.get(key, none).median,
            done.get(key, none).median,
        )
        for key in created.keys() | done.keys() | first.keys()
    ]
    return sorted(rows, key=lambda row: (-row.created, -row.done, str(row.key)))


def _in_bars(asked: Asked, measure: str, bars: Sequence[date]) -> Counter[date]:
    zone = get_current_timezone()
    counted: Counter[date] = Counter()
    for day, many in _by_time(asked, measure, lambda at: (TruncDate(at, tzinfo=zone),)):
        counted[bars[bisect_right(bars, day) - 1]] += many
    return counted


def _by_time(asked: Asked, measure: str, parts: Callable[[str], tuple[Any, ...]]) -> QuerySet[Any, Any]:
    """(part of the moment …, how many), from cells where the days are many."""
    period = asked.period
    if sums.over_the_day(asked):
        found = sums.cells(asked, Cut.WHOLE, Grain.SLOT, measure)
        within = found.filter(at__gte=period.start, at__lt=period.end)
        return within.values_list(*parts("at")).annotate(sum=Sum("many"))
    return asked.rows(measure).values_list(*parts(MEASURES[measure].at)).annotate(sum=Count("*"))
