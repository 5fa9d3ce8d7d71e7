"""Tickets: the desk's door and the desk's verbs, as resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.paging import page_size
from agents.api.resources import Resource
from agents.api.strict import filters_of
from agents.models import Agent
from customers.models import Customer
from text.language import detect
from text.normalise import fold
from tickets.api.requests import NewTag, NewTicket, Nothing, Snooze, TagFilters, TicketChange, TicketFilters
from tickets.api.serializers import TagSerializer, TicketSerializer
from tickets.api.uploads import claimed
from tickets.models import Priority, Tag, Ticket
from tickets.search import search

SOURCE = "api"
HOLD = timedelta(seconds=10)  # for replies that agents write on such a ticket, as on mail


class TagResource(Resource):
    """The words that tickets share."""

    serializer_class = TagSerializer
    filters = TagFilters
    keyset = ("key", "id")

    def door(self) -> QuerySet[Tag]:
        return Tag.objects.all()

    def branches(self, q: str = "", **filters: Any) -> list[QuerySet]:
        return [self.door().filter(key__startswith=fold(q), **filters)]


class OneTicket(Resource):
    """What every change of a ticket shares: through the door, once, and answered by the ticket as it is now."""

    serializer_class = TicketSerializer

    def door(self) -> QuerySet[Ticket]:
        return (
            Ticket.objects.visible_to(self.agent)
            .select_related("team", "assignee", "customer")
            .prefetch_related("tags", "customer__identities")
            .defer("search_text")
        )

    def change(self, verb: Callable[[Ticket], Any], code: int = status.HTTP_200_OK) -> Response:
        """Apply the verb to the ticket of the address. The answer is shown even if it was the caller's last look."""
        ticket = self.get_object()

        def make() -> Ticket:
            verb(ticket)
            return ticket

        self.once(make)
        now = self.door().filter(pk=ticket.pk).first() or ticket
        return self.shown(now, code)


