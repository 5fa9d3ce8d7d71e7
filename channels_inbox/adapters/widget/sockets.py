"""The visitor's socket. Bodies go directly; what is missing after a break is filled in by number. The frames are the
wire's: see docs/widget.md."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.urls import path
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from channels_inbox.adapters.widget import limits
from channels_inbox.adapters.widget.asking import language_of
from channels_inbox.adapters.widget.jsons import object_in
from channels_inbox.adapters.widget.leaving import left_an_address
from channels_inbox.adapters.widget.looks import online
from channels_inbox.adapters.widget.models import Conversation, Ended, Line, Visitor, Widget
from channels_inbox.adapters.widget.origins import is_allowed
from channels_inbox.adapters.widget.saying import NotSaid, Said, press, say
from channels_inbox.adapters.widget.showing import shown, summaries, with_content
from events.live import Letter
from events.sockets import LiveSocket, in_database

UNKNOWN, NOT_ALLOWED, SILENT, TOO_OFTEN, TOO_LARGE = 4401, 4403, 4408, 4429, 1009
HELLO_SECONDS = 5.0
GRACE_SECONDS = 6.0
"""Between two pages of a website nobody has left."""
MOST_BYTES = 64 * 1024
BACKLOG = 200
STRICTEST = 40
"""Frames in ten seconds, of whatever kind."""


class WidgetSocket(LiveSocket):
    """One open page of a website. Says nothing and hears nothing until its hello has shown whose it is."""

    visitor: Visitor | None = None
    held: list[dict[str, Any]] | None = None
    """What came while the hello was being answered."""
    waiting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.tickets: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.window, self.frames = 0.0, 0
        self.address = (self.scope.get("client") or [""])[0]
        refused = await self._refusal()
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
            await self._hello(said["hello"])
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
            typing = {"name": told.get("name", ""), "picture": None} if told.get("typing") else None
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

    async def _close_if_silent(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        if self.visitor is None:
            await self.close(SILENT)

    async def _hello(self, hello: Any) -> None:
        if self.waiting:
            self.waiting.cancel()  # it was said in time, however long its answer takes
        hello = hello if isinstance(hello, dict) else {}
        visitor = await self._known(hello.get("token"))
        if visitor is None:
            return await self.close(UNKNOWN)
        if visitor.blocked_at:
            await self.answer({"bye": {"reason": "blocked"}})
            return await self.close(NOT_ALLOWED)
        self.held = []
        self.join(visitor.group)  # before the lines are read, so that none is missed
        welcome, follows, backlog, more = await self._welcome(visitor, hello)
        self._follow(follows)
        self.visitor = visitor
        await self.answer({"welcome": welcome})
        for frame in backlog:
            await self.answer(frame)
        if more:
            await self.answer({"more": welcome["conversation"]})
        held, self.held = self.held, None
        for frame in held:
            self.hear(frame)
        await self._tell_desks({"what": "here"})

    # What visitors do ------------------------------------------------------------------------------------

    async def _send(self, said: dict[str, Any]) -> None:
        sent = said["send"] if isinstance(said["send"], dict) else {}
        client_id = sent.get("client_id")
        if not (isinstance(client_id, str) and 0 < len(client_id) <= 64 and client_id.isprintable()):
            return await self.answer({"refused": {"client_id": None, "reason": "form", "text": ""}})
        try:
            answer, follows = await self._say(client_id, sent)
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
        number = said["seen"]
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31:
            await self._see(str(said.get("conversation")), number)

    async def _page(self, said: dict[str, Any]) -> None:
        await self._be_on(**_told(said))
        await self._tell_desks({"what": "page"})

    async def _choose(self, said: dict[str, Any]) -> None:
        chosen = said["choose"] if isinstance(said["choose"], dict) else {}
        number, value = chosen.get("number"), chosen.get("value")
        known = isinstance(number, int) and 0 < number < 2**31 and isinstance(value, str)
        if not known or not await self._take(str(chosen.get("conversation")), number, value):
            await self.answer({"refused": {"client_id": None, "reason": "choice", "number": number}})

    async def _end_chat(self, said: dict[str, Any]) -> None:
        await self._end_it(str(said["end"]))

    async def _leave_address(self, said: dict[str, Any]) -> None:
        left = said["leave"] if isinstance(said["leave"], dict) else {}
        answer = await self._keep_address(left.get("email"), left.get("name"))
        await self.answer(answer)
        if "left" in answer:
            await self._tell_desks({"what": "address"})

    async def _ping(self, said: dict[str, Any]) -> None:
        await self._be_on()
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

    # In the database -------------------------------------------------------------------------------------

    @in_database
    def _refusal(self) -> int:
        """The code to close with, or 0."""
        key = self.scope["url_route"]["kwargs"]["key"]
        widget = Widget.objects.select_related("channel").filter(key=key, channel__is_active=True).first()
        headers = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        if widget is None or not is_allowed(origin, widget.origins, host):
            return NOT_ALLOWED
        self.channel_id = widget.channel_id
        return TOO_OFTEN if limits.wait_for("socket", self.address) else 0

    @in_database
    def _known(self, token: Any) -> Visitor | None:
        visitor = Visitor.objects.of_token(token) if isinstance(token, str) else None
        return visitor if visitor and visitor.channel_id == self.channel_id else None

    @in_database
    def _welcome(
        self, visitor: Visitor, hello: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, tuple[int, int]], list[dict[str, Any]], bool]:
        visitor.be_on(**_told(hello))
        own = Conversation.objects.of(visitor)
        follows = {
            str(pk): (ticket, number)
            for pk, ticket, number in own.values_list("pk", "thread__ticket", "last_number")
        }
        wanted = str(hello.get("conversation"))
        conversation = wanted if wanted in follows else None
        welcome = {
            "visitor": str(visitor.pk),
            "conversation": conversation,
            "conversations": summaries(own),
            "online": online(visitor.channel.widget),
        }
        last = hello.get("last")
        last = last if isinstance(last, int) and 0 <= last < 2**31 else 0
        lines = (
            own.get(pk=conversation).lines.filter(number__gt=last).order_by("number")
            if conversation
            else None
        )
        found = list(with_content(lines)[: BACKLOG + 1]) if lines is not None else []
        backlog = [{"message": one, "conversation": conversation} for one in shown(found[:BACKLOG])]
        return welcome, follows, backlog, len(found) > BACKLOG

    @in_database
    def _say(self, client_id: str, sent: dict[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
        visitor = Visitor.objects.select_related("channel__widget", "channel__team").get(pk=self._visitor.pk)
        with translation.override(language_of(visitor.channel.widget, visitor.language)):
            _expect_patience(visitor, self.address, is_new=sent.get("conversation") is None)
            line = say(visitor, _said(client_id, sent))
        conversation = line.conversation
        answer = {
            "client_id": client_id,
            "conversation": str(conversation.pk),
            "number": line.number,
            "at": line.message.created_at.isoformat(),
        }
        return answer, {str(conversation.pk): (line.message.ticket_id, line.number)}

    @in_database
    def _see(self, conversation: str, number: int) -> None:
        if conversation in self.tickets:
            own = Conversation.objects.of(self._visitor).select_related("thread__ticket", "visitor")
            if found := own.filter(pk=conversation).first():
                found.see(number)

    @in_database
    def _take(self, conversation: str, number: int, value: str) -> bool:
        if conversation not in self.tickets:
            return False
        lines = Line.objects.filter(
            conversation__in=Conversation.objects.of(self._visitor).filter(pk=conversation)
        )
        line = lines.filter(number=number).first()
        return line is not None and press(self._visitor, line, value)

    @in_database
    def _be_on(self, **facts: str) -> None:
        self._visitor.be_on(**facts)

    @in_database
    def _end_it(self, conversation: str) -> None:
        if conversation in self.tickets:
            own = Conversation.objects.of(self._visitor).select_related("thread__ticket", "visitor")
            if found := own.filter(pk=conversation).first():
                found.end(Ended.VISITOR)

    @in_database
    def _keep_address(self, email: Any, name: Any) -> dict[str, Any]:
        visitor = self._visitor
        refused = {"client_id": None, "reason": "email"}
        with translation.override(language_of(visitor.channel.widget, visitor.language)):
            if wait := limits.wait_for("address", self.address, visitor.pk):
                return {"refused": refused | {"reason": "rate", "text": "", "retry_after": wait}}
            try:
                visitor.leave_address(
                    email if isinstance(email, str) else "", name if isinstance(name, str) else ""
                )
            except ValueError as error:
                return {"refused": refused | {"text": str(error)}}
            left_an_address(visitor)
        return {"left": {"email": visitor.email}}

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


def _told(said: dict[str, Any]) -> dict[str, str]:
    """Where he is, and what his browser says of him, as far as it is text."""
    page = said.get("page")
    page = page if isinstance(page, dict) else {}
    facts = {"page": page.get("address"), "page_title": page.get("title")}
    facts |= {name: said.get(name) for name in ("language", "zone")}
    return {name: value for name, value in facts.items() if isinstance(value, str) and value}


def _said(client_id: str, sent: dict[str, Any]) -> Said:
    """What was sent, as far as it has the right shape. Raises NotSaid."""
    named, text, tokens, answers = (sent.get(name) for name in ("conversation", "text", "files", "answers"))
    try:
        conversation = None if named is None else uuid.UUID(str(named))
    except ValueError:
        raise NotSaid("conversation", _("This chat is not here any more.")) from None
    return Said(
        client_id=client_id,
        text=text if isinstance(text, str) else "",
        conversation=conversation,
        files=tuple(token for token in tokens if isinstance(token, str)) if isinstance(tokens, list) else (),
        answers={
            name: answer
            for name, answer in (answers if isinstance(answers, dict) else {}).items()
            if isinstance(answer, str)
        },
    )


def _expect_patience(visitor: Visitor, address: str, *, is_new: bool) -> None:
    what = ["send", "open"] if is_new else ["send"]
    if wait := max(limits.wait_for(one, address, visitor.pk) for one in what):
        raise NotSaid("rate", _("That was a little too often. Please wait a moment."), wait)


websocket_urlpatterns = [path("ws/widget/<slug:key>/", WidgetSocket.as_asgi(), name="widget-socket")]
