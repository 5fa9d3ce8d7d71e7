"""Dates as people of a language write them: in Persian by the Solar Hijri calendar, in all others by the Gregorian."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.dateformat import DateFormat
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, pgettext
from persiantools.jdatetime import MONTH_NAMES_FA, JalaliDate

SOLAR = "fa"


def written(value: date, form: str = "DATE_FORMAT") -> str:
    """As Django's `date_format`, which knows the letters of `form`, and in the reader's own calendar. A moment is told
    as in its own time zone."""
    if get_language() != SOLAR:
        return date_format(value, form)
    return _Solar(value).format(get_format(form, SOLAR))


def with_time(value: datetime, form: str) -> str:
    """The date as `form` says, and the time of day, both where `value` is."""
    return at_time(written(value, form), value)


def at_time(day: str, at: datetime) -> str:
    """The day, in words, and the time of day."""
    return pgettext("date and time", "%(day)s, %(time)s") % {"day": day, "time": f"{at:%H:%M}"}


def year(value: date) -> int:
    """The year that it lies in, for the reader."""
    return _solar(value).year if get_language() == SOLAR else value.year


def month_of(day: date) -> date:
    """On which day its month begins, for the reader."""
    if get_language() == SOLAR:
        return JalaliDate(day).replace(day=1).to_gregorian()
    return day.replace(day=1)


def next_month(day: date) -> date:
    """On which day the month after its own begins, for the reader."""
    return month_of(month_of(day) + timedelta(days=32))


def _solar(value: date) -> JalaliDate:
    return JalaliDate(value.date() if isinstance(value, datetime) else value)


class _Solar(DateFormat):
    """The letters of Django's formats that tell of days, months and years. The names of months have no short forms."""

    def __init__(self, value: date) -> None:
        super().__init__(value)
        self.solar = _solar(value)

    def d(self) -> str:
        return f"{self.solar.day:02}"

    def j(self) -> int:
        return self.solar.day

    def m(self) -> str:
        return f"{self.solar.month:02}"

    def n(self) -> int:
        return self.solar.month

    def F(self) -> str:
        return str(MONTH_NAMES_FA[self.solar.month])

    b = E = M = N = F

    def y(self) -> str:
        return f"{self.solar.year % 100:02}"

    def Y(self) -> int:
        return self.solar.year
