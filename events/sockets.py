"""A socket that hears names: the base of every consumer that joins groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from events.connections import looked_after
from events.hub import TRY_AGAIN, Hub

_asking = ThreadPoolExecutor(4, thread_name_prefix="socket")


def in_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """What asks the database, to be awaited. It runs in one of a few threads, each with a connection of its own: one
    that waits for a lock or a commit holds up no other socket."""

    @wraps(function)
    def ask(*args: Any, **kwargs: Any) -> Any:
        with looked_after():
            return function(*args, **kwargs)

    return sync_to_async(ask, thread_sensitive=False, executor=_asking)


class LiveSocket(AsyncWebsocketConsumer):
    """Hears, straight from the hub, the names that are told to the groups it joined; it needs no channel layer."""

    hub: Hub
    ending: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.hub = Hub.here()
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.hub.leave(self)

    def join(self, *groups: str) -> None:
        """Hear from now on what these groups are told; one that is being closed hears no more."""
        for group in groups if self.ending is None else ():
            self.hub.join(self, group)

    def leave(self, *groups: str) -> None:
        self.hub.leave(self, *groups)

    def hear(self, frame: dict[str, Any]) -> None:
        """Send at once. A server's `send` waits only while its page does not read what it has been sent: then
        nothing more is sent, and the page is closed, to fetch anew."""
        sending = self.base_send(frame)
        try:
            sending.send(None)
        except StopIteration:
            return
        except (OSError, RuntimeError):  # closed by either side, and not yet told
            return
        sending.close()
        self.end(TRY_AGAIN)

    def end(self, code: int) -> None:
        """Hear nothing more, and close with this code as soon as the page reads."""
        self.leave()
        if self.ending is None:
            self.ending = asyncio.create_task(self._end(code))

    async def _end(self, code: int) -> None:
        with suppress(OSError, RuntimeError):
            await self.close(code)
