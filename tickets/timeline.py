"""The conversation as the page shows it: messages and events in the ticket's own order, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from math import ceil
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.templatetags.people import tint
from customers.models import Customer
from events.models import Event
from events.prepared import Prepared
from text.folding import own_part
from text.html import from_text
from tickets.addresses import address
from tickets.history import SHOWN, Names, icon_of, sentence
from tickets.icons import icon
from tickets.models import Attachment, Delivery, Message, MessageKind, Ticket
from tickets.times import clock
from tickets.warnings import participants_of, warnings_of

PAGE = 30
LONGEST = 20_000
"""Characters of a letter that stand on the page; longer ones are opened whole, in a frame."""
# What plain text would lose: only then a letter is shown in a frame of its own.
_RICH = re.compile(
    r"<(?:img|table|h[1-6]|ul|ol|font|pre|hr)\b|<(?:b|strong|i|em|u)>|style=\"[^\"]*(?:background|color|border|font-weight)",
    re.I,
)
_LINK = re.compile(r"<a\b[^>]*\bhref=\"(https?:[^\"]*)\"", re.I)
_REMOTE = re.compile(r"<img\b[^>]*\bsrc=\"https?:", re.I)
# What makes an earlier letter another one than open pages show.
_REDRAWING = {
    "message.amended",
    "message.redacted",
    "file.redacted",
    "reply.withdrawn",
    "ticket.participant_added",
}

Item = Message | Event


@dataclass(frozen=True)
class Timeline:
    """A stretch of the conversation, oldest first; `earlier` says before which number there is more."""

    items: list[dict[str, Any]]
    earlier: int | None
    last: int


def latest(ticket: Ticket, agent: Agent, before: int | None = None, size: int = PAGE) -> Timeline:
    """The newest `size` items, or those before a number."""
    before = before or ticket.sequence + 1
    found: list[Item] = [*_of(ticket, _before(ticket.pk, before, size=size + 1))]
    found += _events(ticket, "DESC", size + 1, before=before)
    found.sort(key=_place)
    more, found = len(found) > size, found[-size:]
    items = _items(found, ticket, agent)
    return Timeline(items, found[0].number if more else None, ticket.sequence)


def since(ticket: Ticket, agent: Agent, number: int) -> Timeline:
    """What came after a number: at most a hundred items, the oldest of them first."""
    found: list[Item] = [*_of(ticket, _after(ticket.pk, number))]
    found += _events(ticket, "ASC", 100, after=number)
    found.sort(key=_place)
    last = found[99].number or 0 if len(found) > 100 else ticket.sequence
    return Timeline(_items(found[:100], ticket, agent), None, last)


def numbered(ticket: Ticket, agent: Agent, numbers: Iterable[int]) -> Timeline:
    """These items as they are now."""
    numbers = sorted(set(numbers))[:100]
    found = _of(ticket, list(_messages(ticket.pk).filter(number__in=numbers).order_by("number")))
    return Timeline(_items(found, ticket, agent), None, ticket.sequence)


def _messages(ticket_id: int) -> QuerySet[Message]:
    shown = Message.objects.filter(ticket=ticket_id).exclude(delivery=Delivery.WITHDRAWN)
    files = Attachment.objects.filter(message=OuterRef("pk"))
    return shown.defer("search_text", "search").annotate(has_files=Exists(files))


@Prepared
def _before(ticket_id: int, number: int, *, size: int) -> QuerySet[Message]:
    return _messages(ticket_id).filter(number__lt=number).order_by("-number")[:size]


@Prepared
def _after(ticket_id: int, number: int) -> QuerySet[Message]:
    return _messages(ticket_id).filter(number__gt=number).order_by("number")[:100]


def _of(ticket: Ticket, messages: list[Message]) -> list[Message]:
    """The same, each knowing the ticket."""
    for message in messages:
        message.ticket = ticket
    return messages


def _place(item: Item) -> int:
    return item.number or 0


def _events(
    ticket: Ticket, direction: str, size: int, *, after: int = 0, before: int | None = None
) -> list[Event]:
    """The ticket's history without what follows of itself: the status after a reply, or after the customer's."""
    return list(
        Event.objects.raw(
            f"""SELECT id, kind, actor_kind, actor_id, number, payload, at FROM events_event e
            WHERE ticket_id = %s AND number > %s AND number < %s AND kind = ANY(%s)
              AND NOT (kind = 'ticket.status_changed' AND (actor_kind = 'customer' OR EXISTS (
                SELECT 1 FROM events_event b
                WHERE b.ticket_id = e.ticket_id AND b.number = e.number - 1 AND b.kind = 'reply.written')))
            ORDER BY number {direction} LIMIT %s""",  # noqa: S608 - the direction is one of two words of ours
            [ticket.pk, after, before or ticket.sequence + 1, list(SHOWN), size],
        )
    )


def _items(found: Sequence[Item], ticket: Ticket, agent: Agent) -> list[dict[str, Any]]:
    messages = [thing for thing in found if isinstance(thing, Message)]
    events = [thing for thing in found if isinstance(thing, Event)]
    known = [agent, *([ticket.assignee] if ticket.assignee else [])]
    names = Names(events, [message.agent_id for message in messages if message.agent_id], known)
    customers = _customers(messages, ticket)
    files = _files(messages)
    participants = participants_of(ticket, messages)
    return [
        _letter(thing, ticket, agent, names, customers, files.get(thing.pk, []), participants)
        if isinstance(thing, Message)
        else _line(thing, names)
        for thing in found
    ]


def _customers(messages: Iterable[Message], ticket: Ticket) -> dict[int, Customer]:
    """Who wrote: nearly always the ticket's own customer, so others are asked for only where they are."""
    others = {message.customer_id for message in messages if message.customer_id} - {ticket.customer_id}
    found = Customer.objects.prefetch_related("identities").in_bulk(others) if others else {}
    return {**found, ticket.customer_id: ticket.customer}


