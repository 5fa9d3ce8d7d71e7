"""What sockets are compared with: one Redis subscription a process, and direct sends to every socket."""

import asyncio
import os
from contextlib import suppress
from typing import Any

import redis.asyncio as redis

CHANNEL = "bench-direct"

_sends: set[Any] = set()
_task: asyncio.Task | None = None


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application that is nothing but sockets."""
    global _task
    if scope["type"] != "websocket":
        return
    _task = _task or asyncio.create_task(_pass_on())
    await receive()
    await send({"type": "websocket.accept"})
    _sends.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _sends.discard(send)


async def _pass_on() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
    async with client.pubsub() as channel:
        await channel.subscribe(CHANNEL)
        async for message in channel.listen():
            if message["type"] != "message":
                continue
            frame = {"type": "websocket.send", "text": message["data"].decode()}
            for send in list(_sends):
                with suppress(Exception):
                    await send(frame)
