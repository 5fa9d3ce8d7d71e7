"""One ticket: the whole page, its panes, and the fragments that live updates fetch."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from agents.models import Agent, Team
from customers.models import Customer
from customers.panel import about
from tickets.composer import composer_of
from tickets.head import head_of
from tickets.mentions import offered
from tickets.models import Ticket
from tickets.opening import Opened
from tickets.rows import others
from tickets.timeline import Timeline, latest, numbered, since
from tickets.views.door import opened_ticket, visible_ticket
from tickets.views.inbox import desk, view_of

MOST_PEOPLE = 200


@signed_in
@require_safe
def ticket_page(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The ticket: its panes alone for the desk that is open already, else the whole desk around it."""
    opened = opened_ticket(request, ticket_id)
    opened.ticket.read_by(request.user)
    context = _panes(opened, request.user) | {"view": view_of(request)}
    if request.htmx:
        return render(request, "tickets/panes.html", context)
    return render(request, "tickets/desk.html", desk(request, opened.ticket) | context)


@signed_in
@require_safe
def ticket_head(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = visible_ticket(request, ticket_id)
    context = {"ticket": ticket, "head": head_of(ticket, request.user)}
    return render(request, "tickets/head.html", context, using="jinja2")


@signed_in
@require_safe
def ticket_since(request: AgentRequest, ticket_id: int, number: int) -> HttpResponse:
    """What came after `number`; whoever has the ticket open has looked at it."""
    ticket = visible_ticket(request, ticket_id)
    ticket.read_by(request.user)
    return _timeline(request, since(ticket, request.user, number))


@signed_in
@require_safe
def ticket_earlier(request: AgentRequest, ticket_id: int, number: int) -> HttpResponse:
    ticket = visible_ticket(request, ticket_id)
    return _timeline(request, latest(ticket, request.user, before=number), ticket=ticket)


@signed_in
@require_safe
def ticket_items(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The items `?numbers=3,5` as they are now."""
    ticket = visible_ticket(request, ticket_id)
    wanted = [
        int(one) for one in request.GET.get("numbers", "").split(",") if one.isdecimal() and len(one) < 10
    ]
    return _timeline(request, numbered(ticket, request.user, wanted))


@signed_in
@require_safe
def ticket_customer(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The customer's pane again."""
    ticket = visible_ticket(request, ticket_id)
    return render(request, "customers/panel.html", _customer(ticket, request.user), using="jinja2")


@signed_in
@require_safe
def customer_tickets(request: AgentRequest, customer_id: int) -> HttpResponse:
    """A customer's tickets, of those that the agent may see, for the customer's own page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    context = {"others": others(customer, request.user, size=50)}
    return render(request, "tickets/others.html", context, using="jinja2")


@signed_in
@require_safe
def ticket_people(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Whom it can be given to: the team's people first, then teams."""
    ticket = visible_ticket(request, ticket_id)
    team = set(ticket.team.members.filter(is_active=True).values_list("pk", flat=True))
    people = list(Agent.objects.filter(is_active=True)[:MOST_PEOPLE])
    context = {
        "ticket": ticket,
        "near": [agent for agent in people if agent.pk in team],
        "far": [agent for agent in people if agent.pk not in team],
        "teams": Team.objects.all()[:MOST_PEOPLE],
    }
    return render(request, "tickets/people.html", context)


@signed_in
@require_safe
def ticket_colleagues(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Whom a note may call: those whose name goes on as `?q=` begins."""
    ticket = visible_ticket(request, ticket_id)
    people = offered(ticket, request.GET.get("q", "")[:80], request.user)
    return render(request, "tickets/colleagues.html", {"people": people})


def _timeline(request: AgentRequest, timeline: Timeline, **more: Any) -> HttpResponse:
    response = render(request, "tickets/timeline.html", {"timeline": timeline, **more}, using="jinja2")
    response["X-Last-Number"] = str(timeline.last)
    return response


def _panes(opened: Opened, agent: Agent) -> dict[str, Any]:
    ticket = opened.ticket
    return {
        "ticket": ticket,
        "head": head_of(ticket, agent, following=opened.is_followed),
        "timeline": latest(ticket, agent),
        "composer": composer_of(ticket, agent, drafts=None if opened.has_drafts else {}),
        **_customer(ticket, agent, has_merges=opened.has_merges),
    }


def _customer(ticket: Ticket, agent: Agent, *, has_merges: bool = True) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "about": about(ticket.customer, has_merges=has_merges),
        "others": others(ticket.customer, agent, but=ticket.pk),
    }
