"""What a hundred times as many tickets cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from helpdesk.bench import cases, places
from helpdesk.bench.table import Line, ms, percentile

FEW, MANY = 10_000, 1_000_000
MOST = 1.2
COMPARED = {"inbox, a ticket open", "inbox, none open", "inbox filtered"}


def measure(
    folder: Path, rounds: int, load: Callable[[int], tuple[Any, list[Line]]], say: Callable[[str], None]
) -> list[Line]:
    """Each case over few tickets and over many, with the ratio of the two."""
    found, times = [], {}
    for tickets in (FEW, MANY):
        call_command("flush", interactive=False, verbosity=0)
        cast, loaded = load(tickets)
        found += loaded
        say("Pages …")
        times[tickets] = _times(folder, cast, rounds)
    return found + [
        _line(case, times[FEW][case], times[MANY][case]) for case in times[FEW] if case[0] in COMPARED
    ]


def _times(folder: Path, cast: Any, rounds: int) -> dict[tuple[str, str], list[float]]:
    pages = places.pages(folder)
    try:
        pages.start(WEB_CONCURRENCY="1")
        pages.wait_for_200("/healthz")
        compared = [
            case for case in cases.cases(cast, pages.port) if case.what in COMPARED or case.what == cases.BARE
        ]
        return cases.measure(compared, rounds, warm=max(3, rounds // 10))
    finally:
        pages.stop()


def _line(case: tuple[str, str], few: list[float], many: list[float]) -> Line:
    ratios = [percentile(many, share) / percentile(few, share) for share in (0.5, 0.95)]
    p50, p95 = (f"{ms(percentile(few, share))} → {ms(percentile(many, share))}" for share in (0.5, 0.95))
    return Line(
        *case, p50, p95, f"{ratios[0]:.2f} / {ratios[1]:.2f} of few", f"≤ {MOST} of few", max(ratios) <= MOST
    )
