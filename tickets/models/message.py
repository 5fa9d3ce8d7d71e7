from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models import Q, Value
from django.utils.timezone import now

from agents.models import Agent, Team
from customers.models import Customer
from events.rows import OftenWritten
from text.quotes import split_text
from tickets.models.choosable import Choosable
from tickets.models.redactable import Redactable
from tickets.models.states import Delivery, MessageKind
from tickets.search import SimpleVector


class Message(Choosable, Redactable, OftenWritten):
    """A letter of the conversation: who says what. How it travels is its envelope, at the border."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, db_index=False, related_name="messages")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        db_index=False,
        related_name="+",
        help_text="The ticket's, kept here for search.",
    )
    number = models.PositiveIntegerField(help_text="Its place in the ticket's own order, shared with events.")
    kind = models.CharField(max_length=8, choices=MessageKind)
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="messages")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="messages")
    text = models.TextField(blank=True, help_text="Plain text, whole.")
    html = models.TextField(blank=True, help_text="Sanitised HTML, if it came or goes as HTML.")
    quoted = models.TextField(
        blank=True, help_text="The quoted rest of the plain text, folded away on screen."
    )
    to = models.JSONField(default=list, help_text="Addresses it was written to, as written.")
    cc = models.JSONField(default=list)
    others = models.JSONField(
        default=list, help_text="Of a customer's: whom an answer to all goes to besides its writer."
    )
    answer_to = models.CharField(
        max_length=320, blank=True, help_text="Of a customer's: where its answer goes."
    )
    automatic = models.BooleanField(
        default=False, help_text="Written by a machine: reopens nothing, is never answered."
    )
    purpose = models.SlugField(
        max_length=24, blank=True, db_index=False, help_text="Of a notice: acknowledgement, survey …"
    )
    flags = models.JSONField(default=list, help_text="Warnings: 'forged-agent', 'same-id', …")
    then = models.CharField(
        max_length=8, blank=True, help_text="The status that follows when a reply is released."
    )
    along = models.JSONField(
        default=list,
        db_default=Value([], output_field=models.JSONField()),
        help_text="What else is done when a reply leaves, in the words of the room above that reads them.",
    )
    delivery = models.CharField(max_length=9, choices=Delivery, default=Delivery.NONE, blank=True)
    delivery_error = models.CharField(max_length=500, blank=True)
    undelivered = models.JSONField(
        default=dict, help_text="To whom it did not go, and why: {address: plain reason}."
    )
    send_at = models.DateTimeField(null=True, help_text="Until then a reply can be taken back.")
    created_at = models.DateTimeField(default=now)
    earlier = models.JSONField(
        default=list,
        help_text="What stood there before its writer changed it: [{'text': …, 'until': ISO 8601}].",
    )
    search_text = models.TextField(blank=True, editable=False)
    search = models.GeneratedField(
        expression=SimpleVector("search_text"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="message_number_once")]
        indexes = [
            models.Index(fields=["send_at"], name="message_held", condition=Q(delivery="held")),
            models.Index(fields=["team", "-id"], name="message_team_newest"),
            GinIndex(fields=["team", "search"], name="message_search"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of #{self.ticket_id}"

    @property
    def is_public(self) -> bool:
        return self.kind != MessageKind.NOTE

    @property
    def new_text(self) -> str:
        """What was written this time: the text without the quoted history."""
        if not self.quoted:
            return self.text
        if self.text.endswith(self.quoted):
            return self.text.removesuffix(self.quoted).rstrip()
        # Answers between the lines, or blanks at their ends: what is folded is not the text's plain end.
        return split_text(self.text)[0]

    # Held replies ------------------------------------------------------------------------------------

    @transaction.atomic
    def release(self, *, early: bool = False) -> bool:
        """Send a held reply whose time has come (or now, if `early`). Exactly one of release and withdraw wins."""
        held = Message.objects.filter(pk=self.pk, delivery=Delivery.HELD)
        if not early:
            held = held.filter(send_at__lte=now())
        self.ticket.lock()
        if not held.update(delivery=Delivery.QUEUED, send_at=None):
            return False
        self._refresh()
        self.ticket._after_reply(self)
        return True

    @transaction.atomic
    def withdraw(self, by: Agent) -> bool:
        """Take a held reply back into the draft, and with it that the ticket became his by it. False when it has left
        already."""
        from tickets.models.draft import Draft

        self.ticket.lock()
        if not Message.objects.filter(pk=self.pk, delivery=Delivery.HELD).update(
            delivery=Delivery.WITHDRAWN, send_at=None
        ):
            return False
        self._refresh()
        draft = Draft.take_back(self)
        self.attachments.update(message=None, draft=draft)
        Message.objects.filter(pk=self.pk).update(text="", html="", search_text="")
        self._refresh()
        self.ticket.changed("reply.withdrawn", by, message=self.pk)
        self.ticket.give_back_taken_by(self)
        return True

    def _refresh(self) -> None:
        """See the message as it is, and keep the ticket that was locked for it."""
        self.refresh_from_db(fields=["text", "html", "delivery", "send_at", "then"])

    # What the border tells ---------------------------------------------------------------------------

    @transaction.atomic
    def mark_queued(self) -> None:
        """On its way (again)."""
        self._deliver(Delivery.QUEUED, "")

    def arrive(self) -> None:
        """It is with the customer in the very moment in which it is written. Under the ticket's lock."""
        self.delivery = Delivery.SENT
        self.save(update_fields=["delivery"])
        self.ticket.changed("reply.delivered", None, message=self.pk)

    @transaction.atomic
    def mark_sent(self) -> None:
        """Taken by the next server, for everyone it is for."""
        self.ticket.lock()
        self.refresh_from_db(fields=["delivery"])
        if self.delivery != Delivery.DELIVERED and self._deliver(Delivery.SENT, ""):
            self.ticket.changed("reply.delivered", None, message=self.pk)

    @transaction.atomic
    def mark_delayed(self, reason: str) -> None:
        """Taken by the next server, whom the one after it asked to wait; `reason` in plain words."""
        sent = Message.objects.filter(pk=self.pk, delivery=Delivery.SENT)
        if sent.exclude(delivery_error=reason).update(delivery_error=reason):
            self.ticket.tell("reply.delayed")

    @transaction.atomic
    def mark_delivered(self) -> None:
        """Taken by everyone's own server."""
        if self._deliver(Delivery.DELIVERED, ""):
            self.ticket.tell("reply.arrived")

    def warn(self, flag: str) -> None:
        """Put a mark on it that agents see, or that counts later."""
        if flag not in self.flags:
            self.flags = [*self.flags, flag]
            self.save(update_fields=["flags"])
            self.ticket.tell("message.warned")

    @transaction.atomic
    def mark_failed(self, reason: str, undelivered: dict[str, str] | None = None) -> None:
        """Will not arrive with everyone; `reason` in plain words, shown to agents, and for each address that it did
        not go to in `undelivered`."""
        if self._deliver(Delivery.FAILED, reason[:500], undelivered):
            self.ticket.changed("reply.failed", None, message=self.pk, reason=self.kind)

    def _deliver(self, delivery: Delivery, error: str, undelivered: dict[str, str] | None = None) -> bool:
        self.ticket.lock()
        undelivered = undelivered or {}
        changed = (
            Message.objects.filter(pk=self.pk)
            .exclude(delivery=delivery, undelivered=undelivered)
            .update(delivery=delivery, delivery_error=error, undelivered=undelivered)
        )
        self.refresh_from_db(fields=["delivery", "delivery_error", "undelivered"])
        return bool(changed)
