"""Lines as the visitor's page shows them. The shape is the wire's: see docs/widget.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.db.models import Count, F, Max, Q, QuerySet, prefetch_related_objects

from channels_inbox.adapters.widget.models import Conversation, Line
from channels_inbox.links import buttons
from tickets.models import Attachment, Message, MessageKind

ASK_ADDRESS, UNREAD, TRANSCRIPT = "ask-address", "unread-answers", "transcript"
"""Purposes of notices: the first asks in the chat, the others go by mail only."""
BY_MAIL = frozenset({UNREAD, TRANSCRIPT})
_WHO = {MessageKind.CUSTOMER: "visitor", MessageKind.REPLY: "agent"}


def with_content(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Whatever `shown` needs of them, in two queries."""
    return lines.select_related("message__agent").prefetch_related("message__attachments__blob")


def shown(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [_shown(line) for line in lines]


def _shown(line: Line) -> dict[str, Any]:
    message = line.message
    frame: dict[str, Any] = {
        "number": line.number,
        "who": _WHO.get(MessageKind(message.kind), "bot"),
        "text": message.new_text,
        "at": message.created_at.isoformat(),
        "files": [_file(one) for one in message.attachments.all() if one.blob is not None],
    }
    if line.client_id:
        frame["client_id"] = line.client_id
    if message.agent is not None and message.kind == MessageKind.REPLY:
        frame |= {"name": message.agent.name, "picture": message.agent.picture_address}
    if message.choices:
        frame["choices"] = [asdict(button) for button in buttons(message, pressed=True)]
        frame["chosen"] = message.chosen
    if message.purpose == ASK_ADDRESS:
        frame["ask"] = "email"
    if message.redacted_at:
        frame["deleted"] = True
    return frame


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": file.blob.size if file.blob else 0,
        "type": file.content_type,
        "url": f"/widget/files/{file.token}/{quote(file.name, safe='')}",
        "inline": file.is_image,
    }


def push_line(conversation: Conversation, line: Line, *, changed: bool = False) -> None:
    """After commit, to every open page of the visitor."""
    if "attachments" not in getattr(line.message, "_prefetched_objects_cache", ()):
        prefetch_related_objects([line.message], "attachments__blob")
    word = "changed" if changed else "message"
    conversation.push({word: _shown(line), "conversation": str(conversation.pk)})


def summaries(conversations: QuerySet[Conversation], most: int = 20) -> list[dict[str, Any]]:
    """For the list of conversations, newest first. Two queries, and two for what was said last."""
    ours = Q(lines__message__kind=MessageKind.REPLY)
    unread = ~Q(lines__message__kind=MessageKind.CUSTOMER) & Q(lines__number__gt=F("seen_number"))
    counted = conversations.select_related("thread__ticket").annotate(
        unread=Count("lines", filter=unread), answered=Max("lines__number", filter=ours, default=0)
    )
    found = list(counted.order_by("-last_at")[:most])
    places = Q()
    for one in found:
        places |= Q(conversation=one.pk, number=one.last_number)
    lines = with_content(Line.objects.filter(places)) if found else ()
    last = {line.conversation_id: line for line in lines}
    return [_summary(one, last[one.pk]) for one in found if one.pk in last]


def _summary(conversation: Any, last: Line) -> dict[str, Any]:
    whole = _shown(last)
    return {
        "id": str(conversation.pk),
        "subject": conversation.ticket.subject,
        "last": {name: whole[name] for name in ("number", "text", "at", "who")},
        "unread": conversation.unread,
        "seen": conversation.answered if conversation.ticket.unread else conversation.last_number,
        "state": conversation.state,
    }


def is_shown(message: Message) -> bool:
    """Whether a message of ours stands in the chat at all."""
    return message.is_public and message.purpose not in BY_MAIL
