"""When a visitor is gone: his unread answers go out by mail, once, and what he answers returns to the same ticket; who
left no address is asked for one; a quiet chat ends by itself; and its transcript goes where he wants it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Agent
from channels_inbox.adapters.widget.asking import language_of
from channels_inbox.adapters.widget.models import Conversation, Line, Visitor
from channels_inbox.adapters.widget.showing import ASK_ADDRESS, TRANSCRIPT, UNREAD
from channels_inbox.delivery import leaves_by
from channels_inbox.models import Channel
from customers.models import Customer, IdentityKind
from customers.models.identity import key_of
from tickets.models import Message, MessageKind, Ticket

AGAIN = timedelta(minutes=1)
"""While he is here, unread answers wait: he may be about to read them."""
RELATED = (
    "visitor__channel__widget",
    "visitor__channel__team",
    "thread__ticket__customer",
    "thread__ticket__team",
)
MOST_LINES = 500


# Unread answers ------------------------------------------------------------------------------------------


@transaction.atomic
def mail_unread(conversation_id: str | uuid.UUID) -> Message | None:
    """One mail with all that he has not read, if it is time; None when nothing is to be mailed now."""
    conversation = _locked(conversation_id)
    if conversation is None or conversation.mail_at is None or conversation.mail_at > now():
        return None
    visitor = conversation.visitor
    if visitor.is_here:
        conversation.mail_at = now() + AGAIN
        conversation.save(update_fields=["mail_at"])
        return None
    beyond = max(conversation.seen_number, conversation.mailed_number)
    unread = list(_said(conversation).filter(message__kind=MessageKind.REPLY, number__gt=beyond))
    conversation.mail_at = None
    if visitor.email and unread and Channel.objects.mail_for(conversation.ticket.team):
        conversation.mailed_number = unread[-1].number
    else:
        unread = []
    conversation.save(update_fields=["mail_at", "mailed_number"])
    if not unread:
        return None
    _let_in(conversation, unread[-1].message.agent)
    with _in_his_language(visitor):
        before = _("You left the chat before you could read this:")
        after = _("Simply reply to this mail to go on.")
        words = "\n\n".join([before, *(_quoted(line) for line in unread), after])
    return conversation.ticket.notify(text=words, purpose=UNREAD)


def _let_in(conversation: Conversation, agent: Agent | None) -> None:
    """Who answers from the address that we write to is no stranger on this ticket; and no more than that: it proves
    nothing about other tickets."""
    visitor = conversation.visitor
    if visitor.is_signed or agent is None:
        return
    reader = Customer.identify(IdentityKind.EMAIL, visitor.email, name=visitor.name, source="chat")
    conversation.ticket.participants.get_or_create(customer=reader, defaults={"added_by": agent})


@leaves_by(UNREAD)
def by_mail(message: Message) -> tuple[Channel, str] | None:
    conversation = Conversation.objects.on(message.ticket_id)
    channel = Channel.objects.mail_for(message.ticket.team)
    return (channel, conversation.visitor.email) if conversation and channel else None


# Transcripts ---------------------------------------------------------------------------------------------


@transaction.atomic
def mail_transcript(conversation: Conversation, address: str) -> Message | None:
    """The whole chat by mail; None where the desk has no mailbox. ValueError when it is no address."""
    key_of(IdentityKind.EMAIL, address)
    if Channel.objects.mail_for(conversation.ticket.team) is None:
        return None
    with _in_his_language(conversation.visitor):
        lines = [_quoted(line) for line in _said(conversation)[:MOST_LINES]]
        words = "\n\n".join([_("Your chat with us:"), *lines])
    return conversation.ticket.notify(text=words, purpose=TRANSCRIPT, to=[address])


@leaves_by(TRANSCRIPT)
def transcript_by_mail(message: Message) -> tuple[Channel, str] | None:
    channel = Channel.objects.mail_for(message.ticket.team)
    return (channel, message.to[0]) if channel and message.to else None


# An address, and an end ----------------------------------------------------------------------------------


@transaction.atomic
def ask_for_address(conversation_id: str | uuid.UUID) -> Message | None:
    """Once, where nobody has answered yet and there is no way to reach him later."""
    conversation = _locked(conversation_id)
    if conversation is None or conversation.ask_at is None or conversation.ask_at > now():
        return None
    conversation.ask_at = None
    conversation.save(update_fields=["ask_at"])
    answered = conversation.lines.filter(message__kind=MessageKind.REPLY).exists()
    if conversation.visitor.email or answered or conversation.ended_at:
        return None
    with _in_his_language(conversation.visitor):
        away = conversation.visitor.channel.widget.away
        words = away or _("Nobody is free just now. Where can we write to you?")
    return conversation.ticket.notify(text=words, purpose=ASK_ADDRESS)


def quiet() -> QuerySet[Conversation]:
    """Those in which nobody has said anything for as long as the settings say, the oldest first."""
    minutes = F("visitor__channel__widget__idle_minutes") * timedelta(minutes=1)
    since = ExpressionWrapper(now() - minutes, output_field=DateTimeField())
    going = Conversation.objects.filter(ended_at=None, last_at__lt=since).exclude(thread=None)
    return going.select_related(*RELATED).order_by("last_at")


def left_an_address(visitor: Visitor) -> None:
    """What waited unread for one may go soon, and nobody needs to ask."""
    own = Conversation.objects.of(visitor)
    own.update(ask_at=None)
    own.filter(mailed_number=0, seen_number__lt=F("last_number")).update(mail_at=now() + AGAIN)


def _locked(conversation_id: str | uuid.UUID) -> Conversation | None:
    """The ticket first, as everywhere."""
    found = (
        Conversation.objects.select_related(*RELATED).filter(pk=conversation_id).exclude(thread=None).first()
    )
    if found is None:
        return None
    found.ticket.lock()
    numbers = Conversation.objects.select_for_update(no_key=True).filter(pk=found.pk)
    for name, value in (
        numbers.values("seen_number", "mailed_number", "mail_at", "ask_at", "ended_at").get().items()
    ):
        setattr(found, name, value)
    return found


def _said(conversation: Conversation) -> QuerySet[Line]:
    lines = conversation.lines.filter(message__redacted_at=None).select_related("message__agent")
    return lines.order_by("number")


def _quoted(line: Line) -> str:
    message = line.message
    own = _("You") if message.kind == MessageKind.CUSTOMER else ""
    name = own or (message.agent.name if message.agent else _("Automatic message"))
    return f"{name}: {message.text}"


def _in_his_language(visitor: Visitor) -> translation.override:
    return translation.override(language_of(visitor.channel.widget, visitor.language))


def whereto(ticket: Ticket, visitor: Visitor) -> str:
    """Where an answer goes when he is gone: an address, or nothing."""
    return visitor.email if Channel.objects.mail_for(ticket.team) else ""
