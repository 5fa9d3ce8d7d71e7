"""A button pressed outside, on whatever channel, becomes one thing inside: `choice.made`, told once for each press
that changes something. Whoever offered the choice listens `@within` it."""

from channels_inbox.adapters.contract import Choice
from channels_inbox.models import Channel, Envelope
from customers.models import Customer
from tickets.models import Message, NotOffered


def choose(channel: Channel, choice: Choice) -> Message | None:
    """The message of ours on which the customer has chosen, now or with the same press before. None when he cannot:
    there is no such message or button, it was offered to somebody else, or it is too late."""
    envelope = _carried(channel, choice)
    if envelope is None or not choice.value:
        return None
    message = envelope.message
    customer = _who(choice)
    if customer is None or customer.pk != message.ticket.customer_id:
        return None
    try:
        message.choose(choice.value, customer)
    except NotOffered:
        return None
    return message


def _carried(channel: Channel, choice: Choice) -> Envelope | None:
    sent = Envelope.objects.outgoing().filter(channel=channel).select_related("message__ticket")
    if choice.envelope_id is not None:
        return sent.filter(pk=choice.envelope_id).first()
    return sent.filter(provider_id=choice.provider_id).first() if choice.provider_id else None


def _who(choice: Choice) -> Customer | None:
    try:
        return Customer.objects.of_identity(choice.identity_kind, choice.address)
    except ValueError:
        return None
