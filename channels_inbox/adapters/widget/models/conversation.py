from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import Case, Q, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.adapters.widget.models.visitor import Visitor
from channels_inbox.models.channel import Thread
from events.live import tell
from events.named import Named
from events.prepared import Prepared
from tickets.models import Message, MessageKind, Ticket

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

UNREAD_FOR = timedelta(minutes=2)
"""How long an answer waits for a visitor who is gone, before it goes by mail with those that came meanwhile."""


# An answer may go by mail after a while, and nobody is asked for an address any more; what a visitor says begins an ended
# conversation anew.
_ADD = Named.of("""
    WITH new AS (
        SELECT %s::uuid AS conversation, %s::bigint AS message, %s::text AS client, %s::timestamptz AS at,
               %s::boolean AS says, %s::boolean AS answers, %s::timestamptz AS mail_at
    ), conversation AS (
        UPDATE widget_conversation
        SET last_number = last_number + 1, last_at = new.at,
            mail_at = CASE WHEN new.answers THEN new.mail_at ELSE widget_conversation.mail_at END,
            ask_at = CASE WHEN new.answers THEN NULL ELSE ask_at END,
            ended_at = CASE WHEN new.says THEN NULL ELSE ended_at END,
            ended_by = CASE WHEN new.says THEN '' ELSE ended_by END
        FROM new
        WHERE id = new.conversation AND NOT EXISTS (SELECT FROM widget_line WHERE message_id = new.message)
        RETURNING id, last_number
    )
    INSERT INTO widget_line (conversation_id, number, message_id, client_id)
    SELECT conversation.id, last_number, new.message, new.client FROM conversation, new
    RETURNING id, number
""")


class Ended(models.TextChoices):
    VISITOR = "visitor", _("by the visitor")
    AGENT = "agent", _("by an agent")
    IDLE = "idle", _("by itself")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of(self, visitor: Visitor) -> ConversationQuerySet:
        """The door: his own, from all browsers that the website vouches for as his."""
        return self.of_person(visitor.channel_id, visitor.person)

    def of_person(self, channel_id: int, person: str) -> ConversationQuerySet:
        """The door by plain facts."""
        return self.filter(visitor__channel=channel_id, visitor__person=person).exclude(thread=None)

    def on(self, ticket_id: int | None) -> Conversation | None:
        """The one that leads to the ticket."""
        return _on.first(ticket_id) if ticket_id else None


class Conversation(models.Model):
    """What a visitor sees as one chat: its lines in their own order, how far he has read, and whether it is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="conversations")
    thread = models.OneToOneField(Thread, models.CASCADE, null=True, related_name="conversation")
    opening = models.CharField(max_length=64, help_text="What the browser called the message that began it.")
    answers = models.JSONField(default=list, help_text="To the questions before it: [[label, answer], …].")
    last_number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=now)
    seen_number = models.PositiveIntegerField(default=0, help_text="Up to where the visitor has read.")
    mailed_number = models.PositiveIntegerField(default=0, help_text="Up to where answers went by mail.")
    mail_at = models.DateTimeField(null=True, help_text="When unread answers may go by mail.")
    ask_at = models.DateTimeField(null=True, help_text="When a visitor without an address is asked for one.")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=7, choices=Ended, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "opening"], name="conversation_opened_once")
        ]
        indexes = [
            models.Index(fields=["last_at"], name="conversation_going", condition=Q(ended_at=None)),
            models.Index(fields=["mail_at"], name="conversation_to_mail", condition=Q(mail_at__isnull=False)),
            models.Index(fields=["ask_at"], name="conversation_to_ask", condition=Q(ask_at__isnull=False)),
        ]

    lines: RelatedManager[Line]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def ticket(self) -> Ticket:
        assert self.thread is not None
        return self.thread.ticket

    @property
    def state(self) -> str:
        """`open`, `ended` or `solved`."""
        if self.ticket.is_done:
            return "solved"
        return "ended" if self.ended_at else "open"

    # Verbs: the ticket, where it is locked at all, is locked before the conversation ----------------------

    def add(self, message: Message, client_id: str = "") -> tuple[Line, bool]:
        """The message as its next line, and whether it is new there; needs an open transaction. One statement: whoever
        counts on gives the number, and the next one waits for him."""
        says, answers = message.kind == MessageKind.CUSTOMER, message.kind == MessageKind.REPLY
        self.last_at = now()
        mail_at = self.last_at + UNREAD_FOR
        added = _ADD.fetch([self.pk, message.pk, client_id, self.last_at, says, answers, mail_at])
        if not added:
            return Line.objects.get(message=message), False
        [(pk, self.last_number)] = added
        if says:
            self.ended_at, self.ended_by = None, ""
        line = Line(pk=pk, conversation=self, number=self.last_number, message=message, client_id=client_id)
        line._state.adding, line._state.db = False, connection.alias
        return line, True

    @transaction.atomic
    def see(self, number: int) -> bool:
        """The visitor has read up to that number. Whether that is news."""
        later = Conversation.objects.filter(pk=self.pk, seen_number__lt=number, last_number__gte=number)
        read_all = Case(When(last_number=number, then=None), default="mail_at")
        if not later.update(seen_number=number, mail_at=read_all):
            return False
        self.seen_number = number
        self.tell_desk("seen")
        return True

    @transaction.atomic
    def end(self, by: Ended) -> bool:
        """It is over, until the visitor writes again. Whether it was going on."""
        going = Conversation.objects.filter(pk=self.pk, ended_at=None)
        if not going.update(ended_at=now(), ended_by=by):
            return False
        self.refresh_from_db(fields=["ended_at", "ended_by"])
        self.push({"ended": {"conversation": str(self.pk), "by": str(by)}})
        self.tell_desk("ended")
        return True

    # Telling -------------------------------------------------------------------------------------------

    def push(self, frame: dict[str, Any]) -> None:
        """After commit, to every open page of the visitor."""
        tell([self.visitor.group], frame)

    def tell_desk(self, what: str) -> None:
        """After commit, to agents who have the ticket open: a name, no content."""
        if self.thread_id:
            tell([f"ticket.{self.ticket.pk}"], {"visitor": self.ticket.pk, "what": what})


class Line(models.Model):
    """A message's place in the conversation, as its visitor counts: 1, 2, 3, without gaps."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, db_index=False, related_name="lines")
    number = models.PositiveIntegerField()
    message = models.OneToOneField(Message, models.CASCADE, related_name="line")
    client_id = models.CharField(max_length=64, blank=True, help_text="What the visitor's browser called it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="line_number_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.conversation_id}"


@Prepared
def _on(ticket_id: int) -> ConversationQuerySet:
    related = Conversation.objects.select_related(
        "visitor__channel__widget", "thread__channel", "thread__ticket"
    )
    return related.filter(thread__ticket=ticket_id).order_by("-last_at")[:1]
