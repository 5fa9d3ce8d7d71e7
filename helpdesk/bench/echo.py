"""What chats are compared with: a bare Channels consumer that inserts one row for what it hears, and passes it on
through Redis to the sockets of the other side, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import django

django.setup()

import redis.asyncio as redis  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from django.db import connection  # noqa: E402

CHANNEL = "bench-echo"
TABLE = "bench_echo"


class Echo(AsyncWebsocketConsumer):
    """Says first who it is: {"hello": "agent"} or {"hello": "<id>"}. Then {"to": "<id>", "text": …} is kept, and passed
    on to whoever has that name."""

    sockets: dict[str, set[Echo]] = {}
    listening: asyncio.Task[None] | None = None
    client: redis.Redis
    name = ""

    async def connect(self) -> None:
        if Echo.listening is None:
            Echo.client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
            Echo.listening = asyncio.create_task(_pass_on())
        await self.accept()

    async def disconnect(self, code: int) -> None:
        Echo.sockets.get(self.name, set()).discard(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        said = json.loads(text_data or "")
        if "hello" in said:
            self.name = said["hello"]
            Echo.sockets.setdefault(self.name, set()).add(self)
            await self.send(json.dumps({"welcome": self.name}))
        else:
            await self._keep(said["text"])
            await Echo.client.publish(CHANNEL, json.dumps({**said, "from": self.name}))

    @database_sync_to_async
    def _keep(self, text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (text) VALUES (%s)", [text])


async def _pass_on() -> None:
    async with Echo.client.pubsub() as channel:
        await channel.subscribe(CHANNEL)
        async for message in channel.listen():
            if message["type"] == "message":
                text = message["data"].decode()
                for socket in list(Echo.sockets.get(json.loads(text)["to"], ())):
                    await socket.send(text)


application: Any = Echo.as_asgi()
