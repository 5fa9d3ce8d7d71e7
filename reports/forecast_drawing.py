"""The coming hours as they are drawn: shapes in units of their own, which the page stretches to the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.outlook import ComingHour, Outlook
from text.dates import written

HEIGHT, STEP, BAR = 100.0, 10.0, 7.0
LITTLE = 60.0
"""The height of the small drawing on the board."""


def coming(hours: Sequence[ComingHour]) -> dict[str, Any]:
    """For the board: agents needed as an area, those on shift as a line."""
    if not hours:
        return {}
    if not any(one.needed.agents or one.on_shift for one in hours):
        return {"closed": True}
    most = max(max(one.needed.agents, one.on_shift) for one in hours) * 1.2 or 1.0
    return {
        "width": f"{STEP * len(hours):.0f}",
        "area": _closed(_line([one.needed.agents for one in hours], most, LITTLE), len(hours), LITTLE),
        "line": _line([one.needed.agents for one in hours], most, LITTLE),
        "shift": _line([one.on_shift for one in hours], most, LITTLE),
        "short": any(one.is_short for one in hours),
        "rows": [_row(one) for one in hours],
    }


def charts(outlook: Outlook) -> dict[str, Any]:
    """For the page: what is expected with its band, and agents needed beside those on shift; day by day."""
    hours = outlook.hours
    most = max([one.expected.high for one in hours] + [1])
    agents = max([max(one.needed.agents, one.on_shift) for one in hours] + [1])
    low = _line([one.expected.low for one in hours], most, HEIGHT)
    high = _line([one.expected.high for one in hours], most, HEIGHT)
    return {
        "width": f"{STEP * len(hours):.0f}",
        "most": most,
        "band": " ".join([high, *reversed(low.split())]),
        "mean": _line([one.expected.mean for one in hours], most, HEIGHT),
        "agents": agents,
        "bars": [_bar(place, one, agents) for place, one in enumerate(hours)],
        "shift": _steps([one.on_shift for one in hours], agents),
        "days": list(_days(outlook)),
    }


def _days(outlook: Outlook) -> Any:
    place = 0
    for number, (day, group) in enumerate(groupby(outlook.hours, key=lambda one: one.begins.date())):
        rows = list(group)
        whole = outlook.days.get(day)
        many = round(whole.mean if whole else sum(one.expected.mean for one in rows))
        name = written(day, "l j F") if whole else _("Rest of today")
        yield {
            "id": f"day-{number}",
            "x": f"{place * STEP:.0f}",
            "width": f"{len(rows) * STEP:.0f}",
            "hours": len(rows),
            "name": name,
            "short_name": written(day, "D"),
            "tickets": ngettext("%(count)d ticket", "%(count)d tickets", many) % {"count": many},
            "band": f"{whole.low}–{whole.high}" if whole else "",
            "agents": max(one.needed.agents for one in rows),
            "short": sum(one.is_short for one in rows),
            "rows": [_row(one) for one in rows],
        }
        place += len(rows)


def _row(one: ComingHour) -> dict[str, Any]:
    return {
        "time": time_format(one.begins, "H:i"),
        "mean": f"{one.expected.mean:.1f}",
        "band": f"{one.expected.low}–{one.expected.high}",
        "needed": one.needed.agents,
        "for_chats": one.needed.for_chats,
        "on_shift": one.on_shift,
        "short": one.is_short,
    }


def _bar(place: int, one: ComingHour, most: int) -> dict[str, Any]:
    height = HEIGHT * one.needed.agents / most
    return {
        "x": f"{place * STEP + (STEP - BAR) / 2:.2f}",
        "y": f"{HEIGHT - height:.2f}",
        "height": f"{height:.2f}",
        "tone": "low" if one.is_short else "good",
    }


def _line(values: Sequence[float], most: float, height: float) -> str:
    """Through the middle of each hour, from edge to edge."""
    points = [(STEP * place + STEP / 2, value) for place, value in enumerate(values)]
    points = [(0.0, values[0]), *points, (STEP * len(values), values[-1])]
    return " ".join(f"{x:.1f},{height - height * value / most:.2f}" for x, value in points)


def _closed(line: str, many: int, height: float) -> str:
    return f"0,{height:.0f} {line} {STEP * many:.0f},{height:.0f}"


def _steps(values: Sequence[int], most: float) -> str:
    points = []
    for place, value in enumerate(values):
        y = HEIGHT - HEIGHT * value / most
        points += [f"{STEP * place:.0f},{y:.2f}", f"{STEP * (place + 1):.0f},{y:.2f}"]
    return " ".join(points)
