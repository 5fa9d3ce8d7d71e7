"""How long something took, as short as can be read."""

from django.utils.translation import pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def short(seconds: float | None) -> str:
    """Two units at most: 41s, 3m 12s, 45m, 2h 5m, 3d 4h; a dash for None."""
    if seconds is None:
        return "–"
    whole = int(seconds)
    if whole < MINUTE:
        return pgettext("short time", "%(seconds)ss") % {"seconds": whole}
    if whole < HOUR:
        parts = {"minutes": whole // MINUTE, "seconds": whole % MINUTE}
        return (
            pgettext("short time", "%(minutes)sm %(seconds)ss") % parts if whole % MINUTE else _minutes(whole)
        )
    if whole < DAY:
        parts = {"hours": whole // HOUR, "minutes": whole % HOUR // MINUTE}
        if not parts["minutes"]:
            return pgettext("short time", "%(count)sh") % {"count": parts["hours"]}
        return pgettext("short time", "%(hours)sh %(minutes)sm") % parts
    parts = {"days": whole // DAY, "hours": whole % DAY // HOUR}
    if not parts["hours"]:
        return pgettext("short time", "%(count)sd") % {"count": parts["days"]}
    return pgettext("short time", "%(days)sd %(hours)sh") % parts


def _minutes(seconds: int) -> str:
    return pgettext("short time", "%(count)sm") % {"count": seconds // MINUTE}
