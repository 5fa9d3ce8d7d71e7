"""Times as the desk writes them: short, in the agent's zone, formatted before the loop that shows them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class Moment(NamedTuple):
    """A time on screen: `iso` for machines, `short` as shown, `full` on hover."""

    iso: str
    short: str
    full: str


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
    return Moment(at.isoformat(), short, full(at))


def clock(at: datetime, at_now: datetime | None = None) -> Moment:
    """The time of day, with the date unless it is today, for letters."""
    local = localtime(at)
    short = date_format(local, "H:i")
    if local.date() != localtime(at_now or now()).date():
        short = pgettext("date and time", "%(day)s, %(time)s") % {"day": day(at, at_now), "time": short}
    return Moment(at.isoformat(), short, full(at))


def day(at: datetime, at_now: datetime | None = None) -> str:
    """The date, with the year only when it is another one."""
    local = localtime(at)
    return date_format(local, "j M" if local.year == localtime(at_now or now()).year else "j M Y")


def full(at: datetime) -> str:
    return date_format(localtime(at), "l j F Y, H:i")


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
    return [Later(label, date_format(at, "D H:i"), at.strftime("%Y-%m-%dT%H:%M")) for label, at in choices]
