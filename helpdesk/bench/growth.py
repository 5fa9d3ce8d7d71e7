"""What a hundred times as many tickets cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from helpdesk.bench import cases, places
from helpdesk.bench.table import Line, ms, percentile

Times = dict[tuple[str, str], list[float]]
FEW, MANY = 10_000, 1_000_000
MOST = 1.2
COMPARED = ("inbox, a ticket open", "inbox, none open", "inbox filtered")


def measure(
    folder: Path, rounds: int, load: Callable[[int], tuple[Any, list[Line]]], say: Callable[[str], None]
) -> list[Line]:
    """Each case over few tickets and over many, with the ratio of the two, each in times of the bare page measured
    beside it: minutes lie between them, in which the machine may have become another one."""
    found, times = [], {}
    for tickets in (FEW, MANY):
        call_command("flush", interactive=False, verbosity=0)
        cast, loaded = load(tickets)
        found += loaded
        say("Pages …")
        times[tickets] = _times(folder, cast, rounds)
    return found + [
        _line(what, who, times[FEW], times[MANY])
        for who in ("Ann", "admin")
        for what in (cases.BARE, *COMPARED)
    ]


def _times(folder: Path, cast: Any, rounds: int) -> Times:
    pages = places.pages(folder)
    try:
        pages.start(WEB_CONCURRENCY="1")
        pages.wait_for_200("/healthz")
        # Of chats Ann has 36 in ten thousand tickets: a page that is not full is no measure for one that is.
        every = cases.cases(cast, pages.port, source="email")
        compared = [case for case in every if case.what in COMPARED or case.what == cases.BARE]
        return cases.measure(compared, rounds, warm=max(3, rounds // 10))
    finally:
        pages.stop()


def _line(what: str, who: str, few: Times, many: Times) -> Line:
    def at(times: Times, share: float) -> float:
        return percentile(times[what, who], share)

    p50, p95 = (f"{ms(at(few, share))} → {ms(at(many, share))}" for share in (0.5, 0.95))
    if what == cases.BARE:
        return Line(what, who, p50, p95)
    ratios = [
        at(many, share)
        / percentile(many[cases.BARE, who], share)
        * percentile(few[cases.BARE, who], share)
        / at(few, share)
        for share in (0.5, 0.95)
    ]
    ratio = f"{ratios[0]:.2f} / {ratios[1]:.2f} of few"
    return Line(what, who, p50, p95, ratio, f"≤ {MOST} of few", max(ratios) <= MOST)
