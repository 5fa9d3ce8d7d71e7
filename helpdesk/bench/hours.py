"""Business time: how long a call takes over spans within a month, holidays and a weekend among them."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial

from agents.hours import Hours, add, between
from helpdesk.bench.table import Line, percentile

CALLS, MOST_SECONDS = 2000, 50e-6
OFFICE = {day: ((time(9), time(13)), (time(14), time(18))) for day in (6, 0, 1, 2, 3)}


def measure() -> list[Line]:
    hours = Hours("Africa/Cairo", OFFICE, country="EG")
    begin = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    starts = [begin + timedelta(minutes=19 * place) for place in range(CALLS)]
    return [
        _line("business time: a deadline", [partial(add, hours, at, 60 * 3600) for at in starts]),
        _line(
            "business time: between two moments",
            [partial(between, hours, at, at + timedelta(days=30)) for at in starts],
        ),
    ]


def _line(what: str, calls: Sequence[Callable[[], object]]) -> Line:
    took = []
    for call in [calls[0], *calls]:
        began = clock.perf_counter()
        call()
        took.append(clock.perf_counter() - began)
    p50, p95 = percentile(took[1:], 0.5), percentile(took[1:], 0.95)
    return Line(
        what, "", f"{p50 * 1e6:.0f} µs", f"{p95 * 1e6:.0f} µs", goal="≤ 50 µs", met=p95 <= MOST_SECONDS
    )
