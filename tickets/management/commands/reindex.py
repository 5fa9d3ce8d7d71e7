from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import OuterRef, Subquery

from customers.models import Customer
from text.normalise import search_text
from tickets.models import Message, MessageKind, Ticket

BATCH = 1000


class Command(BaseCommand):
    help = "Write the search text of every ticket, message and customer anew: after `text.normalise` has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        self._subjects()
        self._messages()
        for customer in Customer.objects.select_related("company").iterator(BATCH):
            customer._reindex([])
        self.stdout.write("Search is up to date.")

    def _subjects(self) -> None:
        batch: list[Ticket] = []
        for ticket in Ticket.objects.only("subject").iterator(BATCH):
            ticket.search_text = search_text(ticket.subject)
            batch.append(ticket)
            if len(batch) == BATCH:
                Ticket.objects.bulk_update(batch, ["search_text"])
                batch.clear()
        Ticket.objects.bulk_update(batch, ["search_text"])

    def _messages(self) -> None:
        first = Message.objects.filter(ticket=OuterRef("ticket")).order_by("number").values("pk")[:1]
        rows = (
            Message.objects.select_related("ticket")
            .annotate(first=Subquery(first))
            .defer("html", "search", "search_text")
        )
        batch: list[Message] = []
        for message in rows.iterator(BATCH):
            words = "" if message.kind == MessageKind.NOTICE else message.new_text
            message.search_text = search_text(
                message.ticket.subject if message.first == message.pk else "", words
            )
            batch.append(message)
            if len(batch) == BATCH:
                Message.objects.bulk_update(batch, ["search_text"])
                batch.clear()
        Message.objects.bulk_update(batch, ["search_text"])
