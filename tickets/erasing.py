"""Forgetting a customer: his tickets with all that was said on them, and his words on others' tickets."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from customers.models import Identity
from tickets.models import Message, Ticket
from tickets.models.redactable import forget_words


def forget_customer(customer_id: int) -> None:
    """Inside the transaction that erases him, while his addresses still stand."""
    for ticket in Ticket.objects.filter(customer=customer_id).order_by("pk"):
        _forget_ticket(ticket)
    for ticket in Ticket.objects.filter(messages__customer=customer_id).distinct().order_by("pk"):
        ticket.lock()
        forget_words(ticket.messages.filter(customer=customer_id))
        ticket.forget_drafts()
        ticket.preview = ticket.latest_words()
        ticket.save(update_fields=["preview"])
        ticket.tell("customer.erased")
    identities = Identity.objects.filter(customer=customer_id)
    _forget_addresses({address for pair in identities.values_list("value", "key") for address in pair})


def _forget_ticket(ticket: Ticket) -> None:
    ticket.lock()
    forget_words(ticket.messages.all())
    ticket.forget_drafts()
    ticket.subject = ticket.search_text = ticket.preview = ticket.rating_comment = ""
    ticket.save(update_fields=["subject", "search_text", "preview", "rating_comment"])
    ticket.tell("customer.erased")


def _forget_addresses(addresses: Iterable[str]) -> None:
    """Take the addresses off what was written to others as well. Reads all messages: this is rare, and must be whole."""
    texts = {
        f"all_{name}": Cast(name, TextField()) for name in ("to", "cc", "others", "answer_to", "undelivered")
    }
    written = Message.objects.annotate(**texts)
    for address in addresses:
        naming = [Q(**{f"{name}__icontains": address}) for name in texts]
        for message in written.filter(reduce(or_, naming)):
            to, cc, others = (
                [one for one in listed if address.lower() not in one.lower()]
                for listed in (message.to, message.cc, message.others)
            )
            answer_to = "" if address.lower() in message.answer_to.lower() else message.answer_to
            undelivered = {
                one: reason
                for one, reason in message.undelivered.items()
                if address.lower() not in one.lower()
            }
            Message.objects.filter(pk=message.pk).update(
                to=to, cc=cc, others=others, answer_to=answer_to, undelivered=undelivered
            )
