"""What is said on tickets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.resources import Resource
from tickets.api.requests import MessageFilters, NewMessage, NewNote, NewReply
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

    def write(self, verb: Callable[[Ticket], Message]) -> Response:
        ticket = self.ticket()
        message = self.once(lambda: verb(ticket))
        return self.shown(self.found(message.pk), status.HTTP_201_CREATED)

    @described(request=NewMessage, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """The customer wrote, on a way that only the calling program knows."""
        new = self.body(NewMessage)
        return self.write(
            lambda ticket: ticket.receive(
                ticket.customer, text=new["text"], attachments=claimed(new.get("attachments"))
            )
        )


class ReplyResource(MessageResource):
    @described(request=NewReply, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """Answer the customer. It leaves at once; nothing is held for undoing."""
        new = self.body(NewReply)
        files = new.pop("attachments", None)
        return self.write(
            lambda ticket: ticket.reply(self.agent, **new, attachments=claimed(files), hold=timedelta())
        )


class NoteResource(MessageResource):
    @described(request=NewNote, responses={201: MessageSerializer})
    def create(self, request: Request, ticket: int) -> Response:
        """A word among agents."""
        new = self.body(NewNote)
        files = new.pop("attachments", None)
        return self.write(lambda ticket: ticket.note(self.agent, **new, attachments=claimed(files)))
