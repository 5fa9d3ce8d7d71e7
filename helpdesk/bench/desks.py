"""Open desks that do what `live.js` does, in a process of their own and without a browser's weight.

Each gathers names for half a second with a jitter, fetches the rows in one request, and the counts at most every
five seconds.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Coroutine
from functools import partial
from multiprocessing.connection import Connection

from helpdesk.bench.listeners import HOST, Socket, request_of

DESK = "/ws/desk/"
COALESCE, COUNTS_EVERY = 0.5, 5.0


class Desk(Socket):
    """One open desk."""

    def __init__(self, pages: int, sockets: int, cookie: str) -> None:
        super().__init__(request_of(sockets, DESK, cookie))
        self.pages, self.cookie = pages, cookie
        self.changed: set[int] = set()
        self.fetched: list[tuple[int, float]] = []
        self.errors = 0
        self.counts_at = 0.0
        self.gathering = self.counting = False
        self.tasks: set[asyncio.Task] = set()

    def connection_lost(self, error: Exception | None) -> None:
        self.errors += 1
        super().connection_lost(error)

    def hear(self, payload: bytes) -> None:
        name = json.loads(payload)
        if "ticket" not in name or "viewer" in name:
            return
        self.changed.add(name["ticket"])
        if not self.gathering:
            self.gathering = True
            self._soon(self._refresh())

    def _soon(self, work: Coroutine) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _refresh(self) -> None:
        await asyncio.sleep(COALESCE * (0.3 + random.random() * 0.7))
        self.gathering = False
        ids, self.changed = sorted(self.changed), set()
        if not self.counting:
            self.counting = True
            self._soon(self._count())
        for start in range(0, len(ids), 50):
            part = ids[start : start + 50]
            if await self._get(f"/inbox/rows/?view=open&ids={','.join(map(str, part))}"):
                self.fetched += [(ticket, time.monotonic()) for ticket in part]

    async def _count(self) -> None:
        await asyncio.sleep(max(0.0, self.counts_at + COUNTS_EVERY - time.monotonic()))
        self.counting, self.counts_at = False, time.monotonic()
        await self._get("/inbox/counts/?view=open")

    async def _get(self, path: str) -> bool:
        try:
            reader, writer = await asyncio.open_connection(HOST, self.pages)
            headers = f"Host: {HOST}\r\nConnection: close\r\nHX-Request: true\r\nCookie: {self.cookie}"
            writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode())
            answer = await asyncio.wait_for(reader.read(-1), 30)
            writer.close()
        except (OSError, TimeoutError):
            answer = b""
        good = answer.startswith(b"HTTP/1.1 200")
        self.errors += not good
        return good


def run(pipe: Connection, pages: int, sockets: int, cookies: list[str]) -> None:
    """Say when all are open; at any word from the other side tell what was fetched when, and how many errors."""
    asyncio.run(_open(pipe, pages, sockets, cookies))


async def _open(pipe: Connection, pages: int, sockets: int, cookies: list[str]) -> None:
    loop = asyncio.get_running_loop()
    desks = []
    for cookie in cookies:
        _, made = await loop.create_connection(partial(Desk, pages, sockets, cookie), HOST, sockets)
        await made.opened
        desks.append(made)
    await asyncio.sleep(1)
    pipe.send("open")
    await loop.run_in_executor(None, pipe.recv)
    pipe.send(([one for desk in desks for one in desk.fetched], sum(desk.errors for desk in desks)))
