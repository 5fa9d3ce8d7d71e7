"""Deadlines as lists and heads show them: how long is left, in words that say when to hurry."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

SOON = 30
"""Minutes before it in which a deadline is red, and says what is due."""


class Due(NamedTuple):
    """`css`: how urgent; `short` as shown; `iso` and `reply` for the page's script, by which it stays true."""

    css: str
    short: str
    iso: str
    reply: bool


def due(at: datetime, what: str, at_now: datetime) -> Due:
    """`what` is the plain word that stands on the ticket with its deadline."""
    seconds = (at - at_now).total_seconds()
    minutes = int(abs(seconds) // 60)
    reply = what in {"first_reply", "next_reply"}
    if seconds < 0:
        return Due("late", _("%(time)s late") % {"time": length(minutes)}, at.isoformat(), reply)
    if minutes >= SOON:
        return Due("", length(minutes), at.isoformat(), reply)
    text = _("Reply due in %(time)s") if reply else _("Due in %(time)s")
    return Due("late", text % {"time": length(minutes)}, at.isoformat(), reply)


def length(minutes: int) -> str:
    """6m, 1h 12m, 3d: no more than two numbers."""
    if minutes < 24 * 60:
        return hours_and_minutes(minutes)
    return pgettext("short time", "%(count)sd") % {"count": minutes // (24 * 60)}


def hours_and_minutes(minutes: int) -> str:
    """6m, 4h, 1h 12m."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return pgettext("short time", "%(count)sm") % {"count": rest}
    if not rest:
        return pgettext("short time", "%(count)sh") % {"count": hours}
    return pgettext("short time", "%(hours)sh %(minutes)sm") % {"hours": hours, "minutes": rest}
