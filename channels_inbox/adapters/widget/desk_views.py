"""What agents see of a visitor beside his ticket: whether he is here, on which page, and where answers go."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from channels_inbox.adapters.widget.leaving import whereto
from channels_inbox.adapters.widget.models import Conversation, Ended, Visitor
from tickets.models import MessageKind, Ticket
from tickets.times import clock
from tickets.views.answers import Undo, changed
from tickets.views.door import Resource, visible_ticket


@signed_in
@require_safe
def visitor(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The fragment; an empty one for a ticket without a visitor."""
    ticket = visible_ticket(request, ticket_id)
    conversation = Conversation.objects.on(ticket.pk)
    return render(
        request, "widget/visitor.html", _facts(ticket, conversation) if conversation else {"ticket": ticket}
    )


class End(Resource):
    """POST ends the chat; the visitor can begin again by writing."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        _conversation(ticket).end(Ended.AGENT)
        return changed(request, ticket, _("The chat is ended."))


class Blocking(Resource):
    """POST blocks the visitor: he is not heard any more, in any browser that is known as his. DELETE lets him in."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        _conversation(ticket).visitor.block(request.user)
        return changed(request, ticket, _("The visitor is blocked."), Undo("visitor-blocking", "DELETE"))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        _conversation(ticket).visitor.unblock(request.user)
        return changed(request, ticket, _("The visitor may write again."), Undo("visitor-blocking"))


def _conversation(ticket: Ticket) -> Conversation:
    conversation = Conversation.objects.on(ticket.pk)
    if conversation is None:
        raise Http404
    return conversation


def _facts(ticket: Ticket, conversation: Conversation) -> dict[str, Any]:
    visitor = conversation.visitor
    read = conversation.lines.filter(number__lte=conversation.seen_number, message__kind=MessageKind.REPLY)
    return {
        "ticket": ticket,
        "conversation": conversation,
        "visitor": visitor,
        "left": clock(visitor.left_at or visitor.seen_at),
        "whereto": whereto(ticket, visitor),
        "page": _web(visitor.page),
        "referrer": _web(visitor.referrer),
        "language": _language(visitor),
        "local": _local_time(visitor),
        "seen": read.order_by("-number").values_list("message__number", flat=True).first() or 0,
    }


def _web(address: str) -> str:
    """An address of the web, which a visitor's browser told; nothing that would run here."""
    return address if address.lower().startswith(("https://", "http://")) else ""


def _language(visitor: Visitor) -> str:
    code = visitor.language.lower().partition("-")[0]
    return str(dict(settings.LANGUAGES).get(code, visitor.language))


def _local_time(visitor: Visitor) -> str:
    try:
        return f"{now().astimezone(ZoneInfo(visitor.zone)):%H:%M}" if visitor.zone else ""
    except (KeyError, ValueError, OSError):
        return ""
