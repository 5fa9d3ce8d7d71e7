"""What is said on tickets."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.resources import Resource
from tickets.api.requests import MessageFilters, NewMessage, NewNote, NewReply, Words
from tickets.api.serializers import MessageSerializer
from tickets.api.uploads import claimed
from tickets.models import Message, MessageKind, Ticket


class MessageResource(Resource):
    """Messages of tickets that the caller may see. Notes are among them, of kind `note` and not `public`."""

    serializer_class = MessageSerializer
    filters = MessageFilters
    keyset = ("number", "id")

    def door(self) -> QuerySet[Message]:
        messages = Message.objects.filter(ticket__in=Ticket.objects.visible_to(self.agent))
        shown = messages.select_related("agent", "customer").prefetch_related(
            "customer__identities", "attachments__blob"
        )
        return shown.defer("search_text", "search")

    def branches(self, public: bool | None = None, **filters: Any) -> list[QuerySet]:
        messages = self.door().filter(ticket=self.ticket(), **filters)
        if public is None:
            return [messages]
        note = Q(kind=MessageKind.NOTE)
        return [messages.filter(~note if public else note)]

    def ticket(self) -> Ticket:
        return get_object_or_404(
            Ticket.objects.visible_to(self.agent).defer("search_text"), pk=self.kwargs["ticket"]
        )

    def write(self, shape: type[Words], verb: Callable[..., Message]) -> Response:
        """What the body says, by `verb(text=…, attachments=…, …)`. A body that is repeated with its key is not
        looked at again: its files are sent, and no longer to be had."""

        def once() -> Message:
            new = self.body(shape)
            return verb(**new | {"attachments": claimed(new.get("attachments"))})

        message = self.once(once)
        return self.shown(self.found(message.pk), status.HTTP_201_CREATED)

    @described(request=NewMessage, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """The customer wrote, on a way that only the calling program knows."""
        found = self.ticket()
        return self.write(NewMessage, partial(found.receive, found.customer))


class ReplyResource(MessageResource):
    @described(request=NewReply, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """Answer the customer. It leaves at once; nothing is held for undoing."""
        return self.write(NewReply, partial(self.ticket().reply, self.agent, hold=timedelta()))


class NoteResource(MessageResource):
    @described(request=NewNote, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """A word among agents."""
        return self.write(NewNote, partial(self.ticket().note, self.agent))
