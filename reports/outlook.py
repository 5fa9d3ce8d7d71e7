"""The coming hours: what is expected, how many agents that takes, and how many are on shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.utils.timezone import get_current_timezone, get_current_timezone_name, localdate, localtime

from agents.models import Agent
from reports import arrivals, forecasting, handling
from reports.arrivals import Came
from reports.forecasting import Expected, Tested
from reports.handling import Times
from reports.models import StaffingAim
from reports.shifts import Shifts, shifts
from reports.staffing import Load, Needed, needed

DAYS, NEXT_HOURS = 7, 4
KEPT = 300
"""Seconds for which a board shows the same outlook again."""


@dataclass(frozen=True, slots=True)
class ComingHour:
    begins: datetime
    expected: Expected
    needed: Needed
    on_shift: int

    @property
    def is_short(self) -> bool:
        return self.needed.agents > self.on_shift


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hours from this one on; what is expected on whole days; how true such forecasts were; how long work takes."""

    hours: list[ComingHour]
    days: dict[date, Expected]
    tested: Tested
    times: Times
    backlog: int
    weeks: int


def week(reader: Agent, team: int | None = None) -> Outlook | None:
    """The rest of today and the seven days after it; None where the past is too short to tell."""
    came, staff = arrivals.long_ago(reader, team), shifts(reader, team)
    if not came.all.is_enough:
        return None
    aim = StaffingAim.current()
    times, waiting = handling.times(reader, aim, team), _waiting(reader, team)
    begins = _until(localdate() + timedelta(days=DAYS))
    coming = _coming(begins, came, staff, times, aim, waiting)
    whole = sorted({hour.date() for hour in begins})[1:]
    expected = forecasting.days(came.all, whole, staff.works)
    tested = forecasting.back_test(came.all, staff.works)
    return Outlook(coming, expected, tested, times, waiting, came.all.weeks)


def next_hours(reader: Agent, present: int) -> list[ComingHour]:
    """This hour and those after it; nothing where the past is too short to tell. Kept for some minutes for all who
    see the same, but for who is there: in this hour those count who are present, whatever the calendar says."""
    begins = _hours_from(NEXT_HOURS)
    seen = "all" if reader.sees_everything else ",".join(map(str, reader.team_ids()))
    key = f"reports:next-hours:{seen}:{get_current_timezone_name()}:{begins[0]:%Y%m%d%H}"
    kept = cache.get(key)
    if kept is None:
        kept = _next_hours(reader, begins)
        cache.set(key, kept, KEPT)
    return [replace(one, on_shift=present) for one in kept[:1]] + kept[1:]


def _next_hours(reader: Agent, begins: Sequence[datetime]) -> list[ComingHour]:
    came = arrivals.around(reader, begins[0], len(begins))
    if not came.all.is_enough:
        return []
    aim = StaffingAim.current()
    times = handling.times(reader, aim)
    return _coming(begins, came, shifts(reader), times, aim, _waiting(reader, None))


def _coming(
    begins: Sequence[datetime], came: Came, staff: Shifts, times: Times, aim: StaffingAim, waiting: int
) -> list[ComingHour]:
    wanted = [(hour.date(), hour.hour) for hour in begins]
    every = forecasting.hours(came.all, wanted, staff.works)
    chats = forecasting.hours(came.chats, wanted, staff.works)
    loads = [
        Load(chats[one].mean, max(0.0, every[one].mean - chats[one].mean), bool(staff.open_teams(hour)))
        for one, hour in zip(wanted, begins, strict=True)
    ]
    agents = needed(loads, waiting, times.effort, aim.aim)
    return [
        ComingHour(hour, every[one], need, here)
        for hour, one, need, here in zip(begins, wanted, agents, staff.many(begins), strict=True)
    ]


def _waiting(reader: Agent, team: int | None) -> int:
    return arrivals.tickets(reader, team).filter(waiting_since__isnull=False).count()


def _until(last: date) -> list[datetime]:
    """From this hour to the last of that day."""
    return [hour for hour in _hours_from((DAYS + 1) * 24 + 1) if hour.date() <= last]


def _hours_from(many: int) -> list[datetime]:
    """This hour and those after it, as the reader's clock shows them."""
    first = localtime().replace(minute=0, second=0, microsecond=0)
    moments = (first.timestamp() + number * 3600 for number in range(many))
    return [datetime.fromtimestamp(moment, get_current_timezone()) for moment in moments]
