"""The desk's socket: names of what changed, and who else is looking. It carries no content.

To the page:   {"ticket": 42, "what": "message.received", "assignee": 7}
               {"viewer": 7, "name": "Bea", "ticket": 42, "typing": true, "here": true, "hello": false}
               {"visitor": 42, …} what whoever talks with us on the ticket does just now, told by the channel's own room
               {"agent": 7, "what": "presence"} to who leads him: his presence, or what he can take, changed
               {"bell": 3} how many strokes of the agent's own bell he has not read
               {"pong": 1} to each ping: one that hears none has lost its connection
From the page: {"watch": 42} {"watch": null} {"here": 42, "typing": false, "hello": false, "reply": false}
               {"ping": 1, "idle": false}
"""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async

from agents.models import Agent
from events.live import Letter
from events.sockets import LiveSocket
from tickets.models import Ticket

NOT_SIGNED_IN = 4401
WAIT_SECONDS = 5.0


class DeskSocket(LiveSocket):
    """One open desk. It joins the groups of its agent's rights as they are when it connects; when they change
    it is closed, and connects again with the new ones."""

    agent: Agent
    watched: int | None = None

    async def connect(self) -> None:
        user = self.scope["user"]
        if not (user.is_authenticated and user.is_active):
            await self.accept()
            await self.close(NOT_SIGNED_IN)
        elif not await self.hub.ready(WAIT_SECONDS):
            await self.close()  # refused: the page tells that the connection is lost, and tries again
        else:
            await self._arrive(user.pk)

    async def _arrive(self, pk: int) -> None:
        self.join(f"agent.{pk}")  # before the rights are read, so that no change of them is missed
        groups = await self._rights(pk)
        if not self.agent.is_active:
            await self.close()
        elif self.ending is None:
            await self.accept()
            self.join(*groups)  # what the page fetches once it is open is never older than what it is told

    async def disconnect(self, code: int) -> None:
        if self.watched is not None:
            await self._tell_watchers({"here": False})

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
            told = {name: said.get(name) is True for name in ("typing", "hello", "reply")}
            await self._tell_watchers({"here": True, **told})
        elif "ping" in said:
            await self._stay(said.get("idle") is True)
            await self.send(json.dumps({"pong": 1}))

    async def _watch(self, ticket_id: Any) -> None:
        if self.watched is not None:
            await self._tell_watchers({"here": False})
            self.leave(f"ticket.{self.watched}")
            self.watched = None
        if isinstance(ticket_id, int) and not isinstance(ticket_id, bool) and await self._may_see(ticket_id):
            self.watched = ticket_id
            self.join(f"ticket.{ticket_id}")
            await self._tell_watchers({"here": True, "typing": False, "hello": True})

    async def _tell_watchers(self, state: dict[str, bool]) -> None:
        name = {
            "viewer": self.agent.pk,
            "name": str(self.agent),
            "picture": self.agent.picture_address,
            "ticket": self.watched,
            **state,
        }
        await self.hub.tell(Letter.of([f"ticket.{self.watched}"], name, but=f"agent.{self.agent.pk}"))

    @database_sync_to_async
    def _rights(self, pk: int) -> list[str]:
        """The groups of the agent's teams, or of whoever sees everything, as they are now."""
        self.agent = Agent.objects.get(pk=pk)
        every = self.agent.sees_everything
        groups = ["everything"] if every else [f"team.{team}" for team in self.agent.team_ids()]
        return [*groups, *(f"{group}.agents" for group in groups)] if self.agent.is_lead else groups

    @database_sync_to_async
    def _may_see(self, ticket_id: int) -> bool:
        return 0 < ticket_id < 2**63 and Ticket.objects.visible_to(self.agent).filter(pk=ticket_id).exists()

    @database_sync_to_async
    def _stay(self, idle: bool) -> None:
        self.agent.be_here(idle=idle)
