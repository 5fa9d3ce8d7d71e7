"""The only way in: what came from outside becomes a customer's message on a ticket."""

import hashlib
from dataclasses import replace

from django.db import transaction
from django.db.models import Q, QuerySet

from agents.models import Agent
from channels_inbox import answering, automatic, copies, delivery, forwarding
from channels_inbox.adapters import adapter_of
from channels_inbox.adapters.contract import File, Incoming
from channels_inbox.models import Channel, Direction, Envelope, EnvelopeState, Outlet, Thread
from customers.models import Customer, IdentityKind
from events import history
from events.prepared import Prepared
from text.folding import folded
from text.html import clean, to_text
from text.language import detect
from text.sentences import first_sentence
from tickets.models import STRANGER, Attachment, Blob, Message, Ticket
from tickets.uploads import clean_name

LONGEST_ID = 255


@transaction.atomic(savepoint=False)
def receive(channel: Channel, incoming: Incoming, *, onto: Thread | None = None) -> Message:
    """The message that `incoming` became: a new one, or, when it had come before, the one it became then.

    One transaction, the caller's if he has one: all of it happens or nothing. Two copies that arrive at once meet at the
    envelope's unique constraint: the later one has to begin anew after its IntegrityError, and finds the earlier one's
    message.

    `onto`: the thread, where the caller has seen within the transaction that it belongs there, comes from the ticket's
    customer and did not come before; the ticket is locked."""
    before = None if onto else _copy_of(incoming)
    if before and before.digest == incoming.digest:
        return before.message
    return _receive(channel, incoming, same_id=before is not None, onto=onto)


def _receive(channel: Channel, incoming: Incoming, same_id: bool, onto: Thread | None) -> Message:
    if incoming.answers_as is not None:
        message = answering.take(incoming, _attachments(incoming.files))
        return _in_envelope(message, channel, incoming)
    text = incoming.text or to_text(incoming.html)
    adapter = adapter_of(channel.kind)
    if onto is not None:
        customer, thread, joins = onto.ticket.customer, onto, True
    else:
        language = detect(f"{incoming.subject}\n{text}")
        customer = Customer.identify(
            incoming.identity_kind,
            incoming.address,
            name=incoming.name,
            language=language,
            source=adapter.source,
        )
        if incoming.amends and (changed := _earlier(channel, incoming)):
            return _amend(changed, channel, incoming, customer, text)
        if adapter.is_chat:
            incoming = replace(incoming, subject=first_sentence(text))
        thread, joins = _thread_for(channel, incoming, customer, language)
    is_stranger = joins and not thread.ticket.includes(customer)
    wishes = copies.NOBODY if is_stranger else copies.of(incoming, joins=joins)
    warnings = {
        "same-id": same_id,
        "forged-agent": _names_an_agent(incoming),
        STRANGER: is_stranger,
        "reply-to": wishes.granted,
        "reply-to-refused": wishes.asked and not wishes.granted,
    }
    is_new = thread.ticket.sequence == 1  # Nothing has happened there but its creation.
    flags = [*incoming.flags, *(name for name, is_so in warnings.items() if is_so)]
    with thread.ticket.saved_once():
        message = thread.ticket.receive(
            customer,
            text=text,
            html=(folded if incoming.folded else clean)(incoming.html) if incoming.html else "",
            attachments=_attachments(incoming.files),
            automatic=incoming.automatic,
            to=incoming.to,
            cc=incoming.cc,
            others=wishes.others,
            answer_to=wishes.answer_to,
            flags=flags,
            folded=incoming.folded,
            at=incoming.at,
        )
        if adapter.is_chat and not thread.ticket.subject:
            thread.ticket.name_after(first_sentence(text))
        _in_envelope(message, channel, incoming, thread)
        delivery.forget_way(thread.ticket)
        if incoming.forward is not None:
            forwarding.note(thread.ticket, incoming.forward)
        if is_new and history.moment() is None:
            delivery.remember(thread, message, incoming.address)
            thread.ticket.remember_lock()
            automatic.acknowledge(message, thread, incoming.address)
    return message


def _in_envelope(
    message: Message, channel: Channel, incoming: Incoming, thread: Thread | None = None
) -> Message:
    """The message, by whose outside a second copy of it will be known."""
    for provider_id, digest in ((incoming.provider_id, incoming.digest), *incoming.also):
        Envelope.objects.create(
            message=message,
            channel=channel,
            thread=thread,
            agent_id=incoming.answers_as,
            direction=Direction.IN,
            address=incoming.address,
            provider_id=provider_id[:LONGEST_ID],
            digest=digest,
            state=EnvelopeState.DONE,
            done_at=message.created_at,
        )
    return message


def _earlier(channel: Channel, incoming: Incoming) -> Envelope | None:
    """Outside of the message that the customer changed; of an erased one too, which stays erased."""
    ids = [incoming.amends, Envelope.id_of_erased(incoming.amends)]
    his = Q(address=incoming.address) | Q(message__redacted_at__isnull=False)
    came = Envelope.objects.incoming().filter(his, channel=channel, provider_id__in=ids)
    return came.select_related("message__ticket", "thread").order_by("pk").first()


