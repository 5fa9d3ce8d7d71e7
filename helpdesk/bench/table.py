"""One table of figures, each with its goal and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Line:
    """A figure as it is shown. `met` is None where there is no goal."""

    what: str
    who: str = ""
    p50: str = ""
    p95: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "SHORT", None: ""}[self.met]
        return self.what, self.who, self.p50, self.p95, self.ratio, self.goal, verdict


HEAD = ("", "as", "p50", "p95 / p99", "× bare", "goal", "")


def show(lines: Sequence[Line]) -> str:
    """The table as text, its columns aligned."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    shown = []
    for row in rows:
        cells = [
            cell.ljust(width) if place in {0, 1, 5, 6} else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        shown.append("  ".join(cells).rstrip())
    return "\n".join([shown[0], "-" * max(map(len, shown)), *shown[1:]])


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
