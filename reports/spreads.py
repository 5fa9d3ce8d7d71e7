"""How long something took, as columns: so many within a minute, so many within five, and so on.

The bounds are as near as buckets are (`reports.histogram`): what took within 9 % of one may stand on either side of it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from django.utils.translation import gettext as _

from reports import sums
from reports.durations import DAY, HOUR, MINUTE, short
from reports.histogram import begins
from reports.overview import Asked

LIMITS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY,
)  # fmt: skip
HEIGHT, STEP, WIDTH = 100.0, 10.0, 7.0


def counted(asked: Asked, measure: str) -> list[int]:
    """How many took no longer than each of LIMITS, each counted once; the last took longer than all."""
    parts = [0] * (len(LIMITS) + 1)
    for number, many in sums.spread(asked, asked.timed(measure)).items():
        parts[bisect_left(LIMITS, (begins(number) + begins(number + 1)) / 2)] += many
    return parts


def chart(title: str, name: str, parts: list[int]) -> dict[str, Any]:
    """As the page draws it, and as the table behind it says."""
    most = max(parts)
    labels = [_("up to %(time)s") % {"time": short(limit)} for limit in LIMITS] + [_("longer")]
    return {
        "title": title,
        "name": name,
        "most": most,
        "width": f"{STEP * len(parts):.0f}",
        "bar": f"{WIDTH:.2f}",
        "ends": [short(LIMITS[0]), short(LIMITS[4]), short(LIMITS[8]), labels[-1]],
        "columns": [
            {
                "label": label,
                "many": many,
                "x": f"{place * STEP + (STEP - WIDTH) / 2:.2f}",
                "y": f"{HEIGHT - _height(many, most):.2f}",
                "height": f"{_height(many, most):.2f}",
            }
            for place, (label, many) in enumerate(zip(labels, parts, strict=True))
        ],
    }


def _height(many: int, most: int) -> float:
    return HEIGHT * many / most if most else 0.0
