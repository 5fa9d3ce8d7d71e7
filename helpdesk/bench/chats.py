"""Five hundred visitors' sockets on one process, and twenty messages a second: until an agent's desk hears of one, and
until his answer is on the visitor's page; beside a bare Channels echo through Redis with one insert each way."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from agents.models import Agent
from channels_inbox.adapters.widget.models import Visitor, Widget
from channels_inbox.adapters.widget.saying import Said, say
from helpdesk.bench import places
from helpdesk.bench.crowd import run
from helpdesk.bench.echo import TABLE
from helpdesk.bench.live import DESK, cookies_of
from helpdesk.bench.table import Line, ms, percentile
from tickets import opening

VISITORS, A_SECOND, MOST_RATIO = 500, 20, 3
AGENTS = 4
"""Who answer at the same time."""
_SPAWN = multiprocessing.get_context("spawn")


class Times(NamedTuple):
    """When (time.monotonic) each message was said, heard by the agent, and answered on the visitor's page."""

    said: dict[str, float]
    at_agent: dict[str, float]
    back: dict[str, float]
    errors: int


def measure(folder: Path, ann: Agent, seconds: int) -> list[Line]:
    """The lines on chats."""
    logging.getLogger("django_structlog").setLevel(logging.WARNING)
    bare, _weight = _play(places.echo(folder), _bare_plan(seconds), lambda key, ticket: None)
    plan = _plan(ann, seconds)

    def answer(key: str, ticket_id: int) -> None:
        try:
            with transaction.atomic():
                opening.locked(ann, ticket_id).reply(ann, text=f"{key} It comes today.")  # as the desk does
        except Exception:
            logging.exception("an answer was not written")
            raise

    ours, weight = _play(places.sockets(folder), plan, answer, WIDGET_LIMITS_OFF="1")
    return [*_lines(bare, ours), Line("a visitor's socket, memory", "", f"{weight / 1024:.1f} KB")]


def _lines(bare: Times, ours: Times) -> list[Line]:
    return [
        *_of("to the agent's socket", bare, bare.at_agent, ours, ours.at_agent),
        *_of("and his answer back", bare, bare.back, ours, ours.back),
    ]


def _of(
    what: str, bare: Times, bare_heard: dict[str, float], ours: Times, heard: dict[str, float]
) -> list[Line]:
    base, own = _waits(bare, bare_heard), _waits(ours, heard)
    p95, most = percentile(own, 0.95), MOST_RATIO * percentile(base, 0.95)
    lost = len(ours.said) - len(heard)
    shown = f"{p95 / percentile(base, 0.95):.2f}, {ours.errors} errors, {lost} lost"
    met = p95 <= most and not ours.errors and not lost
    return [
        Line(f"bare echo, {what}", "", ms(percentile(base, 0.5)), ms(percentile(base, 0.95))),
        Line(
            f"chat: a visitor's message {what}",
            "",
            ms(percentile(own, 0.5)),
            ms(p95),
            shown,
            f"p95 ≤ {MOST_RATIO}, 0 errors",
            met,
        ),
    ]


def _waits(times: Times, heard: dict[str, float]) -> list[float]:
    return [at - times.said[key] for key, at in heard.items()]


def _play(
    program: places.Program, plan: dict[str, Any], answer: Callable[[str, int], None], **environment: str
) -> tuple[Times, float]:
    """What was said and heard when, and what a socket weighs in bytes."""
    program.start(DATABASE_CONN_MAX_AGE="600", **environment)
    pipe, other = _SPAWN.Pipe()
    agents = ThreadPoolExecutor(AGENTS)
    try:
        program.wait_for_port()
        empty = places.pss(program.pid)
        plan["port"] = program.port
        process = _SPAWN.Process(target=run, args=(other, plan), daemon=True)
        process.start()
        while True:
            assert pipe.poll(300), "the visitors say nothing"
            word, first, second = pipe.recv()
            if word == "open":
                weight = (places.pss(program.pid) - empty) / VISITORS
                pipe.send("talk")
            elif word == "answer":
                agents.submit(answer, first, second)
            else:
                process.join(10)
                return Times(*first), weight
    finally:
        agents.shutdown(cancel_futures=True)
        program.stop()


def _bare_plan(seconds: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (id bigserial PRIMARY KEY, text text NOT NULL)")
    names = [f"v{number}" for number in range(VISITORS)]
    return _common(seconds) | {
        "bare": True, "path": "/", "desk": "/", "cookie": "none=none", "hellos": names, "names": names,
        "tickets": [0] * VISITORS,
    }  # fmt: skip


def _plan(ann: Agent, seconds: int) -> dict[str, Any]:
    """Every visitor has written once before."""
    team = ann.teams.order_by("pk")[0]
    widget = Widget.connect(ann, name="Shop", team=team, origins=[])
    hellos, names, tickets = [], [], []
    for _ in range(VISITORS):
        visitor, token = Visitor.welcome(widget.channel)
        line = say(visitor, Said("first", "Hello, is the blue mug in stock?"))
        hellos.append({"token": token, "conversation": str(line.conversation_id), "last": 1})
        names.append(str(line.conversation_id))
        tickets.append(line.message.ticket_id)
    places.count_rows()
    [cookie] = cookies_of([ann])
    return _common(seconds) | {
        "bare": False, "path": f"/ws/widget/{widget.key}/", "desk": DESK, "cookie": cookie, "hellos": hellos,
        "names": names, "tickets": tickets,
    }  # fmt: skip


def _common(seconds: int) -> dict[str, Any]:
    return {"a_second": A_SECOND, "seconds": seconds}
