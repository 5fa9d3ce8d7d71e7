"""How long from a change's commit until open desks hear of it, and what their sockets weigh."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.db import transaction

from agents.models import Agent
from helpdesk.bench import places
from helpdesk.bench.browsing import session_of
from helpdesk.bench.direct import CHANNEL
from helpdesk.bench.listeners import Listeners
from helpdesk.bench.loader import Cast
from helpdesk.bench.table import Line, ms, percentile
from tickets.models import Priority, Ticket

DESK = "/ws/desk/"
MANY = 1000
IDLE_MOST = 45 * 1024


def measure(folder: Path, cast: Cast, rounds: int, many: int = MANY) -> list[Line]:
    """The lines on sockets, from one process that serves them."""
    desks, direct = places.sockets(folder), places.direct_sockets(folder)
    try:
        for program in (desks, direct):
            program.start()
            program.wait_for_port()
        ticket = Ticket.objects.filter(team=cast.ann.team_ids()[0], pile="active").order_by("-id")[0]
        cookies = cookies_of([one for one in cast.colleagues if ticket.team_id in one.team_ids()])
        found = [
            _few(desks, ticket, cast.admin, cookies, count, most, rounds)
            for count, most in ((1, 15), (100, 25))
        ]
        empty = places.pss(desks.pid)
        with Listeners(desks.port, DESK, many, cookies) as listeners:
            _until_all_hear(listeners, lambda: change(ticket, cast.admin))
            weight = (places.pss(desks.pid) - empty) / many
            found += _many(direct, listeners, ticket, cast.admin, max(10, rounds // 3), many)
        met = weight <= IDLE_MOST
        idle = f"{weight / 1024:.1f} KB"
        return [*found, Line(f"idle socket of {many:,}, memory", "", idle, idle, goal="≤ 45 KB", met=met)]
    finally:
        desks.stop()
        direct.stop()


def cookies_of(agents: list[Agent]) -> list[str]:
    return [f"{settings.SESSION_COOKIE_NAME}={session_of(agent)}" for agent in agents]


def change(ticket: Ticket, by: Agent) -> float:
    """Change the ticket; gives the moment (time.monotonic) after its commit."""
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic()))
        ticket.set_priority(Priority.HIGH if ticket.priority != Priority.HIGH else Priority.LOW, by)
    return committed[0]


def _few(
    desks: places.Program, ticket: Ticket, by: Agent, cookies: list[str], count: int, most: int, rounds: int
) -> Line:
    waits = []
    with Listeners(desks.port, DESK, count, cookies) as listeners:
        for turn in range(rounds + 3):
            took = _heard(listeners, lambda: change(ticket, by))
            waits += took if turn >= 3 else []
    p99 = percentile(waits, 0.99)
    what = f"a change heard by {count} socket{'s' * (count > 1)}, from commit"
    return Line(
        what,
        "",
        ms(percentile(waits, 0.5)),
        f"{ms(p99)} (p99)",
        goal=f"p99 ≤ {most} ms",
        met=p99 * 1000 <= most,
    )


def _many(
    direct: places.Program, desks: Listeners, ticket: Ticket, by: Agent, rounds: int, many: int
) -> list[Line]:
    client = redis.Redis.from_url(settings.REDIS_URL)
    name = json.dumps({"ticket": ticket.pk, "what": "ticket.priority_changed", "assignee": by.pk})

    def publish() -> float:
        now = time.monotonic()
        client.publish(CHANNEL, name)
        return now

    own, bare = [], []
    with Listeners(direct.port, "/", many, ["none=none"]) as others:
        for turn in range(rounds + 2):
            took = _heard(desks, lambda: change(ticket, by)), _heard(others, publish)
            if turn >= 2:
                own += took[0]
                bare += took[1]
    client.close()
    p99, base = percentile(own, 0.99), percentile(bare, 0.99)
    shown = ms(percentile(bare, 0.5)), f"{ms(base)} (p99)"
    what, ratio = f"a change heard by {many:,} sockets", f"{p99 / base:.2f} direct"
    return [
        Line(f"direct sends to {many:,} sockets", "", *shown),
        Line(
            what, "", ms(percentile(own, 0.5)), f"{ms(p99)} (p99)", ratio, "p99 ≤ 3 × direct", p99 <= 3 * base
        ),
    ]


def _until_all_hear(listeners: Listeners, act: Callable[[], float], tries: int = 10) -> None:
    """A desk that has just connected joins its groups a little later."""
    for left in reversed(range(tries)):
        try:
            _heard(listeners, act)
            return
        except RuntimeError:
            if not left:
                raise


def _heard(listeners: Listeners, act: Callable[[], float]) -> list[float]:
    listeners.listen()
    began = act()
    return [at - began for at in listeners.heard()]
