"""When a report is mailed, and of which days it tells. Pure functions over plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_LONGEST = 33
"""Days within which every schedule comes round."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`cadence`: daily, weekly or monthly, which is on the first. `weekday`: 0 is Monday. `hour`: of the clock there;
    one that the clock leaps over is kept an hour later, one that it shows twice the first time."""

    cadence: str
    weekday: int
    hour: int
    zone: str

    def after(self, moment: datetime) -> datetime:
        """The first time after that moment."""
        return next(due for due in self._around(moment, DAY) if due > moment)

    def latest(self, moment: datetime) -> datetime:
        """The last time up to that moment: of all that were missed, the only one that is made up for."""
        return next(due for due in self._around(moment, -DAY) if due <= moment)

    def _around(self, moment: datetime, step: timedelta) -> Iterator[datetime]:
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date() - step
        for _number in range(_LONGEST + 2):
            if self._is_on(day):
                yield datetime.combine(day, time(self.hour), zone).astimezone(UTC)
            day += step

    def _is_on(self, day: date) -> bool:
        return {"daily": True, "weekly": day.weekday() == self.weekday, "monthly": day.day == 1}[self.cadence]


def days_of(span: str, today: date, begins: int = 0) -> tuple[date, date]:
    """The first and the last day that are meant by yesterday, last-week (from the weekday `begins` on, 0 is Monday),
    last-month, 7-days or 30-days; the last two end yesterday."""
    yesterday = today - DAY
    match span:
        case "last-week":
            first = today - ((today.weekday() - begins) % 7 + 7) * DAY
            return first, first + 6 * DAY
        case "last-month":
            last = today.replace(day=1) - DAY
            return last.replace(day=1), last
        case "7-days":
            return yesterday - 6 * DAY, yesterday
        case "30-days":
            return yesterday - 29 * DAY, yesterday
    return yesterday, yesterday
