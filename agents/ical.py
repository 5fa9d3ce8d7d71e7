"""Days off out of an iCalendar file (RFC 5545), as other calendars export them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

MOST_BYTES = 1_000_000
MOST_EVENTS = 2000
LONGEST = 60
"""Days of one entry: what goes on for longer is no day off."""


def days_in(data: bytes, first: date, last: date) -> dict[date, str]:
    """The days from `first` to `last` that the entries fill, with their names, in order; of those that come again, each
    time. Entries of some hours of a day are appointments and leave it as it is. ValueError when it is no calendar."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
        entries = calendar.walk("VEVENT")[:MOST_EVENTS]
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError("no calendar") from error
    found: dict[date, str] = {}
    for entry in entries:
        for begin, length in _occurrences(entry, first, last):
            for day in (begin + timedelta(days=place) for place in range(length)):
                if first <= day <= last:
                    found.setdefault(day, " ".join(str(entry.get("SUMMARY", "")).split())[:120])
    return dict(sorted(found.items()))


def _occurrences(entry: Any, first: date, last: date) -> list[tuple[date, int]]:
    """When it begins, and how many whole days it lasts."""
    start, end = entry.get("DTSTART"), entry.get("DTEND")
    if start is None or str(entry.get("STATUS", "")).upper() == "CANCELLED":
        return []
    begin = start.dt
    until = (
        end.dt
        if end is not None
        else begin + (entry["DURATION"].dt if "DURATION" in entry else _usual(begin))
    )
    if isinstance(begin, datetime) or isinstance(until, datetime):
        if not _is_midnight(begin) or not _is_midnight(until):
            return []
        begin, until = begin.date(), until.date()
    length = min((until - begin).days, LONGEST)
    return [(day, length) for day in _days(entry, begin, first - timedelta(days=length), last)]


def _usual(begin: date | datetime) -> timedelta:
    """How long an entry lasts that does not say so: a day, or no time at all."""
    return timedelta(0) if isinstance(begin, datetime) else timedelta(days=1)


def _is_midnight(at: Any) -> bool:
    return isinstance(at, datetime) and (at.hour, at.minute, at.second) == (0, 0, 0)


def _days(entry: Any, begin: date, first: date, last: date) -> list[date]:
    from dateutil.rrule import rrulestr

    rule = entry.get("RRULE")
    if rule is None:
        return [begin]
    if rule.get("FREQ", [""])[0] not in {"YEARLY", "MONTHLY", "WEEKLY"} or begin.year < 1900:
        return []
    parts = [
        part.partition("Z")[0] if part.startswith("UNTIL=") else part for part in _written(rule).split(";")
    ]
    again = rrulestr(";".join(parts), dtstart=datetime.combine(begin, datetime.min.time()))
    low, high = (datetime.combine(day, datetime.min.time()) for day in (first, last))
    return [one.date() for one in again.between(low, high, inc=True)]


def _written(rule: Any) -> str:
    return rule.to_ical().decode()
