"""What this process hears of the names on the wire, passed to the sockets that it serves.

One subscription a server, and one direct send to each socket that a name is for, however many of its groups the
name travels through. A subscription that breaks may have missed names, so every socket is closed: its page
connects again after a jitter, and fetches what it shows anew.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from typing import Any, Protocol

import redis.asyncio as redis
import structlog
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from events.live import TIMEOUT, Letter, channel

log = structlog.get_logger(__name__)

TRY_AGAIN = 1013
"""RFC 6455's registry: the server cannot serve it now; connect again later."""
QUIET = 5.0
"""Seconds of silence after which a server is asked whether it is there, and has as many to answer."""
PAUSE = 1.0
"""Seconds, about, between two tries to subscribe."""


class Listener(Protocol):
    """A socket, as the hub sees it."""

    def hear(self, frame: dict[str, Any]) -> None:
        """Pass on an ASGI message; must not wait."""

    def end(self, code: int) -> None:
        """Leave the hub, and close with this code."""


class Hub:
    """The groups of one event loop and the listeners in each. Use `Hub.here()`."""

    def __init__(self) -> None:
        self.groups: dict[str, set[Listener]] = {}
        self.memberships: dict[Listener, set[str]] = {}
        self.missing = set(settings.CHANNEL_REDIS_URLS)
        self.whole = asyncio.Event()
        self.clients = {url: _client(url) for url in settings.CHANNEL_REDIS_URLS}
        self.tasks = [asyncio.create_task(self._listen(url)) for url in self.clients]

    @classmethod
    def here(cls) -> Hub:
        """The hub of the running loop: a connection belongs to the loop that opened it."""
        loop = asyncio.get_running_loop()
        for gone in [other for other in _hubs if other.is_closed()]:
            del _hubs[gone]
        if loop not in _hubs:
            _hubs[loop] = cls()
        return _hubs[loop]

    async def ready(self, seconds: float) -> bool:
        """Wait until every server is listened to; False when that takes longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.whole.wait()
        except TimeoutError:
            return False
        return True

    def join(self, listener: Listener, group: str) -> None:
        self.groups.setdefault(group, set()).add(listener)
        self.memberships.setdefault(listener, set()).add(group)

    def leave(self, listener: Listener, *groups: str) -> None:
        """Leave these groups, or all without any."""
        joined = self.memberships.get(listener, set())
        for group in joined.intersection(groups) if groups else tuple(joined):
            joined.discard(group)
            members = self.groups[group]
            members.discard(listener)
            if not members:
                del self.groups[group]
        if not joined:
            self.memberships.pop(listener, None)

    async def tell(self, letter: Letter) -> None:
        """Publish to every process, best effort."""
        client = list(self.clients.values())[letter.shard]
        try:
            await client.publish(channel(), letter.written())
        except redis.RedisError as error:
            log.warning("live_publish_failed", error_type=type(error).__name__)

    def pass_on(self, letter: Letter) -> None:
        """To each listener once, though it may be in several of the groups."""
        listeners = set().union(*(self.groups.get(group, ()) for group in letter.groups))
        listeners -= self.groups.get(letter.but, set())
        if letter.code:
            for listener in listeners:
                listener.end(letter.code)
            return
        frame = {"type": "websocket.send", "text": letter.text}
        for listener in listeners:
            listener.hear(frame)

    async def _listen(self, url: str) -> None:
        """For ever: subscribe, and pass on what comes. The connections end with the loop."""
        async with aclosing(self.clients[url]) as client:
            while True:
                try:
                    async with client.pubsub() as names:
                        await names.subscribe(channel())
                        await self._hear(url, names)
                except Exception as error:
                    log.warning("live_subscription_lost", error_type=type(error).__name__)
                self.missing.add(url)
                self.whole.clear()
                for listener in list(self.memberships):
                    listener.end(TRY_AGAIN)
                await asyncio.sleep(PAUSE * random.uniform(0.5, 1.5))  # noqa: S311

    async def _hear(self, url: str, names: redis.client.PubSub) -> None:
        """Until the connection breaks, which raises redis.RedisError."""
        asked = False
        while True:
            message = await names.get_message(timeout=QUIET)
            if message is None:
                if asked:
                    raise redis.TimeoutError("silent")
                await names.ping()
            elif message["type"] == "subscribe":
                if url not in self.missing:
                    raise redis.ConnectionError("the client has connected again by itself")
                self.missing.discard(url)
                if not self.missing:
                    self.whole.set()
            elif message["type"] == "message":
                try:
                    self.pass_on(Letter.read(message["data"]))
                except ValueError:
                    log.warning("live_letter_unreadable")
            asked = message is None


def _client(url: str) -> redis.Redis:
    """One connection for what is told, which waits its turn, and one for what is heard."""
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return redis.Redis.from_url(
        url,
        retry=retry,
        single_connection_client=True,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
    )


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}
