"""What a visitor says becomes a message on a ticket, and a line of his conversation: once, however often it is sent."""

from __future__ import annotations

import hashlib
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Calendar
from channels_inbox import intake
from channels_inbox.adapters.contract import Choice, Incoming
from channels_inbox.adapters.widget import files
from channels_inbox.adapters.widget.adapter import adapter
from channels_inbox.adapters.widget.models import Conversation, Line, Visitor
from channels_inbox.adapters.widget.models.conversation import ConversationQuerySet
from channels_inbox.adapters.widget.models.visitor import cut
from channels_inbox.adapters.widget.showing import push_line
from channels_inbox.choosing import choose
from channels_inbox.models import Envelope, Thread
from customers.models.identity import key_of
from events.prepared import Prepared
from text.storable import storable
from tickets.models import Message
from tickets.models.followable import follower_ids

UNANSWERED = timedelta(minutes=3)
"""How long a visitor without an address waits until he is asked for one."""
_saying: ContextVar[bool] = ContextVar("saying", default=False)
LONGEST = 4000
MOST_FILES = 10
LONGEST_ANSWER = 500


class NotSaid(Exception):
    """It cannot be taken. `reason` is a word for programs: text, files, conversation, form, blocked; the message is
    for the visitor."""

    def __init__(self, reason: str, words: str, after: int = 0) -> None:
        super().__init__(words)
        self.reason, self.after = reason, after


@dataclass(frozen=True)
class Said:
    client_id: str
    """What his browser calls it."""
    text: str
    conversation: uuid.UUID | None = None
    """None begins a new one."""
    files: tuple[str, ...] = ()
    """Tokens, as `files.keep` gave them."""
    answers: dict[str, str] = field(default_factory=dict)
    """To the questions before the first message, by their names."""


def say(visitor: Visitor, said: Said) -> Line:
    """Its line, the same each time that `said` comes with that client_id. Raises NotSaid."""
    try:
        return _say(visitor, said)
    except IntegrityError:
        # It was sent twice at the same moment: the other one is found now.
        return _say(visitor, said)


def say_on(visitor: Visitor, said: Said) -> Line | None:
    """As `say`, for the commonest of all: more words from the browser that the chat began in. One query finds that
    everything is as usual, and locks what changes; None where anything is not. `visitor` may be of a while ago."""
    if said.conversation is None or said.files:  # which may be slow to read
        return None
    try:
        return _say_on(visitor, said, said.conversation)
    except IntegrityError:
        return None


@transaction.atomic
def _say_on(visitor: Visitor, said: Said, pk: uuid.UUID) -> Line | None:
    text = _text(said)
    kind, address = visitor.identity
    conversation = _usual.first(pk, visitor.pk, kind, key_of(kind, address), _id_of(pk, said))
    if conversation is None or conversation.visitor.identity != visitor.identity:
        return None
    conversation.visitor.channel = visitor.channel
    ticket, visitor = conversation.ticket, conversation.visitor
    if not ticket.takes_replies or (visitor.name and not ticket.customer.name):
        return None
    ticket.remember_lock(vars(conversation)["follower_ids"])
    return _add(conversation, _take(visitor, conversation, said, text, onto=conversation.thread), said)


@transaction.atomic
def _say(visitor: Visitor, said: Said) -> Line:
    if visitor.blocked_at:
        raise NotSaid("blocked", _("This chat is closed for you."))
    text = _text(said)
    conversation = _conversation(visitor, said)
    message = _take(visitor, conversation, said, text)
    if conversation.thread is None:
        conversation.thread = Thread.objects.select_related("ticket").get(
            channel=visitor.channel, key=conversation.pk
        )
        if not visitor.email:
            is_open = Calendar.hours_of(visitor.channel.team_id).is_open(now())
            conversation.ask_at = now() + (UNANSWERED if is_open else timedelta(0))
        conversation.save(update_fields=["thread", "ask_at"])
        _introduce(visitor, conversation)
    return _add(conversation, message, said)


def _text(said: Said) -> str:
    text = storable(said.text).strip()
    if len(text) > LONGEST:
        raise NotSaid("text", _("This is too long for one message."))
    if not text and not said.files:
        raise NotSaid("text", _("There is nothing in it yet."))
    return text


def _id_of(conversation: uuid.UUID, said: Said) -> str:
    """By which another copy of it is known."""
    return f"{conversation}:{said.client_id}"


