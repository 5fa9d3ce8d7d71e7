"""The only way out: a message gets an envelope, one worker claims and sends it, and the message tells how it went."""

from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from channels_inbox import caps
from channels_inbox.adapters import adapter_of, adapters
from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.models import Channel, Direction, Envelope, EnvelopeState, Recipient, Silence, Thread
from channels_inbox.models.envelope import EnvelopeQuerySet
from events.models import Event
from events.prepared import Prepared
from events.transactions import this_transaction
from tickets.models import Delivery, Message, MessageKind, Ticket

log = structlog.get_logger(__name__)

NO_CHANNEL = gettext_noop("There is no channel to send it by. An administrator can add one in the settings.")
NO_ADDRESS = gettext_noop("The customer has no address that it could be sent to.")
ANSWERS_BY_ITSELF = gettext_noop("Not sent: what it would answer was written by a machine.")
UNEXPECTED = gettext_noop("It could not be sent for a reason that only the log knows.")


@transaction.atomic(savepoint=False)
def post(message: Message) -> Envelope | None:
    """Put the message into an envelope, once; None, and the message has failed visibly, when it cannot leave."""
    message.ticket.lock()
    message.refresh_from_db(fields=["redacted_at"])
    return None if message.redacted_at else post_now(message)


def post_now(message: Message, *, is_new: bool = False) -> Envelope | None:
    """As `post`, for a message that was written or read under its ticket's lock. `is_new`: in this very moment."""
    ticket = message.ticket
    thread, channel, address = _way_of(message)
    if channel is None:
        return message.mark_failed(NO_CHANNEL)
    if message.kind == MessageKind.NOTICE and _last_was_automatic(ticket):
        return message.mark_failed(ANSWERS_BY_ITSELF)
    adapter = adapter_of(channel.kind)
    to, copies = ([], []) if adapter.is_chat else (message.to, message.cc)
    to = to or [address]
    if not to[0]:
        return message.mark_failed(NO_ADDRESS)
    if thread is None:
        facts = {"customer": ticket.customer, "ticket": ticket}
        thread, _made = Thread.objects.get_or_create(channel=channel, key=str(ticket.pk), defaults=facts)
    if not is_new and (envelope := message.envelopes.outgoing().filter(address=to[0]).first()):
        return envelope
    outside: dict[str, Any] = {
        "message": message,
        "address": to[0],
        "direction": Direction.OUT,
        "channel": channel,
        "thread": thread,
        "provider_id": adapter.id_for(message, channel),
    }
    if adapter.is_at_once:
        return Envelope.arrived(**outside)
    envelope = Envelope.objects.create(**outside)
    recipients = Recipient.write(envelope.pk, [*to, *copies], adapter.is_address)
    if not adapter.is_chat:
        _hold_back(message, [one for one in recipients if one.is_waiting])
    envelope.seal(recipients)
    return envelope


def is_at_once(event: Event) -> bool:
    """Whether the reply that was just written is with the customer when its transaction ends."""
    ticket = event.subject
    if not any(adapter.is_at_once and adapter.source == ticket.source for adapter in adapters()):
        return False
    channel = channel_for(ticket)
    return channel is not None and adapter_of(channel.kind).is_at_once


def _hold_back(message: Message, waiting: list[Recipient]) -> None:
    """Nothing goes where it would only do harm; an agent sees that, and may send it all the same."""
    addresses = {recipient.address for recipient in waiting}
    earlier = caps.looping(message, addresses)
    why = dict.fromkeys(earlier, caps.LOOP) | Silence.objects.among(addresses)
    for recipient in waiting:
        if reason := why.get(recipient.address):
            recipient.fail(reason)
    if earlier:
        message.warn(caps.LOOP_FLAG)


def send(envelope_id: int) -> None:
    """Send the envelope if it is due and nobody else's. Its claim is committed before the first byte leaves, and no
    transaction is open while it does; a crash in between means one more try, under the same id."""
    envelope = Envelope.claim(envelope_id)
    if envelope is None:
        return
    try:
        handover = adapter_of(envelope.channel.kind).deliver(envelope)
    except DeliveryError as error:
        if error.permanent:
            envelope.fail(error.reason, error.detail)
        else:
            envelope.postpone(error.reason, error.detail, error.after)
    except Exception as error:
        log.exception("delivery_failed", envelope=envelope_id, error_type=type(error).__name__)
        envelope.postpone(UNEXPECTED, type(error).__name__)
    else:
        envelope.arrive(handover)


def recover() -> None:
    """Give up the claims of workers that died over them."""
    Envelope.objects.abandoned().update(state=EnvelopeState.PENDING, claimed_at=None, next_try_at=now())


@transaction.atomic
def retry(message: Message) -> bool:
    """Try a failed message again, in its envelope, or in a new one when it had none. Whether it had failed."""
    ticket = message.ticket
    ticket.lock()
    message.refresh_from_db(fields=["delivery", "redacted_at", "flags"])
    if message.delivery != Delivery.FAILED or message.redacted_at is not None:
        return False
    if caps.LOOP_FLAG in message.flags:
        message.warn(caps.ANYWAY_FLAG)
    message.mark_queued()
    envelope = message.envelopes.outgoing().first()
    if envelope is None:
        post(message)
    else:
        envelope.retry()
    ticket.tell("reply.queued")
    return True


