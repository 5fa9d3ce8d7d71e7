"""What a change answers: the new head, the new row and a toast that can take it back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from agents.access import AgentRequest
from events.models import Event
from tickets import inbox
from tickets.head import field_name, head_of, shown_value
from tickets.history import Names
from tickets.models import Conflict, Ticket
from tickets.rows import rows

_CHANGED_BY = {
    "status": ("ticket.status_changed", "ticket.solved", "ticket.reopened", "ticket.closed"),
    "assignee_id": ("ticket.assigned",),
    "team_id": ("ticket.team_changed",),
    "priority": ("ticket.priority_changed",),
    "subject": ("ticket.subject_changed",),
}


class Undo(NamedTuple):
    """The inverse resource: an URL name below the ticket, its method, and the fields of its form."""

    name: str
    method: str = "POST"
    fields: dict[str, Any] = {}
    args: tuple[Any, ...] = ()


def changed(
    request: AgentRequest, ticket: Ticket, said: str, undo: Undo | None = None, **more: Any
) -> HttpResponse:
    """The change took place: show it, say so, and offer to take it back."""
    if request.htmx and ticket.is_visible_to(request.user):
        more |= {"head": head_of(ticket, request.user), "row": _row(request, ticket)}
    return _told(request, ticket, said, undo, **more)


def written(
    request: AgentRequest, ticket: Ticket, said: str, undo: Undo | None, composer: dict[str, Any]
) -> HttpResponse:
    """Something was written: the composer is ready for the next. The page fetches the letter, and with it whatever
    else that changed."""
    return _told(request, ticket, said, undo, composer=composer)


def _told(request: AgentRequest, ticket: Ticket, said: str, undo: Undo | None, **shown: Any) -> HttpResponse:
    if not request.htmx:
        return redirect("ticket", ticket.pk)
    url = undo and reverse(undo.name, args=(ticket.pk, *undo.args))
    context = {"ticket": ticket, "said": said, "undo": undo and {**undo._asdict(), "url": url}, **shown}
    response = render(request, "tickets/changed.html", context)
    response["HX-Trigger"] = json.dumps({"desk:mine": {"ticket": ticket.pk}})
    return response


def conflicting(request: AgentRequest, ticket: Ticket, conflict: Conflict) -> HttpResponse:
    """409: told where it happened, naming the field, who changed it and what it is by now."""
    ticket.refresh_from_db()
    event = last_change(ticket, conflict.field)
    head = head_of(ticket, request.user)
    head["conflict"] = {
        "field": field_name(conflict.field),
        "who": Names([event]).actor(event) if event else "",
        "now": shown_value(ticket, conflict.field),
    }
    if not request.htmx:
        return render(request, "tickets/conflict.html", {"ticket": ticket, "head": head}, status=409)
    return render(
        request,
        "tickets/changed.html",
        {"ticket": ticket, "head": head, "row": _row(request, ticket)},
        status=409,
    )


def last_change(ticket: Ticket, field: str) -> Event | None:
    """What last changed `field`, as the history has it."""
    changes = Event.objects.filter(ticket_id=ticket.pk, kind__in=_CHANGED_BY[field])
    return changes.order_by("-number").first()


def refused(request: AgentRequest, ticket: Ticket, reason: str) -> HttpResponse:
    """422: it cannot be done, in the words of the verb that refused."""
    context = {"ticket": ticket, "said": reason, "bad": True}
    return render(
        request, "tickets/changed.html" if request.htmx else "tickets/conflict.html", context, status=422
    )


def _row(request: AgentRequest, ticket: Ticket) -> list[dict[str, Any]]:
    """The ticket's row in the list that the page says it shows, to be replaced in place."""
    view = request.headers.get("X-Desk-View", "")
    if not view:
        return []
    try:
        found = inbox.looked_up(request.user, view, [ticket.pk])
    except KeyError:
        return []
    return [row | {"oob": True} for row in rows(found, request.user, view)]