def _take(
    visitor: Visitor, conversation: Conversation, said: Said, text: str, onto: Thread | None = None
) -> Message:
    kind, address = visitor.identity
    its_id = _id_of(conversation.pk, said)
    incoming = Incoming(
        identity_kind=kind,
        address=address,
        name=visitor.name,
        text=text,
        provider_id=its_id,
        digest=hashlib.sha256(its_id.encode()).hexdigest(),
        thread_key=str(conversation.pk),
        folded=False,
        files=files.opened(visitor, said.files),
    )
    token = _saying.set(True)
    try:
        return intake.receive(visitor.channel, incoming, onto=onto)
    finally:
        _saying.reset(token)


def _add(conversation: Conversation, message: Message, said: Said) -> Line:
    line, is_new = conversation.add(message, said.client_id)
    if is_new:
        push_line(conversation, line)
    return line


def is_said_here() -> bool:
    """Whether what comes in just now is said in the chat, where it becomes a line by itself."""
    return _saying.get()


def press(visitor: Visitor, line: Line, value: str) -> bool:
    """He pressed one of the buttons below it. Whether that counts."""
    kind, address = visitor.identity
    provider_id = adapter.id_for(line.message, visitor.channel)
    choice = Choice(identity_kind=kind, address=address, value=value, provider_id=provider_id)
    return choose(visitor.channel, choice) is not None


def _conversation(visitor: Visitor, said: Said) -> Conversation:
    """The one he names, or the one that this message began, made when new."""
    if said.conversation is None:
        opened, _made = Conversation.objects.select_related("thread__ticket").get_or_create(
            visitor=visitor, opening=said.client_id, defaults={"answers": _answers(visitor, said)}
        )
        return opened
    conversation = _own.first(visitor.channel_id, visitor.person, said.conversation)
    if conversation is None:
        raise NotSaid("conversation", _("This chat is not here any more."))
    return conversation


def _answers(visitor: Visitor, said: Said) -> list[list[str]]:
    """[label, answer] of each question; a name or an address among them is his."""
    answers = []
    for question in visitor.channel.widget.questions:
        name = question["name"]
        answer = " ".join(storable(said.answers.get(name, "")).split())[:LONGEST_ANSWER]
        if not answer and question.get("required"):
            raise NotSaid("form", _("Please answer all that is asked."))
        if answer and name == "email" and not visitor.is_signed:
            try:
                visitor.leave_address(answer)
            except ValueError as error:
                raise NotSaid("form", str(error)) from None
        elif answer and name == "name" and not visitor.name:
            visitor.name = cut("name", answer)
            visitor.save(update_fields=["name"])
        elif answer:
            answers.append([question["label"], answer])
    return answers


def _introduce(visitor: Visitor, conversation: Conversation) -> None:
    """What his browser told of him, where we did not know better, and what his website vouches for."""
    customer = conversation.ticket.customer
    if visitor.is_signed:
        customer.verify(*visitor.identity)
    if visitor.zone and not customer.time_zone:
        customer.change(None, time_zone=visitor.zone)


@Prepared
def _own(channel_id: int, person: str, pk: uuid.UUID) -> ConversationQuerySet:
    related = Conversation.objects.of_person(channel_id, person).select_related("thread", "visitor")
    return related.filter(pk=pk)


@Prepared
def _usual(pk: uuid.UUID, visitor_id: int, kind: str, key: str, its_id: str) -> ConversationQuerySet:
    """The visitor's own conversation and those who follow its ticket, if the message is new, he is not blocked, and
    the address is the customer's. All is locked in the order in which a merge does it."""
    ticket, customer = "thread__ticket", "thread__ticket__customer"
    copies = Envelope.objects.incoming().filter(provider_id=its_id)
    own = Conversation.objects.filter(pk=pk, visitor=visitor_id, visitor__blocked_at=None)
    his = {f"{customer}__identities__kind": kind, f"{customer}__identities__key": key}
    living = {f"{customer}__merged_into": None, f"{customer}__erased_at": None}
    usual = own.filter(~Exists(copies), **his, **living)
    locked = usual.select_for_update(of=(customer, "thread", ticket), no_key=True)
    related = locked.select_related("visitor", customer)
    return related.annotate(follower_ids=follower_ids(ticket))
