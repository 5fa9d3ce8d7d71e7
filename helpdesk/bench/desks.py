"""Open desks that do what `live.js` does, in a process of their own and without a browser's weight.

Each has loaded the inbox, gathers names for half a second with a jitter, fetches the rows in one request, one round at
a time, asks a slow server less often, and fetches the counts at most every five seconds.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from functools import partial
from multiprocessing.connection import Connection

from helpdesk.bench.listeners import HOST, Socket, request_of

DESK = "/ws/desk/"
COALESCE, SLOW, COUNTS_EVERY = 0.5, 2.0, 5.0
IDLE_SECONDS = 60


class Desk(Socket):
    """One open desk."""

    def __init__(self, pages: int, sockets: int, cookie: str) -> None:
        super().__init__(request_of(sockets, DESK, cookie))
        self.pages, self.cookie = pages, cookie
        self.changed: set[int] = set()
        self.fetched: dict[int, float] = {}
        self.errors = self.requests = 0
        self.counts_at, self.pause = 0.0, COALESCE
        self.round: asyncio.Task[None] | None = None
        self.counting: asyncio.Task[None] | None = None

    def connection_lost(self, error: Exception | None) -> None:
        self.errors += 1
        super().connection_lost(error)

    def hear(self, payload: bytes) -> None:
        name = json.loads(payload)
        if "ticket" not in name or "viewer" in name:
            return
        self.changed.add(name["ticket"])
        self.round = self.round or asyncio.create_task(self._rounds())
        self.counting = self.counting or asyncio.create_task(self._count())

    async def _rounds(self) -> None:
        """Until nothing more has changed."""
        while self.changed:
            await asyncio.sleep(self.pause * random.uniform(0.3, 1.0))
            ids, self.changed = sorted(self.changed), set()
            began = time.monotonic()
            for start in range(0, len(ids), 50):
                part = ids[start : start + 50]
                if await self.get(f"/inbox/rows/?view=open&ids={','.join(map(str, part))}"):
                    self.fetched = dict.fromkeys(part, time.monotonic()) | self.fetched
            self.pause = min(SLOW, max(COALESCE, 2 * (time.monotonic() - began)))
        self.round = None

    async def _count(self) -> None:
        await asyncio.sleep(max(COALESCE, self.counts_at + COUNTS_EVERY - time.monotonic()))
        self.counting, self.counts_at = None, time.monotonic()
        await self.get("/inbox/counts/?view=open")

    async def idle(self) -> None:
        """Until it has fetched all that it heard of."""
        while work := [task for task in (self.round, self.counting) if task]:
            await asyncio.wait(work)

    async def get(self, path: str) -> bool:
        self.requests += 1
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
    """Say when all are open; at any word from the other side tell what was fetched when, how many requests that
    took, and how many errors there were."""
    asyncio.run(_open(pipe, pages, sockets, cookies))


async def _open(pipe: Connection, pages: int, sockets: int, cookies: list[str]) -> None:
    loop = asyncio.get_running_loop()
    desks: list[Desk] = []
    for cookie in cookies:
        _, desk = await loop.create_connection(partial(Desk, pages, sockets, cookie), HOST, sockets)
        await desk.opened
        await desk.get("/inbox/?view=open")
        desk.requests = 0
        desks.append(desk)
    pipe.send("open")
    await loop.run_in_executor(None, pipe.recv)
    await asyncio.wait([loop.create_task(desk.idle()) for desk in desks], timeout=IDLE_SECONDS)
    fetched = [one for desk in desks for one in desk.fetched.items()]
    pipe.send((fetched, sum(desk.requests for desk in desks), sum(desk.errors for desk in desks)))
