"""Names on the wire: "ticket 42 changed", told to open pages at commit, best effort.

The page then fetches what it may see through the same door as ever; nothing but names travels here. A name is
written once, with the groups that it is for, and published on one channel that every process with sockets
listens to (`events.hub`). What changes things (web, workers) is synchronous, so is the client here.
"""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

import redis
import structlog
from django.conf import settings
from django.db import transaction

from events import history
from events.transactions import this_transaction

log = structlog.get_logger(__name__)

RIGHTS_CHANGED = 4403
"""The code that sockets are closed with: connect again, with the rights as they are now."""
TIMEOUT = 1.0
"""Seconds in which a server answers, or is taken to hang."""
PAUSES = 10
"""A server that failed is left alone for so many times as long as its failure took: requests stay quick."""


def tell(groups: Iterable[str], name: dict[str, Any]) -> None:
    """After commit, send `name` (JSON-safe) to every socket in one of `groups`; never what is long ago."""
    if history.moment() is None:
        _after_commit(Letter.of(groups, name))


def close(groups: Iterable[str], code: int = RIGHTS_CHANGED) -> None:
    """After commit, close every socket in one of `groups`."""
    _after_commit(Letter(tuple(sorted(groups)), code=code))


@dataclass(frozen=True)
class Letter:
    """What is to be told to whom: a text for the sockets in one of `groups` except those in `but`, or a code
    to close them with."""

    groups: tuple[str, ...]
    text: str = ""
    but: str = ""
    code: int = 0

    @classmethod
    def of(cls, groups: Iterable[str], name: dict[str, Any], but: str = "") -> "Letter":
        return cls(tuple(sorted(groups)), json.dumps(name, separators=(",", ":")), but)

    @classmethod
    def read(cls, data: bytes) -> "Letter":
        """ValueError for what is no letter."""
        match json.loads(data):
            case [[*groups], str(text), str(but), int(code)]:
                return cls(tuple(groups), text, but, code)
        raise ValueError("not a letter")

    def written(self) -> bytes:
        return json.dumps([self.groups, self.text, self.but, self.code], separators=(",", ":")).encode()

    @property
    def shard(self) -> int:
        """The place of the server that carries it; the listening processes listen to all."""
        return crc32(self.groups[0].encode()) % len(settings.CHANNEL_REDIS_URLS)


def channel() -> str:
    return f"{settings.REDIS_PREFIX}-live"


def _after_commit(letter: Letter) -> None:
    """What a transaction tells leaves together."""
    bag = getattr(_bags, "open", None)
    if bag is not None and bag.transaction is this_transaction():
        bag.letters.append(letter)
        return
    bag = _bags.open = _Bag(this_transaction(), [letter])
    transaction.on_commit(lambda: _empty(bag), robust=True)


def _empty(bag: "_Bag") -> None:
    _bags.open = None
    publish(*bag.letters)


def publish(*letters: Letter) -> None:
    """Send now, in this order. A server that fails is logged and forgotten: pages that it cut off fetch anew."""
    by_shard: dict[int, list[Letter]] = {}
    for letter in letters:
        by_shard.setdefault(letter.shard, []).append(letter)
    for place, own in by_shard.items():
        _send(_shards()[place], own)


def _send(shard: "_Shard", letters: list[Letter]) -> None:
    began = time.monotonic()
    if began < shard.closed_until:
        return
    try:
        with shard.client.pipeline(transaction=False) as pipe:
            for letter in letters:
                pipe.publish(channel(), letter.written())
            pipe.execute()
    except redis.RedisError as error:
        now = time.monotonic()
        shard.closed_until = now + PAUSES * (now - began)
        log.warning("live_publish_failed", error_type=type(error).__name__)


@dataclass
class _Bag:
    transaction: object
    letters: list[Letter]


_bags = threading.local()


@dataclass
class _Shard:
    client: redis.Redis
    closed_until: float = 0.0


@cache
def _shards() -> list[_Shard]:
    """A connection that a restart has cut is tried a second time; a server that hangs is not."""
    retry = redis.retry.Retry(redis.backoff.NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return [
        _Shard(redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=retry))
        for url in settings.CHANNEL_REDIS_URLS
    ]
