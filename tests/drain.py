"""Do now what workers would do: act on receipts, unpack parcels, send envelopes, ask, until nothing is left."""

from django.utils.timezone import now

from channels_inbox.delivery import send
from channels_inbox.models import Envelope, EnvelopeState, Parcel
from channels_inbox.unpacking import unpack
from csat.asking import ask
from csat.models import Survey
from events.delivery import act_on
from events.models import Receipt, ReceiptState
from tickets.models import Delivery, Message


def drain(*, held: bool = False) -> None:
    """Everything that is due; with `held` also the replies that could still be taken back."""
    while _once(held):
        pass


def _once(held: bool) -> bool:
    receipts = list(Receipt.objects.filter(state=ReceiptState.PENDING, attempts=0).order_by("pk"))
    parcels = list(Parcel.objects.waiting().filter(next_try_at__lte=now()).order_by("pk"))
    envelopes = list(
        Envelope.objects.filter(state=EnvelopeState.PENDING, next_try_at__lte=now()).order_by("pk")
    )
    surveys = list(Survey.objects.filter(ask_at__lte=now()).select_related("ticket"))
    replies = list(Message.objects.filter(delivery=Delivery.HELD).select_related("ticket")) if held else []
    for message in replies:
        message.release(early=True)
    for receipt in receipts:
        act_on(receipt.pk)
    for parcel in parcels:
        unpack(parcel.pk)
    for envelope in envelopes:
        send(envelope.pk)
    for survey in surveys:
        ask(survey)
    return any((receipts, parcels, envelopes, replies, surveys))
