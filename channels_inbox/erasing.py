"""Forgetting: what was redacted or erased goes from the border too, the raw bytes included."""

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from channels_inbox.models import (
    DIGEST,
    Direction,
    Envelope,
    EnvelopeState,
    Parcel,
    ParcelState,
    Recipient,
    RecipientState,
    Report,
    Silence,
    Thread,
)
from customers.models import Identity


def forget_bytes(message_id: int) -> None:
    """The bytes that the message, or a file on it, came in."""
    _empty(Parcel.objects.filter(message=message_id))


def forget_message(message_id: int) -> None:
    """The bytes that the message came in; and what waits to leave stays here."""
    forget_bytes(message_id)
    _keep_in(Envelope.objects.filter(message=message_id))


def forget_customer(customer_id: int) -> None:
    """The bytes and the outsides of everything on the customer's tickets, of what he wrote on others', and of what
    came from his addresses and never became a message."""
    for envelopes in (
        Envelope.objects.filter(message__ticket__customer=customer_id),
        Envelope.objects.filter(message__customer=customer_id),
    ):
        _empty(Parcel.objects.filter(message__in=envelopes.values("message")))
        _keep_in(envelopes)
        for envelope in envelopes.filter(direction=Direction.IN):
            if not envelope.provider_id.startswith("erased "):
                envelope.provider_id = Envelope.id_of_erased(envelope.provider_id)
            envelope.save(update_fields=["provider_id"])
        Recipient.objects.filter(envelope__in=envelopes).update(
            address=Concat(Value("erased "), Cast("pk", TextField())), detail="", remote_id=""
        )
        Report.objects.filter(recipient__envelope__in=envelopes).update(detail="")
        envelopes.update(address=Concat(Value("erased "), Cast("pk", TextField())), error="")
    Thread.objects.filter(customer=customer_id).exclude(key=Cast("ticket_id", TextField())).update(
        key=Concat(Value("erased "), Cast("pk", TextField()))
    )
    for value, key in _addresses(customer_id):
        Silence.objects.filter(address__in={value.lower(), key}).delete()
    for address in {spelling for pair in _addresses(customer_id) for spelling in pair}:
        _empty(_unread_from(address), state=ParcelState.DISCARDED)
        copies = Recipient.objects.filter(address__iexact=address)
        Report.objects.filter(recipient__in=copies).update(detail="")
        copies.update(address=Concat(Value("erased "), Cast("pk", TextField())), detail="", remote_id="")


def _addresses(customer_id: int) -> QuerySet:
    return Identity.objects.filter(customer=customer_id).values_list("value", "key")


def _unread_from(address: str) -> QuerySet[Parcel]:
    """Parcels in quarantine or still waiting that name the address."""
    unread = Parcel.objects.filter(message=None).annotate(how=Cast("meta", TextField()))
    holding = unread.extra(where=["position(%s in raw) > 0"], params=[address.encode()]).values("pk")
    return Parcel.objects.filter(
        Q(pk__in=unread.filter(how__icontains=address).values("pk")) | Q(pk__in=holding)
    )


def _empty(parcels: QuerySet[Parcel], **also: object) -> None:
    """They may come again, when a mailbox is read anew: a digest of the bytes stays, and they are not taken again."""
    parcels.exclude(raw=b"").update(forgotten=DIGEST)
    parcels.update(raw=b"", meta={}, error="", **also)


def _keep_in(envelopes: QuerySet[Envelope]) -> None:
    waiting = envelopes.filter(direction=Direction.OUT, state=EnvelopeState.PENDING)
    Recipient.objects.filter(envelope__in=waiting, state=RecipientState.WAITING).update(
        state=RecipientState.FAILED
    )
    waiting.update(state=EnvelopeState.FAILED, error="")
