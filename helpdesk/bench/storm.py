"""A hundred open desks while twenty changes a second happen: until their pages have fetched what changed."""

from __future__ import annotations

import multiprocessing
import time

from django.db import connection

from helpdesk.bench.desks import run
from helpdesk.bench.live import change, cookies_of
from helpdesk.bench.loader import Cast
from helpdesk.bench.places import Program
from helpdesk.bench.table import Line, percentile
from tickets.models import Ticket

MOST_SECONDS = 1.5
_SPAWN = multiprocessing.get_context("spawn")


def measure(pages: Program, sockets: Program, cast: Cast, desks: int, a_second: int, seconds: int) -> Line:
    """One line: seconds from commit until the page has what it fetched, over all desks and changes."""
    agents = cast.colleagues[:desks]
    cookies = cookies_of(agents)
    pipe, other = _SPAWN.Pipe()
    process = _SPAWN.Process(target=run, args=(other, pages.port, sockets.port, cookies), daemon=True)
    process.start()
    try:
        assert pipe.poll(120), "the desks did not open"
        pipe.recv()
        committed = _change(cast, a_second, seconds)
        pipe.send("end")
        assert pipe.poll(120), "the desks did not end"
        fetched, requests, errors = pipe.recv()
    finally:
        process.join(10)
        process.kill()
    waits = [at - committed[ticket] for ticket, at in fetched if ticket in committed]
    expected = sum(len(_who_hears(ticket, agents)) for ticket in Ticket.objects.filter(pk__in=committed))
    p50, p95 = percentile(waits, 0.5), percentile(waits, 0.95)
    lost = expected - len(waits)
    what = f"{desks} desks, {a_second} changes/s for {seconds} s: fetched, in {requests:,} requests"
    shown = f"{p50 * 1000:.0f} ms", f"{p95 * 1000:.0f} ms", f"{errors} errors, {lost} lost"
    return Line(
        what, "", *shown, goal="p95 ≤ 1.5 s, 0 errors", met=p95 <= MOST_SECONDS and not errors and not lost
    )


def _who_hears(ticket: Ticket, agents: list) -> list:
    return [agent for agent in agents if ticket.team_id in agent.team_ids() or ticket.assignee_id == agent.pk]


def _change(cast: Cast, a_second: int, seconds: int) -> dict[int, float]:
    """Change so many different tickets, evenly; when each was committed."""
    tickets = list(Ticket.objects.filter(pile="active").defer("search_text")[: a_second * seconds])
    committed = {}
    began = time.monotonic()
    for number, ticket in enumerate(tickets):
        time.sleep(max(0.0, began + number / a_second - time.monotonic()))
        committed[ticket.pk] = change(ticket, cast.admin)
    time.sleep(1)
    connection.close()
    return committed