class TicketResource(OneTicket):
    filters = TicketFilters

    def branches(self, **filters: Any) -> list[QuerySet]:
        """Each right is a branch of its own: an OR over them would read whole teams to show fifty."""
        narrowed = _narrowed(filters)
        shown = self.door().filter(narrowed)
        if self.agent.sees_everything or "customer" in filters:
            return [shown]
        every = Ticket.objects.filter(narrowed)
        rights = [Q(team=team) for team in self.agent.team_ids()]
        rights += [Q(assignee=self.agent.pk), Q(pk__in=self.agent.followings.values("ticket_id"))]
        first = shown.none() if not rights else every.filter(rights[0])
        first = first.select_related("team", "assignee", "customer").prefetch_related(
            "tags", "customer__identities"
        )
        return [first.defer("search_text"), *(every.filter(right) for right in rights[1:])]

    def list(self, request: Request, **place: Any) -> Response:
        """Newest first. With `q`, what was found: newest find first."""
        words = filters_of(request, self.filters).get("q")
        return self.search(request, words) if words else super().list(request, **place)

    def search(self, request: Request, words: str) -> Response:
        cursor = request.query_params.get("cursor")
        if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
            raise ValidationError({"cursor": [_("This is not a cursor of this list.")]})
        found = search(self.agent, words, size=page_size(request), after=cursor)
        ids = list(dict.fromkeys(hit.ticket.pk for hit in found.tickets))
        tickets = self.door().in_bulk(ids)
        self.pages.begin(request, next=found.next)
        return self.page([tickets[pk] for pk in ids if pk in tickets])

    @described(request=NewTicket, responses={201: TicketSerializer})
    def create(self, request: Request) -> Response:
        """A new ticket with its first message."""
        return self.shown(self.once(lambda: self._open(**self.body(NewTicket))), status.HTTP_201_CREATED)

    def _open(self, message: dict[str, Any], tags: Sequence[str] = (), **new: Any) -> Ticket:
        identity = new.pop("identity", None)
        customer = new.pop("customer", None) or Customer.identify(**identity, source=SOURCE)
        kind, text, files = message["kind"], message["text"], claimed(message.get("attachments"))
        language = customer.language or detect(text)
        ticket = Ticket.open(customer, **new, source=SOURCE, by=self.agent, language=language, hold=HOLD)
        if kind == "call":
            ticket.log_call(self.agent, text)
        elif kind == "reply":
            ticket.reply(self.agent, text=text, attachments=files, hold=timedelta())
        else:
            ticket.receive(customer, text=text, attachments=files)
        for name in tags:
            ticket.tag(name, by=self.agent)
        if not tags:
            vars(ticket)["_prefetched_objects_cache"] = {"tags": []}
        return ticket

    @described(request=TicketChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change plain facts, all of them or none. 409 when a field is no longer what `seen` says."""
        change = self.body(TicketChange)
        return self.change(lambda ticket: self._change(ticket, **change))

    def _change(self, ticket: Ticket, seen: dict[str, Any] | None = None, **change: Any) -> None:
        columns = {"team": "team_id", "assignee": "assignee_id"}
        ticket.expect(**{columns.get(name, name): _seen(value) for name, value in (seen or {}).items()})
        verbs: dict[str, Callable[[Any, Agent], None]] = {
            "subject": ticket.set_subject,
            "priority": ticket.set_priority,
            "assignee": ticket.assign,
            "status": ticket.set_status,
            "team": ticket.set_team,
        }
        for name, verb in verbs.items():
            if name in change:
                verb(change[name], self.agent)


class SolutionResource(OneTicket):
    @described(request=Nothing)
    def create(self, request: Request, pk: str) -> Response:
        """The work is done."""
        self.body(Nothing)
        return self.change(lambda ticket: ticket.solve(self.agent))

    @described(responses=TicketSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """Open it again."""
        return self.change(lambda ticket: ticket.reopen(self.agent))


class SnoozeResource(OneTicket):
    @described(request=Snooze)
    def create(self, request: Request, pk: str) -> Response:
        """Out of sight until a time, or until the customer writes."""
        until = self.body(Snooze)["until"]
        return self.change(lambda ticket: ticket.snooze(until, self.agent))

    @described(responses=TicketSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """Back into the inbox."""
        return self.change(lambda ticket: ticket.wake(self.agent))


class SpamResource(OneTicket):
    @described(request=Nothing)
    def create(self, request: Request, pk: str) -> Response:
        """Out of every view but Spam."""
        self.body(Nothing)
        return self.change(lambda ticket: ticket.mark_spam(self.agent))

    @described(responses=TicketSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """Not spam."""
        return self.change(lambda ticket: ticket.unmark_spam(self.agent))


class FollowingResource(OneTicket):
    @described(request=Nothing)
    def create(self, request: Request, pk: str) -> Response:
        """The token's agent follows the ticket."""
        self.body(Nothing)
        return self.change(lambda ticket: ticket.follow(self.agent, by=self.agent))

    @described(responses=TicketSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """He does not follow it any more."""
        return self.change(lambda ticket: ticket.unfollow(self.agent, by=self.agent))


class TicketTagResource(OneTicket):
    @described(request=NewTag)
    def create(self, request: Request, pk: str) -> Response:
        """Add a tag by its name, which is made when new."""
        name = self.body(NewTag)["name"]
        return self.change(lambda ticket: ticket.tag(name, by=self.agent))

    @described(responses=TicketSerializer)
    def destroy(self, request: Request, pk: str, tag: int) -> Response:
        """Take a tag off. One that is not on it is no error."""
        return self.change(
            lambda ticket: [ticket.untag(one, by=self.agent) for one in Tag.objects.filter(pk=tag)]
        )


def _narrowed(filters: dict[str, Any]) -> Q:
    plain = {
        name: filters[name] for name in ("status", "pile", "team", "customer", "source") if name in filters
    }
    narrowed = Q(**plain)
    if "priority" in filters:
        narrowed &= Q(priority=Priority[filters["priority"].upper()])
    if "assignee" in filters:
        narrowed &= Q(assignee=None if filters["assignee"] == "none" else int(filters["assignee"]))
    if "tag" in filters:
        narrowed &= Q(
            pk__in=Tag.tickets.through.objects.filter(tag__key=fold(filters["tag"])[:64]).values("ticket_id")
        )
    return narrowed


def _seen(value: Any) -> Any:
    """How `expect` is told that nobody was seen; a None would mean that nobody looked."""
    return "" if value is None else value
