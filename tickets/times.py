"""Times as the desk writes them: short, in the agent's zone, formatted before the loop that shows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.timezone import localtime, now
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from text.dates import at_time, written, year


class Moment(NamedTuple):
    """A time on screen: `iso` for machines, and for the page's script to tell in full; `short` as shown."""

    iso: str
    short: str


def ago(at: datetime, at_now: datetime | None = None) -> Moment:
    """How long ago, as short as can be, for lists: 2m, 3h, and from yesterday on the date."""
    at_now = at_now or now()
    minutes = int((at_now - at).total_seconds() // 60)
    if minutes < 1:
        short = pgettext("short time", "now")
    elif minutes < 60:
        short = pgettext("short time", "%(count)sm") % {"count": minutes}
    elif minutes < 24 * 60:
        short = pgettext("short time", "%(count)sh") % {"count": minutes // 60}
    else:
        short = day(at, at_now)
    return Moment(at.isoformat(), short)


def clock(at: datetime, at_now: datetime | None = None) -> Moment:
    """The time of day, with the date unless it is today, for letters."""
    local = localtime(at)
    short = local.strftime("%H:%M")
    if local.date() != localtime(at_now or now()).date():
        short = at_time(day(at, at_now), local)
    return Moment(at.isoformat(), short)


def day(at: datetime, at_now: datetime | None = None) -> str:
    """The date, with the year only when it is another one."""
    local = localtime(at)
    with_year = year(local) != year(localtime(at_now or now()))
    return _written(local.date(), with_year, get_language())


@lru_cache(maxsize=2000)
def _written(date: date, with_year: bool, _language: str | None) -> str:
    return written(date, "j M Y" if with_year else "j M")


class Later(NamedTuple):
    """A time to snooze until: its name, the time as shown, and the local time as a form field takes it."""

    label: str
    shown: str
    value: str


def later() -> list[Later]:
    """When a snoozed ticket may come back, in the agent's own days; the week begins on Monday."""
    local = localtime(now()).replace(second=0, microsecond=0)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(9), local.tzinfo)
    monday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), time(9), local.tzinfo)
    choices = [(_("Tomorrow morning"), tomorrow), (_("Next week"), monday)]
    if (evening := local + timedelta(hours=3)).date() == local.date():
        choices.insert(0, (_("Later today"), evening))
    return [Later(label, written(at, "D H:i"), at.strftime("%Y-%m-%dT%H:%M")) for label, at in choices]
