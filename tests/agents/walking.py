"""What business time is, by walking along minute by minute and looking at the clock on the wall: slow, and plainly right."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.hours import Hours, Season, Span

# ruff: noqa: DTZ001 - days, whatever the zone
ZONES = {
    "America/New_York": [datetime(2026, 3, 8), datetime(2026, 11, 1)],
    "Europe/Berlin": [datetime(2026, 3, 29), datetime(2026, 10, 25)],
    "Asia/Kolkata": [datetime(2026, 6, 1)],
    "Australia/Lord_Howe": [datetime(2026, 4, 5), datetime(2026, 10, 4)],
    "Pacific/Apia": [datetime(2011, 12, 30), datetime(2010, 9, 26), datetime(2021, 4, 4)],
    "Asia/Tehran": [datetime(2022, 3, 22), datetime(2022, 9, 22), datetime(2026, 3, 21)],
    "Asia/Riyadh": [datetime(2026, 3, 20)],
    "Africa/Cairo": [datetime(2026, 4, 24), datetime(2026, 10, 30)],
}
"""Zones with rules of all kinds, and days about which something happens there."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Wall:
    """The clock on the wall, and whether work goes on when it shows a time: some span of that day, or one of the day
    before that goes past midnight, holds it."""

    def __init__(self, hours: Hours) -> None:
        self.hours, self.zone = hours, ZoneInfo(hours.zone)
        self.days: dict[date, bytearray] = {}

    def is_open(self, moment: datetime) -> bool:
        wall = moment.astimezone(self.zone)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        return bool(self._minutes(day)[minute] or self._minutes(day - DAY)[24 * 60 + minute])

    def _minutes(self, day: date) -> bytearray:
        """Of a day and the one after it, minute by minute, what the spans hold that begin on it."""
        if day not in self.days:
            minutes = self.days[day] = bytearray(2 * 24 * 60)
            for opens, closes in _spans(self.hours, day):
                begin, end = (one.hour * 60 + one.minute for one in (opens, closes))
                for minute in range(begin, end if closes > opens else end + 24 * 60):
                    minutes[minute] = 1
        return self.days[day]


def _spans(hours: Hours, day: date) -> tuple[Span, ...]:
    usual = hours.week.get(day.weekday(), ())
    free = day in hours.days_off or not usual
    for season in hours.seasons:
        if season.first <= day <= season.last and (season.every_day or not free):
            return season.spans
    return () if free else usual


def walk_between(wall: Wall, a: datetime, b: datetime) -> int:
    """Open minutes from `a` to `b`, both on a full minute."""
    minutes = 0
    while a < b:
        minutes += wall.is_open(a)
        a += MINUTE
    return minutes


def walk_add(wall: Wall, start: datetime, minutes: int, limit: datetime) -> datetime | None:
    """When that many minutes have been open; None where that is not before `limit`."""
    while minutes and start < limit:
        minutes -= wall.is_open(start)
        start += MINUTE
    return None if minutes else start


def some_hours(chance: random.Random, zone: str, near: datetime) -> Hours:
    """Any week, with pauses, nights and weekends of any days, days off, and another season now and then."""
    days = [near.date() + timedelta(days=offset) for offset in range(-3, 5)]
    week = {day: some_spans(chance) for day in range(7) if chance.random() < 0.75}
    off = frozenset(day for day in days if chance.random() < 0.15)
    seasons = ()
    if chance.random() < 0.4:
        first, last = sorted(chance.sample(days, 2))
        seasons = (
            Season(first, last, some_spans(chance) if chance.random() < 0.8 else (), chance.random() < 0.4),
        )
    return Hours(zone, week or {0: some_spans(chance)}, off, "", seasons)


def some_spans(chance: random.Random) -> tuple[Span, ...]:
    return tuple((some_time(chance), some_time(chance)) for _span in range(chance.choice((1, 1, 2, 3))))


def some_time(chance: random.Random) -> time:
    return time(chance.randrange(24), chance.choice((0, 0, 0, 30, 15, 7)))


def some_moment(chance: random.Random, near: datetime) -> datetime:
    return near.replace(tzinfo=UTC) + timedelta(minutes=chance.randrange(-36 * 60, 36 * 60))
