"""Boards over all tickets, within a second each; and the sweep of 200,000 open promises."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.utils.timezone import localdate, now

from agents.models import Agent
from automation.models import Clock
from automation.sla.ringing import sweep
from helpdesk.bench import places
from helpdesk.bench.browsing import Browser
from helpdesk.bench.copying import copy, unindexed
from helpdesk.bench.loader import Cast
from helpdesk.bench.table import Line, ms, percentile
from reports.drawing import draw
from reports.folding import fold, recount
from reports.models import Answer, Position, TicketFigures
from tickets.models import Ticket

AT_A_TIME, ROUNDS = 100_000, 10
MOST_SECONDS = 1.0
CLOCKS, DUE = 200_000, 1000


def measure(folder: Path, cast: Cast, say: Callable[[str], None]) -> list[Line]:
    say("Figures of every ticket …")
    found = [_figures()]
    say("Boards …")
    pages = places.pages(folder)
    try:
        pages.start(WEB_CONCURRENCY="1")
        pages.wait_for_200("/healthz")
        found += _boards(Browser(cast.admin, pages.port), cast.colleagues[0])
    finally:
        pages.stop()
    say(f"{CLOCKS:,} open promises …")
    return found + _sweeps()


def _figures() -> Line:
    """Drawn as the command does, in larger parts and into tables without indexes."""
    began = time.monotonic()
    last = 0
    with unindexed(TicketFigures, Answer):
        while ids := list(
            Ticket.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]
        ):
            draw(ids)
            last = ids[-1]
    recount()
    _all_is_folded()
    return Line("figures and cells of every ticket, drawn", "", f"{time.monotonic() - began:.0f} s")


def _all_is_folded() -> None:
    """From here on only what happens is read from the stream."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) reports_ticketfigures, reports_answer, reports_cell")
        cursor.execute("SELECT max(id) FROM events_event")
        newest = cursor.fetchone()[0]
    Position.objects.update_or_create(pk=1, defaults={"settled": newest, "mark": newest, "folded_at": now()})
    fold()


def _boards(browser: Browser, agent: Agent) -> Iterator[Line]:
    today = localdate()

    def days(many: int, **more: int | str) -> str:
        return urlencode({"from": today - timedelta(days=many - 1), "to": today, **more})

    pages = {"now": "/now/"}
    pages |= {f"reports of {many} days": f"/reports/?{days(many)}" for many in (7, 30, 90, 365)}
    pages["reports of a year, one team"] = f"/reports/?{days(365, team=agent.team_ids()[0])}"
    pages["reports of a year, one channel"] = f"/reports/?{days(365, source='email')}"
    pages["reports of a year, one agent"] = f"/reports/?{days(365, agent=agent.pk)}"
    pages["the tickets behind a year's number"] = f"/reports/tickets/?{days(365, kind='solved')}"
    for what, address in pages.items():
        browser.get(address)
        times = [browser.get(address, "</main>") for _ in range(ROUNDS)]
        p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
        yield Line(what, "admin", ms(p50), ms(p95), goal="≤ 1 s", met=p95 <= MOST_SECONDS)


def _sweeps() -> list[Line]:
    active = Ticket.objects.filter(pile="active").order_by("-pk").values_list("pk", flat=True)
    tickets, soon = list(active[:CLOCKS]), now() + timedelta(days=1)
    columns = ("ticket_id", "kind", "number", "target", "spans", "started_at", "due_at", "next_at")
    spans = f'[["{now().isoformat()}", null]]'
    copy(
        Clock,
        columns,
        (
            (tickets[place % len(tickets)], "next_reply", 10 + place, 3600, spans, now(), soon, soon)
            for place in range(CLOCKS)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) automation_clock")
    idle = [_timed(sweep) for _ in range(ROUNDS)]
    ids = Clock.objects.filter(ticket__in=tickets[:DUE]).distinct("ticket").values("pk")
    Clock.objects.filter(pk__in=ids).update(due_at=now(), next_at=now())
    busy = _timed(_until_nothing_is_due)
    left = Clock.objects.filter(next_at__lte=now()).count()
    rung = f"{DUE / busy:.0f} a second"
    return [
        Line(
            "sweep of 200,000 promises, none due", "", ms(percentile(idle, 0.5)), ms(percentile(idle, 0.95))
        ),
        Line("the same, 1,000 broken", "", f"{busy:.1f} s", rung, goal="none left", met=left == 0),
    ]


def _until_nothing_is_due() -> None:
    for _turn in range(DUE):
        if not sweep():
            return


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
