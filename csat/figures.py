"""The figures of a period, by one query over one index: every table and chart of the page is a grouping of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from agents.models import Agent, Workspace
from csat.faces import GOOD, LOW, SCORES
from csat.period import Period, midnight
from text.dates import month_of, next_month

BY = ("agent_id", "team_id", "channel_id", "bar")
WEEKLY_FROM, MONTHLY_FROM = 63, 366
"""From so many days on the chart has a bar for a week, and for a month."""


@dataclass(slots=True)
class Figures:
    """How many were asked, and how many gave each score."""

    asked: int = 0
    scores: dict[int, int] = field(default_factory=lambda: dict.fromkeys(SCORES, 0))

    def count(self, score: int | None, many: int) -> None:
        self.asked += many
        if score is not None:
            self.scores[score] += many

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def average(self) -> float | None:
        """Of the answers, from 1 to 5; None without any."""
        weights = sum(score * many for score, many in self.scores.items())
        return weights / self.answered if self.answered else None

    @property
    def answer_rate(self) -> float | None:
        """Of those who were asked, from 0 to 1."""
        return self.answered / self.asked if self.asked else None

    @property
    def low(self) -> int:
        """How many gave 1 or 2."""
        return sum(many for score, many in self.scores.items() if score <= LOW)

    @property
    def content(self) -> float | None:
        """Of those who answered, the part that gave 4 or 5."""
        good = sum(many for score, many in self.scores.items() if score >= GOOD)
        return good / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Report:
    whole: Figures
    by_agent: dict[int | None, Figures]
    by_team: dict[int | None, Figures]
    by_channel: dict[int | None, Figures]
    by_day: dict[date, Figures]
    """Each day, or the first day of each week or month, also those without any question."""
    step: str
    """day, week or month."""


def report(reader: Agent, period: Period) -> Report:
    """What the reader may see of the period."""
    step = step_of(period)
    found: dict[str, dict[Any, Figures]] = {name: {} for name in (*BY, "")}
    bars = list(bars_of(period, step))
    for name, key, score, many in _counted(reader, period, bars):
        found[name].setdefault(key, Figures()).count(score, many)
    days = {day: found["bar"].get(place, Figures()) for place, day in enumerate(bars, 1)}
    whole = found[""].get(None, Figures())
    return Report(whole, found["agent_id"], found["team_id"], found["channel_id"], days, step)


def whole(reader: Agent, period: Period) -> Figures:
    """All of the period in one."""
    counted = Figures()
    for score, many in period.of(reader).order_by().values_list("score").annotate(many=Count("*")):
        counted.count(score, many)
    return counted


_COUNTED = """
WITH cells AS MATERIALIZED (
  SELECT agent_id, team_id, channel_id, score, width_bucket(asked_at, %s::timestamptz[]) AS bar, count(*) AS many
  FROM csat_survey WHERE {where} GROUP BY 1, 2, 3, 4, 5
)
SELECT grouping(agent_id), grouping(team_id), grouping(channel_id), grouping(bar), agent_id, team_id, channel_id, bar,
  score, sum(many)::bigint
FROM cells GROUP BY GROUPING SETS ((agent_id, score), (team_id, score), (channel_id, score), (bar, score), (score))
"""


def _counted(
    reader: Agent, period: Period, bars: Sequence[date]
) -> Iterable[tuple[str, Any, int | None, int]]:
    """(grouped by which column, its value, score, how many); bars by their place, from 1. Grouped once by all, which
    leaves few cells of many rows, and then by each."""
    where = ["asked_at >= %s", "asked_at < %s"]
    values: list[Any] = [period.start, period.end]
    for column, pk in period.picked().items():
        where.append(f"{column} = %s")
        values.append(pk)
    if not reader.sees_everything:
        where.append("team_id = ANY(%s)")
        values.append(reader.team_ids())
    beginnings = [max(midnight(day), period.start) for day in bars]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(where=" AND ".join(where)), [beginnings, *values])
        for *grouped, agent, team, channel, bar, score, many in cursor.fetchall():
            keys = (agent, team, channel, bar)
            place = next((place for place, left_out in enumerate(grouped) if not left_out), None)
            yield (BY[place], keys[place], score, many) if place is not None else ("", None, score, many)


def step_of(period: Period) -> str:
    return "day" if period.days < WEEKLY_FROM else "week" if period.days < MONTHLY_FROM else "month"


def bars_of(period: Period, step: str) -> Iterable[date]:
    """On which days the chart's bars begin; weeks do as is usual in the company's country, months as in the reader's
    calendar."""
    day = period.first
    if step == "week":
        day -= timedelta(days=(day.weekday() - Workspace.week_begins()) % 7)
    elif step == "month":
        day = month_of(day)
    while day <= period.last:
        yield day
        day = next_month(day) if step == "month" else day + timedelta(days=7 if step == "week" else 1)
