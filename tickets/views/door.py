"""The door of every desk view: signed in, and only tickets that the agent may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views import View

from agents.access import AgentRequest, signed_in
from agents.models import Agent
from tickets import opening
from tickets.models import Conflict, Ticket
from tickets.undoing import may_take_back
from tickets.views.answers import conflicting, last_change, refused

Found = TypeVar("Found")


def visible_ticket(request: AgentRequest, ticket_id: int) -> Ticket:
    """The ticket with what its head and panel show, or 404 when the agent may not see it."""
    return _or_404(opening.seen, request, ticket_id)


def opened_ticket(request: AgentRequest, ticket_id: int) -> opening.Opened:
    """As `visible_ticket`, with what the whole page shows."""
    return _or_404(opening.opened, request, ticket_id)


def _or_404(open: Callable[[Agent, int], Found], request: AgentRequest, ticket_id: int) -> Found:
    try:
        return open(request.user, ticket_id)
    except Ticket.DoesNotExist:
        raise Http404


CHANGED_BY_REPLIES = frozenset({"status", "assignee_id"})


@method_decorator(signed_in, name="dispatch")
class Resource(View):
    """Something of a ticket that is made by POST and unmade by DELETE; `_method` lets plain forms say DELETE too.
    What the form saw is compared and changed in one transaction.

    `hides` is the event, and the form's field, by which an agent may put the ticket out of his own sight: a POST of
    what was before takes that back, from him alone and for a moment, if it lets him see the ticket again."""

    request: AgentRequest
    hides: tuple[str, str] | None = None
    locks = True
    """Whether it changes the ticket itself, which is locked from the first query on then."""

    def dispatch(self, request: HttpRequest, ticket_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
            request.method = "DELETE"
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            return self.http_method_not_allowed(request)
        ticket = None
        try:
            with transaction.atomic():
                ticket = _or_404(opening.locked if self.locks else opening.seen, self.request, ticket_id)
                return super().dispatch(request, ticket, *args, **kwargs)
        except Conflict as conflict:
            return conflicting(self.request, cast(Ticket, ticket), conflict)
        except ValueError as error:
            return refused(self.request, cast(Ticket, ticket), str(error))
        except Http404:
            if ticket is not None or method != "post" or self.hides is None:
                raise
            return self._take_back(ticket_id, *self.hides)

    def expect(self, ticket: Ticket, field: str) -> None:
        """Raise Conflict when `field` is no longer what the form saw, if the form says what it saw. What the agent's
        own reply has made of it since is no surprise to him."""
        try:
            ticket.expect(**{field: self.request.POST.get(f"seen_{field}")})
        except Conflict:
            last = last_change(ticket, field) if field in CHANGED_BY_REPLIES else None
            if last is None or (last.actor_kind, last.actor_id) != ("agent", self.request.user.pk):
                raise

    @transaction.atomic
    def _take_back(self, ticket_id: int, kind: str, field: str) -> HttpResponseBase:
        """Whatever stands in the way is told as 404: nothing of a ticket that he does not see."""
        ticket = get_object_or_404(Ticket.objects.just_changed_by(self.request.user, kind), pk=ticket_id)
        ticket.lock()
        if not may_take_back(self.request.user, ticket, kind, self.request.POST.get(field, "")):
            raise Http404
        try:
            response = super().dispatch(self.request, ticket)
        except (Conflict, ValueError):
            raise Http404 from None
        visible_ticket(self.request, ticket_id)
        return response