def can_reach(ticket: Ticket) -> bool:
    """Whether an automatic message would reach a person."""
    _thread, _channel, address = _way_to(ticket)
    return bool(address) and not _last_was_automatic(ticket)


def lead_on(ticket: Ticket, follow_up: Ticket) -> None:
    """What is said on the ticket's threads belongs to its follow-up from now on, and is answered there."""
    Thread.objects.filter(ticket=ticket).update(ticket=follow_up)


def channel_for(ticket: Ticket) -> Channel | None:
    """By which a message on it would leave."""
    return _way_to(ticket)[1]


class Came(NamedTuple):
    """By which way the customer's newest letter came."""

    transaction: object
    thread: Thread
    letter: Message
    address: str


def remember(thread: Thread, letter: Message, address: str) -> None:
    """What answers the letter within the transaction in which it came need not look for its way."""
    letter.ticket.__dict__["_came"] = Came(this_transaction(), thread, letter, address)


def forget_way(ticket: Ticket) -> None:
    """Something came in: what is answered now may leave by another way."""
    ticket.__dict__.pop("_way", None)


def _just_came(ticket: Ticket) -> Came | None:
    came = ticket.__dict__.get("_came")
    return came if came and came.transaction is this_transaction() else None


Leaves = Callable[[Message], tuple[Channel, str] | None]

_leaves: dict[str, Leaves] = {}


def leaves_by(purpose: str) -> Callable[[Leaves], Leaves]:
    """Register who knows by which channel, and to which address, notices of that purpose leave, whatever channel the
    customer wrote on."""

    def register(leaves: Leaves) -> Leaves:
        _leaves[purpose] = leaves
        return leaves

    return register


Way = tuple[Thread | None, Channel | None, str]


class Known(NamedTuple):
    transaction: object
    way: Way


def _way_of(message: Message) -> Way:
    """The thread and the channel by which it leaves, and the customer's address there or nothing."""
    if message.purpose not in _leaves:
        return _way_to(message.ticket)
    channel, address = _leaves[message.purpose](message) or (None, "")
    return None, channel, address


def _way_to(ticket: Ticket) -> Way:
    """The thread to answer on, its channel, and the customer's address there or nothing. The thread is the one that
    was written on last, while its channel is there, else the ticket's newest; for a ticket without any, the channel
    is one that can begin one. Looked for once in a transaction, while nothing else comes in."""
    just = _just_came(ticket)
    if just and just.thread.channel.is_active and just.letter.customer_id == ticket.customer_id:
        return just.thread, just.thread.channel, just.letter.answer_to or just.address
    known: Known | None = ticket.__dict__.get("_way")
    if known is None or known.transaction is not this_transaction():
        known = ticket.__dict__["_way"] = Known(this_transaction(), _look_for_way(ticket))
    return known.way


def _look_for_way(ticket: Ticket) -> Way:
    last = _last_in.first(ticket.pk)
    threads = Thread.objects.filter(channel__is_active=True).select_related("channel")
    thread = last.thread if last else threads.filter(ticket=ticket).order_by("-pk").first()
    if last and thread and last.message.customer_id == ticket.customer_id:
        return thread, thread.channel, last.message.answer_to or last.address
    channel = thread.channel if thread else Channel.objects.mail_for(ticket.team)
    return thread, channel, _address_of(ticket, channel) if channel else ""


@Prepared
def _last_in(ticket_id: int) -> EnvelopeQuerySet:
    """What came last on a thread whose channel is there."""
    incoming = (
        Envelope.objects.filter(message__ticket=ticket_id).incoming().filter(thread__channel__is_active=True)
    )
    # A sum, lest PostgreSQL walk back through everybody's envelopes until it meets one of the ticket's.
    return incoming.select_related("thread__channel", "message").order_by((F("pk") + 0).desc())[:1]


def _address_of(ticket: Ticket, channel: Channel) -> str:
    """Where the customer wrote from last, here or on a ticket that this follows, else his first address of the channel's
    kind, else where we wrote to him by it before."""
    by_customer = Envelope.objects.incoming().filter(message__customer=ticket.customer_id)
    written = by_customer.filter(channel__kind=channel.kind).select_related("message").order_by("-pk")
    here, followed = written.filter(message__ticket=ticket), written.filter(thread__ticket=ticket)
    if last := here.first() or followed.first():
        return last.message.answer_to or last.address
    first = ticket.customer.identities.filter(kind=adapter_of(channel.kind).identity_kind).first()
    if first is not None:
        return first.value
    last_out = _envelopes_of(ticket).outgoing().filter(channel__kind=channel.kind).order_by("-pk").first()
    return last_out.address if last_out else ""


def _last_was_automatic(ticket: Ticket) -> bool:
    """Whether a machine wrote last: two that answer each other would never end."""
    if just := _just_came(ticket):
        return just.letter.automatic
    written = ticket.messages.filter(kind=MessageKind.CUSTOMER).order_by("-number")
    return bool(written.values_list("automatic", flat=True).first())


def _envelopes_of(ticket: Ticket) -> EnvelopeQuerySet:
    return Envelope.objects.filter(message__ticket=ticket)
