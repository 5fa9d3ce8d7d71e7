"""How much will come, hour by hour: from the same hour of the same weekday in the weeks before, the newer the heavier.
Pure functions over plain values.

A day on which nobody works although others of its weekday do (a holiday, a day off) is no measure for a usual one, nor
the other way round: days are compared with those of their own kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Hour = tuple[date, int]
"""A day and one of its 24 hours, as the clock on the wall shows them."""
Works = Callable[[date], bool]
"""Whether anybody works on that day."""

WEEKS = 8
"""So many weeks are looked back."""
FEWEST_WEEKS = 2
"""Fewer say nothing of what is usual."""
TESTED_WEEKS = 4
FADES = 0.85
"""What a week weighs beside the one after it."""
SPREAD = 1.2816
"""Standard deviations to either side that hold four fifths of a normal distribution."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Expected:
    """How many are expected, and between which whole numbers, both included, it should be four times of five."""

    mean: float
    low: int
    high: int

    def holds(self, many: int) -> bool:
        return self.low <= many <= self.high


@dataclass(frozen=True, slots=True)
class History:
    """What came in each hour from the day `first` on, all hours before `until`; hours in which nothing came may be
    missing."""

    counts: Mapping[Hour, int]
    first: date
    until: Hour

    @property
    def weeks(self) -> int:
        """Whole weeks that it holds, at most WEEKS."""
        return max(0, min(WEEKS, (self.until[0] - self.first) // WEEK))

    @property
    def is_enough(self) -> bool:
        return self.weeks >= FEWEST_WEEKS

    def before(self, day: date) -> History:
        """The same, as it was known when that day began."""
        return History(self.counts, self.first, min(self.until, (day, 0)))

    def in_hour(self, day: date, hour: int) -> int | None:
        """None where that is not known, or too long ago to tell."""
        known = self.first <= day and (day, hour) < self.until and day >= self.until[0] - WEEKS * WEEK
        return self.counts.get((day, hour), 0) if known else None

    def in_day(self, day: date) -> int | None:
        """The whole day; None where it is not over."""
        if self.in_hour(day, 23) is None:
            return None
        return sum(self.counts.get((day, hour), 0) for hour in range(24))


def hours(history: History, wanted: Iterable[Hour], works: Works) -> dict[Hour, Expected]:
    """What is expected in each of the hours wanted."""
    return {
        (day, hour): _expected(_samples(day, lambda past: history.in_hour(past, hour), history, works))  # noqa: B023
        for day, hour in wanted
    }


def days(history: History, wanted: Iterable[date], works: Works) -> dict[date, Expected]:
    """What is expected on whole days: hours of one day sway together, so that their bands cannot be added."""
    return {day: _expected(_samples(day, history.in_day, history, works)) for day in wanted}


@dataclass(frozen=True, slots=True)
class Tested:
    """How wrong it would have been in the last weeks, each foretold from what was known when it began. Errors are
    parts of what came: 0.2 is a fifth; None where nothing came."""

    weeks: int
    came: int
    by_hour: float
    """Mean error of an hour, in tickets."""
    hourly: float | None
    daily: float | None
    naive: float | None
    """The error of days if each were taken to be as a week before."""
    within: float | None
    """Part of the hours that lay in their bands; four fifths are meant to."""


def back_test(history: History, works: Works) -> Tested:
    """Foretell the last weeks anew, week by week, and compare."""
    errors: list[float] = []
    of_days, of_naive, came, held, weeks = 0.0, 0.0, 0, 0, 0
    for back in range(TESTED_WEEKS, 0, -1):
        begin = history.until[0] - back * WEEK
        known = history.before(begin)
        if not known.is_enough:
            continue
        weeks += 1
        week = [begin + timedelta(days=number) for number in range(7)]
        for (day, hour), expected in hours(known, _hours_of(week), works).items():
            many = history.counts.get((day, hour), 0)
            errors.append(abs(many - expected.mean))
            held += expected.holds(many)
        for day, expected in days(known, week, works).items():
            many, before = (_whole(history, one) for one in (day, day - WEEK))
            came += many
            of_days += abs(many - expected.mean)
            of_naive += abs(many - before)
    return Tested(
        weeks,
        came,
        sum(errors) / len(errors) if errors else 0.0,
        sum(errors) / came if came else None,
        of_days / came if came else None,
        of_naive / came if came else None,
        held / len(errors) if errors else None,
    )


def _hours_of(week: Iterable[date]) -> list[Hour]:
    return [(day, hour) for day in week for hour in range(24)]


def _whole(history: History, day: date) -> int:
    return sum(history.counts.get((day, hour), 0) for hour in range(24))


def _samples(
    day: date, counted: Callable[[date], int | None], history: History, works: Works
) -> Sequence[tuple[float, int]]:
    """(weight, how many) of days like that one."""
    last = history.until[0]
    weekdays = [day - number * WEEK for number in range(1, WEEKS + 2)]
    alike = [past for past in weekdays if works(past) == works(day)]
    if any(counted(past) is not None for past in alike):
        return _weighed(alike, last, counted)
    others = [last - timedelta(days=number) for number in range(WEEKS * 7 + 1)]
    kind = _weighed([past for past in others if works(past) == works(day)], last, counted)
    return kind or _weighed(weekdays, last, counted)


def _weighed(
    past: Iterable[date], last: date, counted: Callable[[date], int | None]
) -> list[tuple[float, int]]:
    found = [(FADES ** ((last - one).days / 7), counted(one)) for one in past]
    return [(weight, many) for weight, many in found if many is not None]


def _expected(samples: Sequence[tuple[float, int]]) -> Expected:
    """The weighed mean; the band is that of one more count: as wide as they were apart, or as chance alone makes
    counts differ (Poisson), whichever is more, and wider where there are few."""
    whole = sum(weight for weight, _many in samples)
    if not whole:
        return Expected(0.0, 0, 0)
    shares = [(weight / whole, many) for weight, many in samples]
    mean = sum(share * many for share, many in shares)
    doubt = sum(share * share for share, _many in shares)
    apart = sum(share * (many - mean) ** 2 for share, many in shares) / (1 - doubt) if doubt < 1 else 0.0
    spread = SPREAD * math.sqrt(max(apart, mean, doubt) * (1 + doubt))
    return Expected(mean, max(0, round(mean - spread)), round(mean + spread))
