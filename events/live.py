"""Names on the wire: "ticket 42 changed", told to open pages at commit, best effort.

The page then fetches what it may see through the same door as ever; nothing but names travels here.
They are published in the channel layer's own format by a plain Redis client: the processes that change
things (web, workers) are synchronous, and the layer's own clients belong to one event loop each.
"""

from functools import cache, partial
from secrets import token_hex
from typing import Any

import redis
import structlog
from channels.layers import get_channel_layer
from channels_redis.utils import _consistent_hash
from django.conf import settings
from django.db import transaction

from events import history

log = structlog.get_logger(__name__)


def tell(groups: set[str], name: dict[str, Any]) -> None:
    """After commit, send `name` (JSON-safe) to every socket in one of `groups`; never what is long ago."""
    if history.moment() is None:
        transaction.on_commit(partial(publish, sorted(groups), name), robust=True)


def publish(groups: list[str], name: dict[str, Any]) -> None:
    """Send now. A server that is down is logged and forgotten: a page that reconnects fetches anew."""
    message = get_channel_layer().serialize({"type": "name", "name": name, "nonce": token_hex(6)})
    prefix = settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"]
    for group in groups:
        channel = f"{prefix}__group__{group}"
        client = _clients()[_consistent_hash(channel, len(_clients()))]
        try:
            client.publish(channel, message)
        except redis.RedisError as error:
            log.warning("live_publish_failed", error_type=type(error).__name__)


@cache
def _clients() -> list[redis.Redis]:
    """One client a shard. The first command after a server's restart is tried a second time."""
    return [
        redis.Redis.from_url(
            url,
            socket_timeout=2,
            socket_connect_timeout=1,
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1),
        )
        for url in settings.CHANNEL_REDIS_URLS
    ]
