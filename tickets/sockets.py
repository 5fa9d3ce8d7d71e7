"""The desk's socket: names of what changed, and who else is looking. It carries no content.

To the page:   {"ticket": 42, "what": "message.received", "assignee": 7}
               {"viewer": 7, "name": "Bea", "ticket": 42, "typing": true, "here": true, "hello": false}
From the page: {"watch": 42} {"watch": null} {"here": 42, "typing": false, "hello": false} {"ping": 1}
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.timezone import now

from agents.models import Agent, Presence
from tickets.models import Ticket

NOT_SIGNED_IN = 4401
RIGHTS_CHANGED = 4403


class DeskSocket(AsyncWebsocketConsumer):
    """One open desk. It joins the groups of its agent's rights as they are when it connects; when they change
    it is closed, and connects again with the new ones."""

    agent: Agent
    watched: int | None = None

    async def connect(self) -> None:
        self.seen: deque[str] = deque(maxlen=32)
        self.joined: set[str] = set()
        user = self.scope["user"]
        await self.accept()
        if not (user.is_authenticated and user.is_active):
            await self.close(NOT_SIGNED_IN)
            return
        self.agent = user
        for group in await self._arrive():
            await self._join(group)

    async def disconnect(self, code: int) -> None:
        if self.watched is not None:
            await self._tell_watchers({"here": False})
        for group in list(getattr(self, "joined", ())):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Names pass at once: the way of the base class costs a thread hop each, and nothing here needs one."""
        if message["type"] == "name":
            await self.name(message)
        else:
            await super().dispatch(message)

    async def name(self, message: dict[str, Any]) -> None:
        """Pass a name on, once, though it may come through several groups."""
        name = message["name"]
        if "close" in name:
            await self.close(RIGHTS_CHANGED)
            return
        if (nonce := message.get("nonce")) is not None:
            if nonce in self.seen:
                return
            self.seen.append(nonce)
        if name.get("viewer") != self.agent.pk or "viewer" not in name:
            await self.send(text_data=json.dumps(name))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            said = json.loads(text_data or "")
        except ValueError:
            return
        if not isinstance(said, dict) or not hasattr(self, "agent"):
            return
        if "watch" in said:
            await self._watch(said["watch"])
        elif self.watched is not None and said.get("here") == self.watched:
            await self._tell_watchers(
                {"here": True, "typing": said.get("typing") is True, "hello": said.get("hello") is True}
            )
        elif "ping" in said:
            await self._stay()

    async def _watch(self, ticket_id: Any) -> None:
        if self.watched is not None:
            await self._tell_watchers({"here": False})
            await self.channel_layer.group_discard(f"ticket.{self.watched}", self.channel_name)
            self.joined.discard(f"ticket.{self.watched}")
            self.watched = None
        if isinstance(ticket_id, int) and not isinstance(ticket_id, bool) and await self._may_see(ticket_id):
            self.watched = ticket_id
            await self._join(f"ticket.{ticket_id}")
            await self._tell_watchers({"here": True, "typing": False, "hello": True})

    async def _join(self, group: str) -> None:
        self.joined.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def _tell_watchers(self, state: dict[str, bool]) -> None:
        name = {"viewer": self.agent.pk, "name": str(self.agent), "ticket": self.watched, **state}
        await self.channel_layer.group_send(f"ticket.{self.watched}", {"type": "name", "name": name})

    @database_sync_to_async
    def _arrive(self) -> list[str]:
        self.agent.be(Presence.ONLINE, by_hand=False)
        self._note_seen()
        own = [f"agent.{self.agent.pk}"]
        return (
            [*own, "everything"]
            if self.agent.sees_everything
            else [*own, *(f"team.{pk}" for pk in self.agent.team_ids())]
        )

    @database_sync_to_async
    def _may_see(self, ticket_id: int) -> bool:
        return 0 < ticket_id < 2**63 and Ticket.objects.visible_to(self.agent).filter(pk=ticket_id).exists()

    @database_sync_to_async
    def _stay(self) -> None:
        self.agent.be(Presence.ONLINE, by_hand=False)
        self._note_seen()

    def _note_seen(self) -> None:
        Agent.objects.filter(pk=self.agent.pk).update(seen_at=now())
