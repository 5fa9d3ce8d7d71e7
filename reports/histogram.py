"""Durations in buckets, each about 9 % wider than the one before: what is read from them is off by no more than that."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.db.models import F, FloatField, IntegerField, Value
from django.db.models.functions import Cast, Floor, Ln

STEPS = 8
"""Buckets for each doubling."""
SQL = f"floor({STEPS} * ln(%s + 1) / ln(2.0))::int"
"""Which bucket a column of seconds falls into."""


def bucket(column: str) -> Cast:
    """The same for a query."""
    whole = Ln(Cast(F(column), FloatField()) + Value(1.0)) * Value(STEPS / math.log(2))
    return Cast(Floor(whole), IntegerField())


def begins(number: int) -> float:
    """Seconds."""
    return float(2 ** (number / STEPS) - 1)


def percentile(counted: Mapping[int, int], share: float) -> float | None:
    """Seconds that `share` (0 to 1) of all do not exceed, as if those of a bucket lay evenly in it; None of none."""
    place = share * (sum(counted.values()) - 1)
    if place < 0:
        return None
    below = 0
    for number in sorted(counted):
        many = counted[number]
        if place < below + many:
            low, high = begins(number), begins(number + 1)
            return low + (high - low) * (place - below + 0.5) / many
        below += many
    return begins(max(counted) + 1)
