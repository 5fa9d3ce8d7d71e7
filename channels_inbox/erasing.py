"""Forgetting: what was redacted or erased goes from the border too, the raw bytes included."""

from channels_inbox.models import Envelope, Parcel


def forget_message(message_id: int) -> None:
    """The bytes that the message, or a file on it, came in."""
    Parcel.objects.filter(message=message_id).update(raw=b"", meta={}, error="")


def forget_customer(customer_id: int) -> None:
    """The bytes and the outsides of everything on the customer's tickets, and of what he wrote on others'."""
    for parcels in (
        Parcel.objects.filter(message__ticket__customer=customer_id),
        Parcel.objects.filter(message__customer=customer_id),
    ):
        parcels.update(raw=b"", meta={}, error="")
    for envelopes in (
        Envelope.objects.filter(message__ticket__customer=customer_id),
        Envelope.objects.filter(message__customer=customer_id),
    ):
        envelopes.update(address="", error="")
