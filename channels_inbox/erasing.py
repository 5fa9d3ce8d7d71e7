"""Forgetting: what was redacted or erased goes from the border too, the raw bytes included."""

from django.db.models import Q, QuerySet

from channels_inbox.models import Envelope, Parcel, ParcelState
from customers.models import Identity


def forget_message(message_id: int) -> None:
    """The bytes that the message, or a file on it, came in."""
    _empty(Parcel.objects.filter(message=message_id))


def forget_customer(customer_id: int) -> None:
    """The bytes and the outsides of everything on the customer's tickets, and of what he wrote elsewhere. Inside the
    transaction that erases him, while his addresses still stand."""
    his = Q(message__ticket__customer=customer_id) | Q(message__customer=customer_id)
    _empty(Parcel.objects.filter(his))
    for address in Identity.objects.filter(customer=customer_id).values_list("value", flat=True):
        unread = Parcel.objects.filter(meta__from__iexact=address)
        unread.exclude(state=ParcelState.DONE).update(state=ParcelState.DISCARDED)
        _empty(unread)
        Envelope.objects.filter(address__iexact=address).update(address="", error="")
    Envelope.objects.filter(his).update(address="", error="")


def _empty(parcels: QuerySet[Parcel]) -> None:
    parcels.update(raw=b"", meta={}, error="")
