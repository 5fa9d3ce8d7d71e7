"""Boards over all tickets, within a second each, and what the desk feels of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.utils.timezone import localdate, now

from agents.models import Agent
from helpdesk.bench import past, places, sweeps
from helpdesk.bench.browsing import Browser
from helpdesk.bench.copying import unindexed
from helpdesk.bench.loader import Cast
from helpdesk.bench.table import Line, ms, percentile
from reports.drawing import DRAWN, draw
from reports.folding import fold, recount
from reports.models import Position, TicketFigures
from tickets.models import Ticket

AT_A_TIME, ROUNDS = 100_000, 5
MOST_SECONDS = 1.0


def measure(folder: Path, cast: Cast, say: Callable[[str], None]) -> list[Line]:
    say("Two years of promises and ratings, and figures of every ticket …")
    past.leave()
    found = [figures()]
    say("Boards …")
    pages = places.pages(folder)
    try:
        pages.start(WEB_CONCURRENCY="2")
        pages.wait_for_200("/healthz")
        found += boards(Browser(cast.admin, pages.port), cast.colleagues[0])
        found += _beside(Browser(cast.ann, pages.port), Browser(cast.admin, pages.port), cast.long_thread)
    finally:
        pages.stop()
    say(f"{sweeps.CLOCKS:,} open promises …")
    return found + sweeps.measure()


def figures() -> Line:
    """Drawn as the command does, in larger parts and into tables without indexes."""
    began = time.monotonic()
    last = 0
    with unindexed(TicketFigures, *DRAWN):
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
        tables = [table._meta.db_table for table in (TicketFigures, *DRAWN)]
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}, reports_cell")
        cursor.execute("SELECT max(id) FROM events_event")
        newest = cursor.fetchone()[0]
    facts = {"settled": newest, "mark": newest, "read": newest, "folded_at": now()}
    Position.objects.update_or_create(pk=1, defaults=facts)
    fold()


def boards(browser: Browser, agent: Agent) -> Iterator[Line]:
    """As a supervisor sees them."""
    today = localdate()

    def days(many: int, **more: int | str) -> str:
        return urlencode({"from": today - timedelta(days=many - 1), "to": today, **more})

    one_team, year = agent.team_ids()[0], 365
    pages = {"now": "/now/", "now, on the wall": "/now/?wall"}
    pages |= {f"reports of {many} days": f"/reports/?{days(many)}" for many in (7, 30, 62, 90, year)}
    pages |= {
        "reports of a year, one team": f"/reports/?{days(year, team=one_team)}",
        "reports of a year, one channel": f"/reports/?{days(year, source='email')}",
        "reports of a year, one agent": f"/reports/?{days(year, agent=agent.pk)}",
        "the tickets behind a year's number": f"/reports/tickets/?{days(year, kind='solved')}",
        "promises and tags of 30 days": f"/reports/details/?{days(30)}",
        "promises and tags of a year": f"/reports/details/?{days(year)}",
        "the same, one team": f"/reports/details/?{days(year, team=one_team)}",
        "forecast": "/reports/forecast/",
        "forecast, one team": f"/reports/forecast/?team={one_team}",
        "ratings of 30 days": f"/ratings/?{days(30)}",
        "ratings of a year": f"/ratings/?{days(year)}",
    }
    files = {"tickets of 7 days as CSV": "csv", "the same as a workbook": "xlsx"}
    pages |= {
        what: f"/reports/export/?{days(7, kind='created', format=kind)}" for what, kind in files.items()
    }
    for what, address in pages.items():
        needs = "" if what in files else "</main>"
        browser.get(address)
        times = [browser.get(address, needs) for _ in range(ROUNDS)]
        p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
        yield Line(what, "admin", ms(p50), ms(p95), goal="≤ 1 s", met=p95 <= MOST_SECONDS)


def _beside(ann: Browser, lead: Browser, ticket: int) -> Iterator[Line]:
    """What an agent feels of it when a lead looks at one long report after another, on two workers."""
    desk = f"/tickets/{ticket}/?view=open"
    ann.get(desk)
    alone = [ann.get(desk) for _ in range(10 * ROUNDS)]
    over = threading.Event()

    def look() -> None:
        end = localdate()
        report = f"/reports/?{urlencode({'from': end - timedelta(days=364), 'to': end})}"
        while not over.is_set():
            lead.get(report)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        beside = [ann.get(desk) for _ in range(10 * ROUNDS)]
    finally:
        over.set()
        looking.join()
    for what, times in (("a ticket's page", alone), ("the same beside reports of a year", beside)):
        yield Line(what, "Ann", ms(percentile(times, 0.5)), ms(percentile(times, 0.95)))