def _files(messages: Iterable[Any]) -> dict[int | None, list[Attachment]]:
    ids = [message.pk for message in messages if message.has_files]
    files: dict[int | None, list[Attachment]] = {}
    for file in Attachment.objects.filter(message_id__in=ids).select_related("blob") if ids else ():
        files.setdefault(file.message_id, []).append(file)
    return files


def _line(event: Event, names: Names) -> dict[str, Any]:
    return {
        "number": event.number,
        "is_event": True,
        "icon": icon(icon_of(event), "icon s"),
        "says": sentence(event, names),
        "at": clock(event.at),
        "redraws": event.payload["message"] if event.kind in _REDRAWING else None,
    }


def _letter(
    message: Message,
    ticket: Ticket,
    agent: Agent,
    names: Names,
    customers: dict[int, Customer],
    files: list[Attachment],
    participants: set[int],
) -> dict[str, Any]:
    framed = (
        bool(message.html)
        and message.kind == MessageKind.CUSTOMER
        and not message.redacted_at
        and _loses_form(message)
    )
    at = address("message-body", message.pk)
    frame, original = (at, "") if framed else ("", at if _shows_less(message) else "")
    shown = [file for file in files if not (framed and file.inline and file.content_id)]
    return {
        "number": message.number,
        "id": message.pk,
        "kind": message.kind,
        "css": {"reply": "ours", "note": "note", "notice": "notice"}.get(message.kind, ""),
        "by": _author(message, names, customers),
        "at": clock(message.created_at),
        "label": _label(message, names),
        "mine": message.agent_id == agent.pk,
        "body": "" if framed or message.redacted_at else _body(message.new_text),
        "quoted": "" if framed or message.redacted_at else _body(message.quoted),
        "frame": frame,
        "original": original,
        "remote_images": bool((frame or original) and _REMOTE.search(message.html)),
        "to": message.to if message.kind == MessageKind.REPLY else [],
        "cc": message.others or message.cc,
        "warnings": warnings_of(message, ticket, participants),
        "earlier": [_body(one["text"]) for one in reversed(message.earlier)],
        "redacted": bool(message.redacted_at),
        "redact": address("message-redaction", ticket.pk, message.pk)
        if agent.is_lead and not message.redacted_at
        else "",
        "files": [_file(file, ticket, agent) for file in shown],
        "delivery": _delivery(message, agent),
        "unsettled": message.delivery in {Delivery.HELD, Delivery.QUEUED, Delivery.FAILED},
    }


def _body(text: str) -> SafeString:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return mark_safe(from_text(shown))  # noqa: S308 - escapes all it is given


def _loses_form(message: Message) -> bool:
    """Whether its plain words would lose what its writer meant: a form, or where a link leads."""
    html = own_part(message.html)
    if _RICH.search(html):
        return True
    return any(_place_of(href) not in message.text for href in _LINK.findall(html))


def _place_of(href: str) -> str:
    return unescape(href).partition("//")[2].removeprefix("www.").rstrip("/")


def _shows_less(message: Message) -> bool:
    """Whether the page shows less of a letter than there is: its words without their form, or the beginning of them."""
    if message.redacted_at:
        return False
    return bool(message.html and message.kind == MessageKind.CUSTOMER) or len(message.text) > LONGEST


def _author(message: Message, names: Names, customers: dict[int, Customer]) -> dict[str, Any]:
    if message.kind == MessageKind.CUSTOMER and message.customer_id:
        customer = customers[message.customer_id]
        return {"name": customer.display_name, "initials": customer.initials, "tint": tint(customer.pk)}
    author = names.agents.get(message.agent_id)
    if author is None:
        return {"name": _("Automatic message"), "initials": "", "tint": "", "icon": icon("bot")}
    return {
        "name": str(author),
        "initials": author.initials,
        "tint": tint(author.pk),
        "picture": author.picture_address,
    }


def _label(message: Message, names: Names) -> str:
    if message.kind == MessageKind.NOTE:
        return _("note")
    if message.kind == MessageKind.CUSTOMER and message.agent_id:
        return _("on the phone, written down by %(name)s") % {"name": names.agent(message.agent_id)}
    if message.earlier:
        return _("changed")
    return _("automatic") if message.automatic and message.kind == MessageKind.CUSTOMER else ""


def _file(file: Attachment, ticket: Ticket, agent: Agent) -> dict[str, Any]:
    return {
        "url": reverse("file", args=[file.token, file.name]) if file.blob_id else "",
        "redact": reverse("file-redaction", args=[ticket.pk, file.token])
        if file.blob_id and agent.is_lead
        else "",
        "name": file.name,
        "size": filesizeformat(file.blob.size) if file.blob else "",
        "image": file.is_image and file.blob_id is not None,
    }


def _delivery(message: Message, agent: Agent) -> dict[str, Any] | None:
    if message.delivery == Delivery.NONE:
        return None
    held = message.delivery == Delivery.HELD
    return {
        "state": message.delivery,
        "label": message.get_delivery_display(),
        "left": ceil((message.send_at - now()).total_seconds()) if held and message.send_at else 0,
        "undo": address("reply", message.ticket_id, message.pk)
        if held and message.agent_id == agent.pk
        else "",
        "error": "" if message.undelivered else message.delivery_error,
        "undelivered": list(message.undelivered.items()),
        "anyway": "loop" in message.flags,
        "retry": address("retry-delivery", message.pk) if message.delivery == Delivery.FAILED else "",
    }
