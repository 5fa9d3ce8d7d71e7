"""Values that a part of all do not exceed, between two of them where it lies there."""

from __future__ import annotations

from django.db.models import Aggregate, FloatField


class Percentile(Aggregate):
    share: float
    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()  # type: ignore[assignment]

    def __init__(self, expression: str) -> None:
        super().__init__(expression, share=self.share)


class Median(Percentile):
    share = 0.5


class Ninetieth(Percentile):
    share = 0.9
