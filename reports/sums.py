"""How much of a measure there was, by a column: read from rows, or, over a long time, from cells and the rows around.

Whole months (and days, of the whole desk) come from cells, and what is before and after them from rows, so that
nothing is counted that lies outside. From rows percentiles are exact; from cells they are as near as buckets are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value

from reports import histogram
from reports.measures import MEASURES
from reports.models import Cell, Cut, Grain
from reports.percentiles import Median, Ninetieth

if TYPE_CHECKING:
    from reports.overview import Asked

LONG = timedelta(days=36)
"""From here on cells are read."""
_GRAINS: dict[Cut | None, tuple[Grain, ...]] = {
    Cut.WHOLE: (Grain.MONTH, Grain.DAY),
    Cut.TEAM: (Grain.MONTH,),
    Cut.AGENT: (Grain.MONTH,),
    None: (),
}
_KEYS = {"agent": "agent_id", "team": "team_id", "source": "source"}


@dataclass(frozen=True, slots=True)
class Total:
    """Seconds are None without any."""

    many: int = 0
    median: float | None = None
    ninetieth: float | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of cells of a grain; of rows where that is None."""

    grain: Grain | None
    start: datetime
    end: datetime


def total(asked: Asked, measure: str) -> Total:
    return totals(asked, measure).get(None, Total())


def totals(asked: Asked, measure: str, by: str = "") -> dict[Any, Total]:
    """By agent, team or source, or all under None; who has none is missing."""
    if not is_long(asked):
        return _exact(asked, measure, by)
    shares = (0.5, 0.9) if MEASURES[measure].seconds else ()
    return {
        key: Total(sum(counted.values()), *(histogram.percentile(counted, share) for share in shares))
        for key, counted in _histograms(asked, measure, by).items()
    }


def spread(asked: Asked, measure: str) -> Counter[int]:
    """How many by bucket of their duration."""
    return _histograms(asked, measure, "").get(None, Counter())


def is_long(asked: Asked) -> bool:
    return asked.period.end - asked.period.start >= LONG


def over_the_day(asked: Asked) -> bool:
    """Whether what came and was done by the hour is read from cells."""
    return is_long(asked) and _cut(asked, "") == Cut.WHOLE


def cells(asked: Asked, cut: Cut, grain: Grain, measure: str) -> QuerySet[Cell]:
    """Of the filters, whatever the days."""
    found = Cell.objects.filter(cut=cut, grain=grain, measure=measure)
    if cut != Cut.WHOLE and not asked.reader.sees_everything:
        found = found.filter(team_id__in=asked.reader.team_ids())
    picked = {"team_id": asked.period.team, "agent_id": asked.period.agent, "source": asked.source or None}
    return found.filter(**{column: value for column, value in picked.items() if value is not None})


def stretches(start: datetime, end: datetime, grains: tuple[Grain, ...]) -> Iterator[Stretch]:
    """From the first grain on as much as it fits whole, before and after it of the next; last rows."""
    if start >= end:
        return
    if not grains:
        yield Stretch(None, start, end)
        return
    first, last = _begin(start, grains[0], up=True), _begin(end, grains[0], up=False)
    if first >= last:
        yield from stretches(start, end, grains[1:])
        return
    yield from stretches(start, first, grains[1:])
    yield Stretch(grains[0], first, last)
    yield from stretches(last, end, grains[1:])


def _exact(asked: Asked, measure: str, by: str) -> dict[Any, Total]:
    rows = asked.rows(measure).annotate(key=F(_KEYS[by]) if by else Value(0)).values("key")
    seconds = MEASURES[measure].seconds
    times = {"middle": Median(seconds), "most": Ninetieth(seconds)} if seconds else {}
    found = rows.annotate(many=Count("*"), **times).values_list("key", "many", *times)
    return {key if by else None: Total(many, *told) for key, many, *told in found if many}


def _cut(asked: Asked, by: str) -> Cut:
    """The one that tells apart what is asked for."""
    if by == "agent" or asked.period.agent is not None:
        return Cut.AGENT
    if by == "team" or asked.period.team is not None or not asked.reader.sees_everything:
        return Cut.TEAM
    return Cut.WHOLE


def _histograms(asked: Asked, measure: str, by: str) -> dict[Any, Counter[int]]:
    column, cut = _KEYS.get(by), _cut(asked, by) if is_long(asked) else None
    parts: list[QuerySet] = []
    rest = Q()
    for one in stretches(asked.period.start, asked.period.end, _GRAINS[cut]):
        if cut is None or one.grain is None:
            at = MEASURES[measure].at
            rest |= Q(**{f"{at}__gte": one.start, f"{at}__lt": one.end})
            continue
        found = cells(asked, cut, one.grain, measure).filter(at__gte=one.start, at__lt=one.end)
        parts.append(_grouped(found, column, F("bucket"), Sum("many")))
    if rest:
        seconds = MEASURES[measure].seconds
        number = histogram.bucket(seconds) if seconds else Value(0)
        parts.append(_grouped(asked.rows(measure).filter(rest), column, number, Count("*")))
    counted: dict[Any, Counter[int]] = defaultdict(Counter)
    for key, number, many in parts[0].union(*parts[1:], all=True):
        if many:
            counted[(key or None) if by else None][number] += many
    return counted


def _grouped(found: QuerySet, column: str | None, number: Any, many: Any) -> QuerySet:
    """key, bucket, how many"""
    keyed = found.order_by().annotate(key=F(column) if column else Value(0), number=number)
    return keyed.values("key", "number").annotate(sum=many).values_list("key", "number", "sum")


def _begin(at: datetime, grain: Grain, *, up: bool) -> datetime:
    """The nearest begin of such a cell that is not before `at`, or not after it."""
    at = at.astimezone(UTC)
    begin = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == Grain.MONTH:
        begin = begin.replace(day=1)
    if up and begin < at:
        following = begin + timedelta(days=32 if grain == Grain.MONTH else 1)
        begin = following.replace(day=1) if grain == Grain.MONTH else following
    return begin
