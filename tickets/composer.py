"""What the composer starts with: the drafts that were kept, and whom a reply goes to."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from agents.models import Agent
from events.prepared import Prepared
from tickets.icons import CHATS, source_label
from tickets.models import Draft, MessageKind, Status, Ticket
from tickets.uploads import chip


def drafts_of(ticket: Ticket, agent: Agent) -> dict[str, Draft]:
    """By kind, with their files at hand."""
    found = _drafts(ticket.pk, agent.pk)
    for draft in found:
        draft.ticket = ticket
    prefetch_related_objects(found, "attachments__blob")
    return {draft.kind: draft for draft in found}


@Prepared
def _drafts(ticket_id: int, agent_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(ticket=ticket_id, agent=agent_id)


def composer_of(
    ticket: Ticket,
    agent: Agent,
    *,
    open_tab: str = "",
    audience: dict[str, Any] | None = None,
    drafts: dict[str, Draft] | None = None,
) -> dict[str, Any]:
    """For `tickets/composer.html`. Asks for the drafts, their files, and whom an answer goes to, if not given."""
    drafts = drafts_of(ticket, agent) if drafts is None else drafts
    if not open_tab:
        only_note = drafts.keys() == {MessageKind.NOTE} and drafts[MessageKind.NOTE].text
        open_tab = MessageKind.NOTE if only_note else MessageKind.REPLY
    audience = audience or ticket.audience()
    usual_to, usual_cc = audience["to"], ", ".join(audience["others"])
    reply = drafts.get(MessageKind.REPLY)
    return {
        "once": token_urlsafe(12),
        "ticket": ticket.pk,
        "seen_number": ticket.sequence,
        "to": ticket.customer.display_name,
        "source": source_label(ticket.source),
        "by_mail": ticket.source not in CHATS,
        "hold": ticket.hold_seconds,
        "tab": str(open_tab),
        "thens": [Status.SOLVED, Status.OPEN, Status.ON_HOLD],
        "reply": _side(ticket, reply, "reply"),
        "note": _side(ticket, drafts.get(MessageKind.NOTE), "note"),
        "error": "",
        "usual_to": usual_to,
        "usual_cc": usual_cc,
        "recipient": usual_to if reply is None or reply.to is None else reply.to,
        "cc": usual_cc if reply is None or reply.cc is None else reply.cc,
    }


def _side(ticket: Ticket, draft: Draft | None, kind: str) -> dict[str, Any]:
    return {
        "text": draft.text if draft else "",
        "files": [chip(file) for file in draft.attachments.all()] if draft else [],
        "draft_url": reverse("ticket-draft", args=[ticket.pk, kind]),
        "upload_url": f"{reverse('ticket-attachments', args=[ticket.pk])}?kind={kind}",
    }
