"""Figures as shapes: where each piece of a bar begins and how long it is, in units of the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from csat.faces import GOOD, ICONS, LOW, SCORES
from csat.figures import Figures
from text.dates import written

HEIGHT = 100.0
STEP, WIDTH = 10.0, 7.0
"""From bar to bar, and of a bar; the page stretches them to the room that there is."""


def columns(by_day: Mapping[date, Figures], step: str) -> dict[str, Any]:
    """A column for each day, week or month: how many answers, the good at the bottom, the low on top."""
    most = max((one.answered for one in by_day.values()), default=0)
    names = {day: _named(day, step) for day in by_day}
    drawn = [
        {
            "name": names[day],
            "says": _says(one),
            "pieces": _pieces(one, place * STEP + (STEP - WIDTH) / 2, most),
        }
        for place, (day, one) in enumerate(by_day.items())
    ]
    shown = list(names.values())
    ends = [shown[0], shown[len(shown) // 2], shown[-1]] if len(shown) > 2 else shown
    return {"columns": drawn, "width": len(drawn) * STEP, "height": HEIGHT, "most": most, "ends": ends}


def spread(whole: Figures) -> list[dict[str, Any]]:
    """A bar for each score, best first."""
    most = max(whole.scores.values()) or 1
    return [
        {
            "score": score,
            "label": SCORES[score],
            "icon": ICONS[score],
            "tone": _tone(score),
            "many": many,
            "part": many / whole.answered if whole.answered else 0,
            "length": f"{100 * many / most:.2f}",
        }
        for score, many in sorted(whole.scores.items(), reverse=True)
    ]


def _pieces(one: Figures, x: float, most: int) -> list[dict[str, str]]:
    pieces, top = [], HEIGHT
    for tone in ("good", "middle", "low"):
        many = sum(many for score, many in one.scores.items() if _tone(score) == tone)
        height = HEIGHT * many / most if most else 0
        top -= height
        if many:
            # As text: a decimal comma of the reader's language would not be understood.
            pieces.append({"tone": tone, "x": f"{x:.2f}", "y": f"{top:.2f}", "height": f"{height:.2f}"})
    return pieces


def _tone(score: int) -> str:
    return "low" if score <= LOW else "good" if score >= GOOD else "middle"


def _named(day: date, step: str) -> str:
    return written(day, "F Y" if step == "month" else "j M")


def _says(one: Figures) -> str:
    if one.average is None:
        return _("no answers")
    words = ngettext("%(score)s from %(count)d answer", "%(score)s from %(count)d answers", one.answered)
    return words % {"score": f"{one.average:.2f}", "count": one.answered}