def _amend(earlier: Envelope, channel: Channel, incoming: Incoming, customer: Customer, text: str) -> Message:
    message = earlier.message
    html = clean(incoming.html) if incoming.html else ""
    carried = set(message.attachments.values_list("blob__sha256", flat=True))
    files = [file for file in incoming.files if hashlib.sha256(file.data).hexdigest() not in carried]
    new = _attachments(tuple(files))
    message.ticket.amend(message, customer, text=text, html=html, attachments=new, folded=incoming.folded)
    return _in_envelope(message, channel, incoming, earlier.thread)


def known(incoming: Incoming) -> Message | None:
    """The message that another copy of it has become."""
    copy = _copy_of(incoming)
    return copy.message if copy and copy.digest == incoming.digest else None


def _copy_of(incoming: Incoming) -> Envelope | None:
    """What came with the same id: the very same where that has come, else another that bears its id."""
    provider_id = incoming.provider_id[:LONGEST_ID]
    erased = Envelope.id_of_erased(provider_id)
    return _copies.first(provider_id, erased, incoming.digest, has_id=bool(provider_id))


@Prepared
def _copies(provider_id: str, erased: str, digest: str, *, has_id: bool) -> QuerySet[Envelope]:
    same = Q(digest=digest)
    copies = Envelope.objects.filter(direction=Direction.IN, provider_id__in=[provider_id, erased])
    found = copies if has_id else copies.filter(same)
    return found.annotate(is_same=same).order_by("-is_same", "pk").only("digest", "message_id")[:1]


def _thread_for(
    channel: Channel, incoming: Incoming, customer: Customer, language: str
) -> tuple[Thread, bool]:
    """The thread that the message belongs to, pointing at the ticket that takes it: the current one, a follow-up
    when that was closed too long ago, or a new one. And whether it was there before."""
    thread = _existing_thread(channel, incoming, customer)
    if thread is None:
        ticket = _open(channel, incoming, customer, language)
        key = incoming.thread_key or str(ticket.pk)
        return Thread.objects.create(channel=channel, key=key, customer=customer, ticket=ticket), False
    if not thread.ticket.takes_replies:
        thread.ticket = _open(channel, incoming, thread.ticket.customer, language, follow_up_of=thread.ticket)
        thread.save(update_fields=["ticket"])
    return thread, True


def _existing_thread(channel: Channel, incoming: Incoming, customer: Customer) -> Thread | None:
    mail = _locked_threads().filter(channel__kind=channel.kind)
    if incoming.ticket_id is not None:
        return _with_ticket(_thread_of(mail, incoming.ticket_id))
    if incoming.thread_key:
        return _with_ticket(_named.first(channel.pk, incoming.thread_key))
    if incoming.passed_ticket_id is not None and Outlet.of(channel).trusts_subjects:
        named = _with_ticket(_thread_of(mail, incoming.passed_ticket_id))
        return named if named and named.ticket.includes(customer) else None
    return None


def _with_ticket(thread: Thread | None) -> Thread | None:
    """Its ticket locked too, with those who follow it. Asked for only now: while the thread was waited for, it may have
    come to another one."""
    if thread is not None:
        [thread.ticket] = _locked(thread.ticket_id)
        thread.ticket.remember_lock(vars(thread.ticket)["follower_ids"])
    return thread


def _locked_threads() -> QuerySet[Thread]:
    return Thread.objects.select_for_update(of=("self",), no_key=True)


@Prepared
def _named(channel_id: int, key: str) -> QuerySet[Thread]:
    return _locked_threads().filter(channel=channel_id, key=key)


@Prepared
def _locked(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.locked().select_related("customer", "team").filter(pk=ticket_id)


def _thread_of(threads: QuerySet[Thread], ticket_id: int) -> Thread | None:
    """The thread that began with the ticket, wherever that leads by now, else one that leads to it."""
    return (
        threads.filter(key=str(ticket_id)).first() or threads.filter(ticket=ticket_id).order_by("pk").first()
    )


def _open(
    channel: Channel,
    incoming: Incoming,
    customer: Customer,
    language: str,
    follow_up_of: Ticket | None = None,
) -> Ticket:
    adapter = adapter_of(channel.kind)
    return Ticket.open(
        customer,
        follow_up_of.team if follow_up_of else channel.team,
        subject=incoming.subject,
        source=adapter.source,
        by=customer,
        language=language or customer.language,
        hold=adapter.hold,
        follow_up_of=follow_up_of,
    )


def _names_an_agent(incoming: Incoming) -> bool:
    is_mail = incoming.identity_kind == IdentityKind.EMAIL
    return is_mail and bool(_agents_at(incoming.address))


@Prepared
def _agents_at(address: str) -> QuerySet[Agent, int]:
    return Agent.objects.of_address(address).values_list("pk", flat=True)[:1]


def _attachments(files: tuple[File, ...]) -> list[Attachment]:
    """Unsaved attachments in their own order. Blobs are locked in the order of their digests, so that two messages
    with the same files never wait for each other."""
    digests = [hashlib.sha256(file.data).hexdigest() for file in files]
    blobs = {
        digest: Blob.of(file.data)
        for digest, file in sorted(zip(digests, files, strict=True), key=lambda pair: pair[0])
    }
    return [
        Attachment(
            blob=blobs[digest],
            name=clean_name(file.name),
            content_type=file.content_type[:127].lower(),
            content_id=file.content_id[:255],
            inline=file.inline,
        )
        for digest, file in zip(digests, files, strict=True)
    ]
