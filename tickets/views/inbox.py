"""The list beside everything: views, rows, counts and search."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from tickets import inbox
from tickets.models import Ticket
from tickets.piles import empty_words, piles
from tickets.rows import drawn, rows
from tickets.search import search

MOST_ROWS = 50


def view_of(request: AgentRequest) -> str:
    """The name of the view asked for; 400 for one that is none."""
    name = request.GET.get("view") or "mine"
    try:
        return inbox.view_named(name).name
    except KeyError:
        raise BadRequest("no such view")


def desk(request: AgentRequest, ticket: Ticket | None = None) -> dict[str, Any]:
    """What the views and the list show, for `tickets/desk.html`."""
    agent, view = request.user, view_of(request)
    shown = inbox.view_named(view)
    page = inbox.page(agent, view, after=request.GET.get("after"), before=request.GET.get("before"))
    return {
        "room": "inbox",
        "view": view,
        "piles": piles(agent, view),
        "page": page,
        "rows": rows(page.rows, agent, view, current=ticket.pk if ticket else None),
        "empty": empty_words(view),
        "order": shown.order,
        "by_due": shown.by_due,
    }


@signed_in
@require_safe
def inbox_page(request: AgentRequest) -> HttpResponse:
    """The desk with no ticket open; to htmx only the next stretch of rows."""
    context = desk(request)
    return render(request, "tickets/more.html" if request.htmx else "tickets/desk.html", context)


@signed_in
@require_safe
def inbox_rows(request: AgentRequest) -> HttpResponse:
    """Rows `?ids=1,2,3` as they are now; marked when they are no longer in the view, absent when not visible."""
    view = view_of(request)
    if request.GET.get("newest"):
        return HttpResponse(drawn(rows(inbox.page(request.user, view).rows, request.user, view)))
    ids = [int(one) for one in request.GET.get("ids", "").split(",") if one.isdecimal() and len(one) < 18][
        :MOST_ROWS
    ]
    found = inbox.looked_up(request.user, view, ids)
    return HttpResponse(drawn(rows(found, request.user, view)))


@signed_in
@require_safe
def inbox_counts(request: AgentRequest) -> HttpResponse:
    view = view_of(request)
    return render(request, "tickets/piles.html", {"piles": piles(request.user, view), "view": view})


@signed_in
@require_safe
def search_page(request: AgentRequest) -> HttpResponse:
    """Hits in tickets, messages and customers, where the list otherwise is."""
    words = request.GET.get("q", "").strip()[:200]
    results = search(request.user, words, after=request.GET.get("after"))
    found = rows([hit.ticket for hit in results.tickets], request.user, "open")
    for row, hit in zip(found, results.tickets, strict=True):
        row["preview"], row["answered"] = hit.excerpt, ""
    context = {"room": "inbox", "view": "", "q": words, "results": results, "rows": found}
    if request.htmx:
        return render(request, "tickets/found.html", context)
    return render(request, "tickets/desk.html", {**context, "piles": piles(request.user, "")})
