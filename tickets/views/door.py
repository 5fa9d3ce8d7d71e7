"""The door of every desk view: signed in, and only tickets that the agent may see."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views import View

from agents.access import AgentRequest, signed_in
from tickets.models import Conflict, Ticket
from tickets.views.answers import conflicting, refused


def visible_ticket(request: AgentRequest, ticket_id: int) -> Ticket:
    """The ticket with what its head and panel show, or 404 when the agent may not see it."""
    tickets = Ticket.objects.visible_to(request.user).select_related("customer__company", "assignee", "team")
    return get_object_or_404(tickets.defer("search_text"), pk=ticket_id)


@method_decorator(signed_in, name="dispatch")
class Resource(View):
    """Something of a ticket that is made by POST and unmade by DELETE; `_method` lets plain forms say DELETE too.
    What the form saw is compared and changed in one transaction."""

    request: AgentRequest

    def dispatch(self, request: HttpRequest, ticket_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
            request.method = "DELETE"
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            return self.http_method_not_allowed(request)
        ticket = visible_ticket(self.request, ticket_id)
        try:
            with transaction.atomic():
                return super().dispatch(request, ticket, *args, **kwargs)
        except Conflict as conflict:
            return conflicting(self.request, ticket, conflict)
        except ValueError as error:
            return refused(self.request, ticket, str(error))

    def expect(self, ticket: Ticket, field: str) -> None:
        """Raise Conflict when `field` is no longer what the form saw, if the form says what it saw."""
        ticket.expect(**{field: self.request.POST.get(f"seen_{field}")})
