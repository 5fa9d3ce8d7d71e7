"""Five hundred visitors' sockets on one process, and twenty messages a second: until an agent's desk hears of one, and
until his answer is on the visitor's page; beside a bare Channels echo through Redis with one insert each way."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from agents.models import Agent
from channels_inbox.adapters.widget.models import Visitor, Widget
from channels_inbox.adapters.widget.saying import Said, say
from helpdesk.bench import places
from helpdesk.bench.crowd import run
from helpdesk.bench.echo import TABLE
from helpdesk.bench.live import DESK, cookies_of
from helpdesk.bench.table import Line, ms, percentile
from tickets.models import Ticket

VISITORS, A_SECOND, MOST_RATIO = 500, 20, 3
_SPAWN = multiprocessing.get_context("spawn")
Times = tuple[dict[str, float], dict[str, float], dict[str, float], int]


def measure(folder: Path, ann: Agent, seconds: int) -> list[Line]:
    """The lines on chats."""
    bare, _weight = _play(places.echo(folder), _bare_plan(seconds), lambda key, ticket: None)
    plan = _plan(ann, seconds)

    def answer(key: str, ticket_id: int) -> None:
        with transaction.atomic():
            Ticket.objects.get(pk=ticket_id).reply(ann, text=f"{key} It comes today.")

    ours, weight = _play(places.sockets(folder), plan, answer, WIDGET_LIMITS_OFF="1")
    return [*_lines(bare, ours), Line("a visitor's socket, memory", "", f"{weight / 1024:.1f} KB")]


def _lines(bare: Times, ours: Times) -> list[Line]:
    found = []
    for what, place in (("to the agent's socket", 1), ("and his answer back", 2)):
        took = [percentile(_waits(times, place), share) for times in (bare, ours) for share in (0.5, 0.95)]
        lost = len(ours[0]) - len(ours[place])
        ratio = took[3] / took[1]
        found += [
            Line(f"bare echo, {what}", "", ms(took[0]), ms(took[1])),
            Line(
                f"chat: a visitor's message {what}",
                "",
                ms(took[2]),
                ms(took[3]),
                f"{ratio:.2f}, {ours[3]} errors, {lost} lost",
                f"p95 ≤ {MOST_RATIO}, 0 errors",
                ratio <= MOST_RATIO and not ours[3] and not lost,
            ),
        ]
    return found


def _waits(times: Times, place: int) -> list[float]:
    said, heard = times[0], times[place]
    return [at - said[key] for key, at in heard.items()]  # type: ignore[union-attr]


def _play(
    program: places.Program, plan: dict[str, Any], answer: Callable[[str, int], None], **environment: str
) -> tuple[Times, float]:
    """What was said and heard when, and what a socket weighs in bytes."""
    program.start(**environment)
    pipe, other = _SPAWN.Pipe()
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
                answer(first, second)
            else:
                process.join(10)
                return first, weight
    finally:
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
    [cookie] = cookies_of([ann])
    return _common(seconds) | {
        "bare": False, "path": f"/ws/widget/{widget.key}/", "desk": DESK, "cookie": cookie, "hellos": hellos,
        "names": names, "tickets": tickets,
    }  # fmt: skip


def _common(seconds: int) -> dict[str, Any]:
    return {"a_second": A_SECOND, "seconds": seconds}
