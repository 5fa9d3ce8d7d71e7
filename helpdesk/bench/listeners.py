"""Open desks as sockets alone, in a process of their own: they note when they hear something.

They do not read what they hear: a thousand of them must cost less than what they measure.
"""

from __future__ import annotations

import asyncio
import base64
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import Any, cast

HOST = "127.0.0.1"
SETTLE = 0.1
CONNECTING_AT_ONCE = 50
_SPAWN = multiprocessing.get_context("spawn")


class Listeners:
    """`count` sockets on one server; `cookies` are taken in turn. Use as a context."""

    def __init__(self, port: int, path: str, count: int, cookies: list[str]) -> None:
        self.pipe, other = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_run, args=(other, port, path, count, cookies), daemon=True)

    def __enter__(self) -> Listeners:
        self.process.start()
        self._answer("connected", 120)
        return self

    def __exit__(self, *_error: Any) -> None:
        self.pipe.send("end")
        self.process.join(20)
        if self.process.is_alive():
            self.process.kill()

    def listen(self) -> None:
        """From now on the next thing that each hears counts."""
        self.pipe.send("listen")
        self._answer("listening", 10)

    def heard(self) -> list[float]:
        """When (time.monotonic) each first heard something. RuntimeError when one has not within 10 s."""
        self.pipe.send("heard")
        return self._answer("heard", 20)

    def _answer(self, expected: str, seconds: float) -> Any:
        if not self.pipe.poll(seconds):
            raise RuntimeError(f"the listeners were never {expected}")
        kind, value = self.pipe.recv()
        if kind != expected:
            raise RuntimeError(f"the listeners are {kind}: {value}")
        return value


class Socket(asyncio.Protocol):
    """One open socket, RFC 6455 as far as a listener needs it: short frames, and pings answered."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting = b""

    def hear(self, payload: bytes) -> None:
        """A text has come."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(RuntimeError("closed before it was open"))

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        if not self.opened.done() and not self._open():
            return
        while (frame := self._frame()) is not None:
            kind, payload = frame
            if kind == 0x81:
                self.hear(payload)
            elif kind == 0x89:
                self.transport.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def _open(self) -> bool:
        head, end, rest = self.waiting.partition(b"\r\n\r\n")
        if not end:
            return False
        self.waiting = rest
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(RuntimeError(repr(head[:200])))
            return False
        self.opened.set_result(None)
        return True

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame, its first byte and its payload; names are far below 64 KB."""
        if len(self.waiting) < 2:
            return None
        length, start = self.waiting[1], 2
        if length == 126:
            length, start = int.from_bytes(self.waiting[2:4], "big"), 4
        if len(self.waiting) < start + length:
            return None
        frame = self.waiting[0], self.waiting[start : start + length]
        self.waiting = self.waiting[start + length :]
        return frame


class Listener(Socket):
    """Notes when it first heard something."""

    heard_at = 0.0

    def hear(self, payload: bytes) -> None:
        self.heard_at = self.heard_at or time.monotonic()


def request_of(port: int, path: str, cookie: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nOrigin: http://{HOST}:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


def _run(pipe: Connection, port: int, path: str, count: int, cookies: list[str]) -> None:
    asyncio.run(_listen(pipe, port, path, count, cookies))


async def _listen(pipe: Connection, port: int, path: str, count: int, cookies: list[str]) -> None:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def connect(number: int) -> Listener:
        async with gate:
            request = request_of(port, path, cookies[number % len(cookies)])
            _transport, listener = await loop.create_connection(lambda: Listener(request), HOST, port)
            await listener.opened
            return listener

    try:
        listeners = await asyncio.gather(*(connect(number) for number in range(count)))
    except (OSError, RuntimeError) as error:
        pipe.send(("not connected", str(error)))
        return
    await asyncio.sleep(2)  # the server still joins groups after it said yes
    pipe.send(("connected", None))
    while (order := await loop.run_in_executor(None, pipe.recv)) != "end":
        if order == "listen":
            await asyncio.sleep(SETTLE)
            for listener in listeners:
                listener.heard_at = 0.0
            pipe.send(("listening", None))
        else:
            pipe.send(await _all_heard(listeners))


async def _all_heard(listeners: list[Listener]) -> tuple[str, Any]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if all(listener.heard_at for listener in listeners):
            return "heard", [listener.heard_at for listener in listeners]
        await asyncio.sleep(0.05)
    return "waiting in vain", sum(not listener.heard_at for listener in listeners)
