"""What a visitor's socket asks the database, to be awaited. Nothing here answers for another's conversation."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from channels_inbox.adapters.widget import limits
from channels_inbox.adapters.widget.asking import language_of
from channels_inbox.adapters.widget.frames import facts_in, is_number, message_in
from channels_inbox.adapters.widget.leaving import left_an_address
from channels_inbox.adapters.widget.looks import online
from channels_inbox.adapters.widget.models import Conversation, Ended, Line, Visitor, Widget
from channels_inbox.adapters.widget.origins import is_allowed
from channels_inbox.adapters.widget.saying import NotSaid, press, say, say_on
from channels_inbox.adapters.widget.showing import shown, summaries, with_content
from events.prepared import Prepared
from events.sockets import in_database

BACKLOG = 200

Follows = dict[str, tuple[int, int]]
"""Of each conversation its ticket and its last number."""


class Welcome(NamedTuple):
    frame: dict[str, Any]
    follows: Follows
    backlog: list[dict[str, Any]]
    more: bool
    """Whether there are lines beyond the backlog."""


@in_database
def channel_for(key: str, origin: str, host: str) -> int | None:
    """The channel of this key, if pages of this origin may talk to it."""
    widget = Widget.objects.filter(key=key, channel__is_active=True).first()
    return widget.channel_id if widget and is_allowed(origin, widget.origins, host) else None


@in_database
def visitor_of(token: Any, channel_id: int) -> Visitor | None:
    visitor = Visitor.objects.of_token(token) if isinstance(token, str) else None
    return visitor if visitor and visitor.channel_id == channel_id else None


@in_database
def welcome(visitor: Visitor, hello: dict[str, Any]) -> Welcome:
    visitor.be_on(**facts_in(hello))
    own = Conversation.objects.of(visitor)
    follows = {
        str(pk): (ticket, number)
        for pk, ticket, number in own.values_list("pk", "thread__ticket", "last_number")
    }
    wanted = str(hello.get("conversation"))
    conversation = wanted if wanted in follows else None
    frame = {
        "visitor": str(visitor.pk),
        "conversation": conversation,
        "conversations": summaries(own),
        "online": online(visitor.channel.widget),
    }
    last = hello.get("last")
    found = []
    if conversation:
        lines = own.get(pk=conversation).lines.filter(number__gt=last if is_number(last) else 0)
        found = list(with_content(lines.order_by("number"))[: BACKLOG + 1])
    backlog = [{"message": one, "conversation": conversation} for one in shown(found[:BACKLOG])]
    return Welcome(frame, follows, backlog, len(found) > BACKLOG)


@in_database
def say_it(
    visitor: Visitor, address: str, client_id: str, sent: dict[str, Any]
) -> tuple[dict[str, Any], Follows]:
    """The frame that tells him that it has been said, and the conversation that it is in. Raises NotSaid, in the language
    that the chat had when the socket was opened."""
    with translation.override(language_of(visitor.channel.widget, visitor.language)):
        _expect_patience(visitor, address, is_new=sent.get("conversation") is None)
        said = message_in(client_id, sent)
        line = say_on(visitor, said) or say(_as_now(visitor.pk)[0], said)
    conversation = line.conversation
    answer = {
        "client_id": client_id,
        "conversation": str(conversation.pk),
        "number": line.number,
        "at": line.message.created_at.isoformat(),
    }
    return answer, {str(conversation.pk): (line.message.ticket_id, line.number)}


@in_database
def see(visitor: Visitor, conversation: str, number: int) -> None:
    if found := _own(visitor, conversation):
        found.see(number)


@in_database
def end(visitor: Visitor, conversation: str) -> None:
    if found := _own(visitor, conversation):
        found.end(Ended.VISITOR)


@in_database
def take(visitor: Visitor, conversation: str, number: int, value: str) -> bool:
    """Press this choice. False: there is none."""
    lines = Line.objects.filter(
        conversation__in=Conversation.objects.of(visitor).filter(pk=conversation), number=number
    )
    line = lines.first()
    return line is not None and press(visitor, line, value)


@in_database
def be_on(visitor: Visitor, **facts: str) -> None:
    visitor.be_on(**facts)


@in_database
def keep_address(visitor: Visitor, address: str, email: Any, name: Any) -> dict[str, Any]:
    """The frame that answers an address left."""
    refused = {"client_id": None, "reason": "email"}
    with translation.override(language_of(visitor.channel.widget, visitor.language)):
        if wait := limits.wait_for("address", address, visitor.pk):
            return {"refused": refused | {"reason": "rate", "text": "", "retry_after": wait}}
        try:
            visitor.leave_address(
                email if isinstance(email, str) else "", name if isinstance(name, str) else ""
            )
        except ValueError as error:
            return {"refused": refused | {"text": str(error)}}
        left_an_address(visitor)
    return {"left": {"email": visitor.email}}


@Prepared
def _as_now(visitor_id: int) -> QuerySet[Visitor]:
    return Visitor.objects.select_related("channel__widget", "channel__team").filter(pk=visitor_id)


def _own(visitor: Visitor, conversation: str) -> Conversation | None:
    own = Conversation.objects.of(visitor).select_related("thread__ticket", "visitor")
    return own.filter(pk=conversation).first()


def _expect_patience(visitor: Visitor, address: str, *, is_new: bool) -> None:
    what = ["send", "open"] if is_new else ["send"]
    if wait := max(limits.wait_for(one, address, visitor.pk) for one in what):
        raise NotSaid("rate", _("That was a little too often. Please wait a moment."), wait)
