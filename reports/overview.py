"""The figures of a period: how much came, how fast it was answered and done, and when it comes."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.utils.timezone import get_current_timezone, now

from agents.models import Agent
from csat.figures import bars_of, step_of
from csat.period import Period
from reports.models import Answer, TicketFigures
from reports.percentiles import Median, Ninetieth

ONE_TOUCH = Q(replies__lte=1, reopened=0)
"""Done after one reply or none, and never again."""
AGES = (1, 3, 7, 30)
"""Days by which what is open is told apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see: days, a team, an agent, and where it came from."""

    reader: Agent
    period: Period
    source: str = ""

    def before(self) -> Asked:
        return Asked(self.reader, self.period.before(), self.source)

    def query(self, **other: Any) -> str:
        return self.period.query(**(({"source": self.source} if self.source else {}) | other))

    def created(self) -> QuerySet[TicketFigures]:
        return self._tickets().filter(created_at__gte=self.period.start, created_at__lt=self.period.end)

    def done(self) -> QuerySet[TicketFigures]:
        return self._tickets().filter(done_at__gte=self.period.start, done_at__lt=self.period.end)

    def open(self) -> QuerySet[TicketFigures]:
        """At this moment, whatever the days."""
        return self._tickets().filter(done_at=None)

    def answers(self) -> QuerySet[Answer]:
        """Spam has none. The agent is who answered."""
        found = Answer.objects.filter(at__gte=self.period.start, at__lt=self.period.end, **self._picked())
        return found if self.reader.sees_everything else found.filter(team__in=self.reader.team_ids())

    def _tickets(self) -> QuerySet[TicketFigures]:
        return TicketFigures.objects.visible_to(self.reader).filter(**self._picked()).order_by()

    def _picked(self) -> dict[str, Any]:
        return self.period.picked() | ({"source": self.source} if self.source else {})


@dataclass(frozen=True, slots=True)
class Whole:
    """Counts of tickets; times in seconds, None without any."""

    created: int
    done: int
    reopened: int
    one_touch: int
    first: tuple[float | None, float | None]
    """Median and what nine of ten do not exceed."""
    next: tuple[float | None, float | None]
    resolution: tuple[float | None, float | None]


def whole(asked: Asked) -> Whole:
    done = asked.done().aggregate(
        many=Count("pk"),
        again=Count("pk", filter=Q(reopened__gt=0)),
        once=Count("pk", filter=ONE_TOUCH),
        middle=Median("done_seconds"),
        most=Ninetieth("done_seconds"),
    )
    answered = asked.answers()
    return Whole(
        asked.created().count(),
        done["many"],
        done["again"],
        done["once"],
        _times(answered.filter(place=0)),
        _times(answered.filter(place__gt=0)),
        (done["middle"], done["most"]),
    )


def by_day(asked: Asked) -> tuple[str, list[tuple[date, int, int]]]:
    """day, week or month; and for each (its first day, created, done)."""
    step = step_of(asked.period)
    bars = list(bars_of(asked.period, step))
    created = _in_bars(asked.created(), "created_at", bars)
    done = _in_bars(asked.done(), "done_at", bars)
    return step, [(day, created[day], done[day]) for day in bars]


def heat(asked: Asked) -> Counter[tuple[int, int]]:
    """How many came by (weekday from 1, Monday; hour), where the reader is."""
    zone = get_current_timezone()
    found = asked.created().values_list(
        ExtractIsoWeekDay("created_at", tzinfo=zone), ExtractHour("created_at", tzinfo=zone)
    )
    return Counter({(day, hour): many for day, hour, many in found.annotate(many=Count("pk"))})


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
    counted = asked.open().aggregate(**{f"part{n}": Count("pk", filter=part) for n, part in enumerate(parts)})
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
    created = dict(asked.created().values_list(column).annotate(many=Count("pk")))
    done = {
        key: (many, middle)
        for key, many, middle in asked.done()
        .values_list(column)
        .annotate(many=Count("pk"), middle=Median("done_seconds"))
    }
    firsts = asked.answers().filter(place=0).order_by()
    first = dict(firsts.values_list(column).annotate(middle=Median("seconds")))
    rows = []
    for key in created.keys() | done.keys() | first.keys():
        many, middle = done.get(key, (0, None))
        rows.append(Row(key, created.get(key, 0), many, first.get(key), middle))
    return sorted(rows, key=lambda row: (-row.created, -row.done, str(row.key)))


def _times(answers: QuerySet[Answer]) -> tuple[float | None, float | None]:
    found = answers.aggregate(middle=Median("seconds"), most=Ninetieth("seconds"))
    return found["middle"], found["most"]


def _in_bars(tickets: QuerySet[TicketFigures], column: str, bars: Sequence[date]) -> Counter[date]:
    days = tickets.values_list(TruncDate(column, tzinfo=get_current_timezone())).annotate(many=Count("pk"))
    counted: Counter[date] = Counter()
    for day, many in days:
        counted[bars[bisect_right(bars, day) - 1]] += many
    return counted
