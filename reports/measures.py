"""What is counted, and of which rows: each measure has a moment, and some a duration."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, Q

from reports.models import Answer, TicketFigures

ONE_TOUCH = Q(replies__lte=1, reopened=0)
"""Done after one reply or none, and never again."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`at` and `seconds` are columns of `rows`; `of` says which of them count, for queries and as SQL."""

    rows: type[Model]
    at: str
    of: Q
    sql: str
    seconds: str = ""


MEASURES = {
    "created": Measure(TicketFigures, "created_at", Q(), "counts"),
    "done": Measure(TicketFigures, "done_at", Q(), "counts AND done_at IS NOT NULL", "done_seconds"),
    "reopened": Measure(
        TicketFigures, "done_at", Q(reopened__gt=0), "counts AND done_at IS NOT NULL AND reopened > 0"
    ),
    "one_touch": Measure(
        TicketFigures,
        "done_at",
        ONE_TOUCH,
        "counts AND done_at IS NOT NULL AND replies <= 1 AND reopened = 0",
    ),
    "first": Measure(Answer, "at", Q(place=0), "place = 0", "seconds"),
    "next": Measure(Answer, "at", Q(place__gt=0), "place > 0", "seconds"),
    # The same by the clock of the team's hours.
    "done_work": Measure(
        TicketFigures,
        "done_at",
        Q(done_work_seconds__isnull=False),
        "counts AND done_work_seconds IS NOT NULL",
        "done_work_seconds",
    ),
    "first_work": Measure(
        Answer,
        "at",
        Q(place=0, work_seconds__isnull=False),
        "place = 0 AND work_seconds IS NOT NULL",
        "work_seconds",
    ),
    "next_work": Measure(
        Answer,
        "at",
        Q(place__gt=0, work_seconds__isnull=False),
        "place > 0 AND work_seconds IS NOT NULL",
        "work_seconds",
    ),
}
OVER_THE_DAY = ("created", "done")
"""What is counted by quarters of an hour too."""
