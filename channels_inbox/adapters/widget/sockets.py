"""The visitor's socket. Bodies go directly; what is missing after a break is filled in by number. The frames are the
wire's: see docs/widget.md."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.urls import path
from django.utils.timezone import now

from agents.callers import address_in
from channels_inbox.adapters.widget import answering, limits
from channels_inbox.adapters.widget.frames import facts_in, is_client_id, is_number, object_of
from channels_inbox.adapters.widget.heartbeats import heard_of
from channels_inbox.adapters.widget.jsons import object_in
from channels_inbox.adapters.widget.models import Visitor
from channels_inbox.adapters.widget.saying import NotSaid
from events.live import Letter
from events.sockets import LiveSocket, in_database

UNKNOWN, NOT_ALLOWED, SILENT, TOO_OFTEN, TOO_LARGE = 4401, 4403, 4408, 4429, 1009
HELLO_SECONDS = 5.0
GRACE_SECONDS = 6.0
"""Between two pages of a website nobody has left."""
MOST_BYTES = 64 * 1024
STRICTEST = 40
"""Frames in ten seconds, of whatever kind."""


class WidgetSocket(LiveSocket):
    """One open page of a website. Says nothing and hears nothing until its hello has shown whose it is."""

    visitor: Visitor | None = None
    held: list[dict[str, Any]] | None = None
    """What came while the hello was being answered."""
    waiting: asyncio.Task[None] | None = None
    has_place = False
    """Among the sockets that its address may have open."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.has_place:
                limits.give_place(self.address)

    async def connect(self) -> None:
        self.tickets: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.window, self.frames = 0.0, 0
        headers = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        self.address = address_in(headers.get(b"x-forwarded-for", ""), (self.scope.get("client") or [""])[0])
        refused = await self._refusal(headers)
        await self.accept()
        if refused:
            await self.close(refused)
        elif not await self.hub.ready(HELLO_SECONDS):
            await self.close(1013)
        else:
            self.waiting = asyncio.create_task(self._close_if_silent())

    async def disconnect(self, code: int) -> None:
        if self.waiting:
            self.waiting.cancel()
        if self.visitor is not None:
            _farewells.add(
                task := asyncio.create_task(_say_farewell(self.visitor, dict(self.tickets), self.hub))
            )
            task.add_done_callback(_farewells.discard)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None or len(text_data) > MOST_BYTES:
            return await self.close(TOO_LARGE)
        if self._is_too_often():
            return await self.close(TOO_OFTEN)
        said = object_in(text_data)
        if "hello" in said and self.visitor is None:
            await self._hello(said)
        elif self.visitor is not None:
            for word, act in _ACTS.items():
                if word in said:
                    await act(self, said)
                    break

    async def answer(self, frame: dict[str, Any]) -> None:
        with suppress(OSError, RuntimeError):  # closed by either side
            await self.send(json.dumps(frame))

    # Hearing -------------------------------------------------------------------------------------------

    def hear(self, frame: dict[str, Any]) -> None:
        """What is for visitors as it is; of what is told to the desk only what a visitor may know."""
        told = object_in(frame["text"])
        if "ticket" in told or "visitor" in told:
            told = self._translated(told)
            if not told:
                return
            frame = {"type": "websocket.send", "text": json.dumps(told)}
        else:
            self._note(told)
        if self.held is not None:
            self.held.append(frame)
        else:
            super().hear(frame)

    def _translated(self, told: dict[str, Any]) -> dict[str, Any]:
        conversation = next(
            (name for name, ticket in self.tickets.items() if ticket == told.get("ticket")), None
        )
        if conversation is None:
            return {}
        if "viewer" in told and (told.get("reply") or not told.get("typing")):
            typing = {name: told.get(name) for name in ("name", "picture")} if told.get("typing") else None
            return {"typing": typing, "conversation": conversation}
        if told.get("what") == "ticket.read":
            return {"seen": self.numbers.get(conversation, 0), "conversation": conversation}
        return {}

    def _note(self, told: dict[str, Any]) -> None:
        line, conversation = told.get("message"), told.get("conversation")
        if line and conversation:
            self.numbers[conversation] = max(self.numbers.get(conversation, 0), line["number"])

    def _follow(self, conversations: dict[str, tuple[int, int]]) -> None:
        """Hear of these conversations' tickets: id → (ticket, last number)."""
        for name, (ticket, number) in conversations.items():
            self.tickets[name] = ticket
            self.numbers[name] = max(number, self.numbers.get(name, 0))
            self.join(f"ticket.{ticket}")

    # Beginning -----------------------------------------------------------------------------------------

    async def _refusal(self, headers: dict[bytes, str]) -> int:
        """The code to close with, or 0."""
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        channel_id = await answering.channel_for(self.scope["url_route"]["kwargs"]["key"], origin, host)
        if channel_id is None:
            return NOT_ALLOWED
        self.channel_id = channel_id
        if await in_database(limits.wait_for)("socket", self.address):
            return TOO_OFTEN
        self.has_place = limits.take_place(self.address)
        return 0 if self.has_place else TOO_OFTEN

    async def _close_if_silent(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        if self.visitor is None:
            await self.close(SILENT)

    async def _hello(self, said: dict[str, Any]) -> None:
        if self.waiting:
            self.waiting.cancel()  # it was said in time, however long its answer takes
        hello = object_of(said, "hello")
        visitor = await answering.visitor_of(hello.get("token"), self.channel_id)
        if visitor is None:
            return await self.close(UNKNOWN)
        if visitor.blocked_at:
            await self.answer({"bye": {"reason": "blocked"}})
            return await self.close(NOT_ALLOWED)
        self.held = []
        self.join(visitor.group)  # before the lines are read, so that none is missed
        welcome = await answering.welcome(visitor, hello)
        self._follow(welcome.follows)
        self.visitor = visitor
        await self.answer({"welcome": welcome.frame})
        for frame in welcome.backlog:
            await self.answer(frame)
        if welcome.more:
            await self.answer({"more": welcome.frame["conversation"]})
        held, self.held = self.held, None
        for frame in held:
            self.hear(frame)
        await self._tell_desks({"what": "here"})

    # What visitors do ------------------------------------------------------------------------------------

    async def _send(self, said: dict[str, Any]) -> None:
        sent = object_of(said, "send")
        client_id = sent.get("client_id")
        if not is_client_id(client_id):
            return await self.answer({"refused": {"client_id": None, "reason": "form", "text": ""}})
        try:
            answer, follows = await answering.say_it(self._visitor, self.address, client_id, sent)
        except NotSaid as error:
            refused = {"client_id": client_id, "reason": error.reason, "text": str(error)}
            return await self.answer(
                {"refused": refused | ({"retry_after": error.after} if error.after else {})}
            )
        self._follow(follows)
        await self.answer({"sent": answer})

    async def _typing(self, said: dict[str, Any]) -> None:
        ticket = self.tickets.get(str(said.get("conversation")))
        if ticket is not None:
            await self._tell(ticket, {"typing": said["typing"] is True})

    async def _seen(self, said: dict[str, Any]) -> None:
        conversation, number = str(said.get("conversation")), said["seen"]
        if conversation in self.tickets and is_number(number):
            await answering.see(self._visitor, conversation, number)

    async def _page(self, said: dict[str, Any]) -> None:
        await answering.be_on(self._visitor, **facts_in(said))
        await self._tell_desks({"what": "page"})

    async def _choose(self, said: dict[str, Any]) -> None:
        chosen = object_of(said, "choose")
        conversation = str(chosen.get("conversation"))
        number, value = chosen.get("number"), chosen.get("value")
        known = conversation in self.tickets and is_number(number) and isinstance(value, str)
        if not known or not await answering.take(self._visitor, conversation, number, value):
            await self.answer({"refused": {"client_id": None, "reason": "choice", "number": number}})

    async def _end_chat(self, said: dict[str, Any]) -> None:
        conversation = str(said["end"])
        if conversation in self.tickets:
            await answering.end(self._visitor, conversation)

    async def _leave_address(self, said: dict[str, Any]) -> None:
        left = object_of(said, "leave")
        answer = await answering.keep_address(
            self._visitor, self.address, left.get("email"), left.get("name")
        )
        await self.answer(answer)
        if "left" in answer:
            await self._tell_desks({"what": "address"})

    async def _ping(self, said: dict[str, Any]) -> None:
        heard_of(self._visitor.pk)
        await self.answer({"pong": 1})

    async def _tell_desks(self, name: dict[str, Any]) -> None:
        for ticket in set(self.tickets.values()):
            await self._tell(ticket, name)

    async def _tell(self, ticket: int, name: dict[str, Any]) -> None:
        await self.hub.tell(Letter.of([f"ticket.{ticket}"], {"visitor": ticket, **name}))

    def _is_too_often(self) -> bool:
        moment = asyncio.get_running_loop().time()
        if moment - self.window > 10:
            self.window, self.frames = moment, 0
        self.frames += 1
        return self.frames > STRICTEST

    @property
    def _visitor(self) -> Visitor:
        assert self.visitor is not None
        return self.visitor


_ACTS: dict[str, Callable[[WidgetSocket, dict[str, Any]], Awaitable[None]]] = {
    "send": WidgetSocket._send,
    "typing": WidgetSocket._typing,
    "seen": WidgetSocket._seen,
    "page": WidgetSocket._page,
    "choose": WidgetSocket._choose,
    "end": WidgetSocket._end_chat,
    "leave": WidgetSocket._leave_address,
    "ping": WidgetSocket._ping,
}
_farewells: set[asyncio.Task[None]] = set()


async def _say_farewell(visitor: Visitor, tickets: dict[str, int], hub: Any) -> None:
    """Unless he is on the next page by then."""
    closed_at = now()
    await asyncio.sleep(GRACE_SECONDS)
    if await in_database(visitor.leave)(closed_at):
        for ticket in set(tickets.values()):
            await hub.tell(Letter.of([f"ticket.{ticket}"], {"visitor": ticket, "what": "left"}))


websocket_urlpatterns = [path("ws/widget/<slug:key>/", WidgetSocket.as_asgi(), name="widget-socket")]
