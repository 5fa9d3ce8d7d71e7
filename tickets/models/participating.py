from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction

from agents.models import Agent
from customers.models import Customer, IdentityKind
from events.prepared import Prepared
from tickets.icons import CHATS
from tickets.models.recorded import Recorded
from tickets.models.states import MessageKind

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from tickets.models.message import Message

STRANGER = "stranger"
"""The flag of what somebody wrote who was not on the ticket."""


class Participant(models.Model):
    """A person whom an agent added to a conversation that is another customer's."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="participants")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "customer"], name="participant_of_ticket")]

    def __str__(self) -> str:
        return f"{self.customer_id} on #{self.ticket_id}"


class Participating(Recorded):
    """Who is on the ticket: its customer, whom he or an agent put on copy, and whom an agent added."""

    customer: models.ForeignKey[Customer, Customer]
    customer_id: int
    source: models.SlugField[str, str]
    messages: RelatedManager[Message]
    participants: RelatedManager[Participant]

    class Meta:
        abstract = True

    def includes(self, customer: Customer) -> bool:
        """Whether he is on it. To have written on it is not enough: who holds a mail of ours can do that."""
        if customer.pk == self.customer_id or self.participants.filter(customer=customer).exists():
            return True
        own = {spelling for one in customer.identities.all() for spelling in (one.key, one.value.lower())}
        return bool(own & {address.lower() for address in self.copied()})

    def copied(self) -> list[str]:
        """Addresses that the customer, those on the ticket and agents put on their messages, in order."""
        said = self.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY], automatic=False)
        written = (
            said.exclude(flags__contains=[STRANGER])
            .order_by("number")
            .values_list("kind", "to", "cc", "others")
        )
        named: dict[str, str] = {}
        for kind, to, cc, others in written:
            for address in [*to, *cc] if kind == MessageKind.REPLY else others:
                named.setdefault(address.lower(), address)
        return list(named.values())

    @transaction.atomic
    def admit(self, message: Message, by: Agent) -> bool:
        """Whoever wrote `message` is on the ticket from now on, and in copy of what is answered to all. Whether
        that is news."""
        self.lock()
        customer = message.customer
        if customer is None or customer.pk == self.customer_id or message.ticket_id != self.pk:
            return False
        if self.participants.filter(customer=customer).exists():
            return False
        self.participants.create(customer=customer, added_by=by)
        self.changed("ticket.participant_added", by, message=message.pk, customer=customer.pk)
        return True

    def audience(self) -> dict[str, Any]:
        """Whom an answer goes to: `to`, the customer's address, and `others`, for an answer to all; in a chat there are
        none. One query, or two where the customer never wrote."""
        last = _last_letter.first(self.pk, self.customer_id) or _NO_LETTER
        return {
            "to": last["answer_to"] or self.customer.email,
            "others": [] if self.source in CHATS else list(dict.fromkeys([*last["others"], *last["added"]])),
        }


def _letters(ticket_id: int, customer_id: int) -> models.QuerySet[Any, Any]:
    """The customer's newest letter: where it wants answers, whom it names, and the addresses that agents added."""
    from tickets.models.message import Message

    joined = Participant.objects.filter(ticket=models.OuterRef("ticket"))
    addresses = joined.filter(customer__identities__kind=IdentityKind.EMAIL).order_by("pk")
    his = Message.objects.filter(kind=MessageKind.CUSTOMER, automatic=False, customer=customer_id)
    found = his.filter(ticket=ticket_id).annotate(
        added=ArraySubquery(addresses.values("customer__identities__value"))
    )
    return found.order_by("-number").values("answer_to", "others", "added")[:1]


_last_letter = Prepared(_letters)
_NO_LETTER: dict[str, Any] = {"answer_to": "", "others": [], "added": []}
