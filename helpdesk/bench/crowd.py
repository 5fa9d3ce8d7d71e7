"""Visitors' sockets and one agent's, in a process of their own: who said what when, and when it was heard."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from helpdesk.bench.listeners import CONNECTING_AT_ONCE, HOST, Socket, request_of

PING_EVERY = 25.0
SETTLE = 5.0


class Talker(Socket):
    """A socket that also speaks. `heard` is called with each frame."""

    def __init__(
        self, port: int, path: str, cookie: str, heard: Callable[[Talker, dict[str, Any]], None]
    ) -> None:
        super().__init__(request_of(port, path, cookie))
        self.on_frame, self.conversation, self.welcome = heard, "", asyncio.Event()
        self.lost = False

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        super().connection_lost(error)

    def hear(self, payload: bytes) -> None:
        frame = json.loads(payload)
        if "welcome" in frame:
            self.welcome.set()
        self.on_frame(self, frame)

    def says(self, said: dict[str, Any]) -> None:
        payload = json.dumps(said).encode()
        mask = os.urandom(4)
        head = (
            bytes([0x81, 0x80 | len(payload)])
            if len(payload) < 126
            else (bytes([0x81, 0xFE]) + len(payload).to_bytes(2, "big"))
        )
        self.transport.write(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)))


class Crowd:
    """Plays one kind of server; what differs are the words."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.said: dict[str, float] = {}
        self.at_agent: dict[str, float] = {}
        self.back: dict[str, float] = {}
        self.errors = 0
        self.waiting: dict[int, list[str]] = {}
        self.answer: Callable[[str, Any], None] = lambda key, frame: None

    async def open(self) -> None:
        gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
        loop = asyncio.get_running_loop()

        async def connect(number: int) -> Talker:
            async with gate:
                make = partial(Talker, self.plan["port"], self.plan["path"], "none=none", self.visitor_hears)
                _transport, talker = await loop.create_connection(make, HOST, self.plan["port"])
                await talker.opened
                talker.says({"hello": self.plan["hellos"][number]})
                await asyncio.wait_for(talker.welcome.wait(), 300)
                talker.conversation = self.plan["names"][number]
                return talker

        self.visitors = await asyncio.gather(*(connect(number) for number in range(len(self.plan["hellos"]))))
        make = partial(Talker, self.plan["port"], self.plan["desk"], self.plan["cookie"], self.agent_hears)
        _transport, self.agent = await loop.create_connection(make, HOST, self.plan["port"])
        await self.agent.opened
        if self.plan["bare"]:
            self.agent.says({"hello": "agent"})
        await asyncio.sleep(2)

    async def talk(self, a_second: int, seconds: float) -> None:
        began, number, pings = time.monotonic(), 0, 0
        while (moment := time.monotonic()) < began + seconds:
            due = began + number / a_second
            if due > moment:
                await asyncio.sleep(due - moment)
            visitor = self.visitors[number % len(self.visitors)]
            key = f"m{number}"
            self.said[key] = time.monotonic()
            visitor.says(self.words(visitor, key))
            number += 1
            # Every page says again and again that it is open; they were not opened in the same moment.
            while not self.plan["bare"] and pings < (moment - began) / PING_EVERY * len(self.visitors):
                self.visitors[pings % len(self.visitors)].says({"ping": 1})
                pings += 1
        await asyncio.sleep(SETTLE)
        self.errors += sum(one.lost for one in [*self.visitors, self.agent])

    def words(self, visitor: Talker, key: str) -> dict[str, Any]:
        text = f"{key} Where is my order, please? It should have come on Monday."
        if self.plan["bare"]:
            return {"to": "agent", "text": text}
        return {"send": {"client_id": key, "conversation": visitor.conversation, "text": text, "files": []}}

    def agent_hears(self, agent: Talker, frame: dict[str, Any]) -> None:
        moment = time.monotonic()
        if self.plan["bare"]:
            if "text" in frame:
                key = frame["text"].split()[0]
                self.at_agent.setdefault(key, moment)
                agent.says({"to": frame["from"], "text": f"{key} It comes today."})
        elif frame.get("what") == "message.received":
            # Names hold no content: of one visitor's messages the oldest that is not heard yet.
            for key in self.waiting.pop(frame["ticket"], []):
                self.at_agent.setdefault(key, moment)
                self.answer(key, frame["ticket"])

    def visitor_hears(self, visitor: Talker, frame: dict[str, Any]) -> None:
        if "refused" in frame:
            self.errors += 1
        text = frame.get("text", "") if self.plan["bare"] else frame.get("message", {}).get("text", "")
        own = not self.plan["bare"] and frame.get("message", {}).get("who") == "visitor"
        if text.startswith("m") and not own:
            self.back.setdefault(text.split()[0], time.monotonic())


def run(pipe: Connection, plan: dict[str, Any]) -> None:
    asyncio.run(_run(pipe, plan))


async def _run(pipe: Connection, plan: dict[str, Any]) -> None:
    crowd = Crowd(plan)
    loop = asyncio.get_running_loop()
    tickets = dict(zip(plan["names"], plan["tickets"], strict=True))
    heard: queue.SimpleQueue[tuple] = queue.SimpleQueue()
    telling = threading.Thread(target=_tell, args=(pipe, heard), daemon=True)
    telling.start()
    crowd.answer = lambda key, ticket: heard.put(("answer", key, ticket))
    real = crowd.words

    def words(visitor: Talker, key: str) -> dict[str, Any]:
        crowd.waiting.setdefault(tickets.get(visitor.conversation, 0), []).append(key)
        return real(visitor, key)

    crowd.words = words  # type: ignore[method-assign]
    await crowd.open()
    heard.put(("open", None, None))
    await loop.run_in_executor(None, pipe.recv)
    await crowd.talk(plan["a_second"], plan["seconds"])
    heard.put(("done", (crowd.said, crowd.at_agent, crowd.back, crowd.errors), None))
    telling.join(60)


def _tell(pipe: Connection, heard: queue.SimpleQueue[tuple]) -> None:
    """Apart from the sockets, which must be served however slowly the answers come."""
    while True:
        pipe.send(word := heard.get())
        if word[0] == "done":
            return
