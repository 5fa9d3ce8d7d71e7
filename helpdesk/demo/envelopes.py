"""The outside of the demo's mails: what was sent and received, so that an answer to them threads as it would."""

from __future__ import annotations

from hashlib import sha256

from channels_inbox.adapters import adapter_of
from channels_inbox.models import (
    Channel,
    Direction,
    Envelope,
    EnvelopeState,
    Recipient,
    RecipientState,
    Thread,
)
from tickets.models import Delivery, Message, MessageKind, Ticket

KINDS = (MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.NOTICE)


def seal() -> None:
    """Give every mail of the desk its thread and envelope, as sent or received; a failed one as failed."""
    channels = {channel.team_id: channel for channel in Channel.objects.filter(kind="email")}
    tickets = Ticket.objects.select_related("customer").prefetch_related("customer__identities", "messages")
    threads, envelopes = [], []
    for ticket in tickets:
        channel = channels[ticket.team_id]
        thread = Thread(channel=channel, key=str(ticket.pk), customer=ticket.customer, ticket=ticket)
        threads.append(thread)
        mails = [one for one in ticket.messages.all() if one.kind in KINDS and not _spoken(one)]
        envelopes += [_envelope(message, thread, ticket.customer.email) for message in mails]
    Thread.objects.bulk_create(threads)
    sealed = Envelope.objects.bulk_create(envelopes)
    Recipient.objects.bulk_create(_recipient(one) for one in sealed if one.direction == Direction.OUT)
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)


def _spoken(message: Message) -> bool:
    return message.kind == MessageKind.CUSTOMER and message.agent_id is not None


def _envelope(message: Message, thread: Thread, address: str) -> Envelope:
    received = message.kind == MessageKind.CUSTOMER
    digest = sha256(f"{message.pk} {message.text}".encode()).hexdigest()
    domain = address.rpartition("@")[2]
    return Envelope(
        message=message,
        channel=thread.channel,
        thread=thread,
        direction=Direction.IN if received else Direction.OUT,
        address=address,
        provider_id=f"<{digest[:24]}@{domain}>"
        if received
        else adapter_of("email").id_for(message, thread.channel),
        digest=digest if received else "",
        state=EnvelopeState.FAILED if message.delivery == Delivery.FAILED else EnvelopeState.DONE,
        error=message.delivery_error,
        attempts=int(not received),
        done_at=message.created_at,
        created_at=message.created_at,
    )


def _recipient(envelope: Envelope) -> Recipient:
    failed = envelope.state == EnvelopeState.FAILED
    return Recipient(
        envelope=envelope,
        address=envelope.address,
        state=RecipientState.FAILED if failed else RecipientState.SENT,
        reason=envelope.error,
        settled_at=envelope.done_at,
    )
