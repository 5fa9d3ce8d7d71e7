from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.retried import Retried, RetriedQuerySet
from events.delivery import backoff
from events.queue import enqueue
from tickets.models import Message

GIVE_UP = timedelta(days=3)
LEASE = timedelta(minutes=5)


class Direction(models.TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")


class EnvelopeState(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class EnvelopeQuerySet(RetriedQuerySet["Envelope"]):
    def incoming(self) -> EnvelopeQuerySet:
        return self.filter(direction=Direction.IN)

    def outgoing(self) -> EnvelopeQuerySet:
        return self.filter(direction=Direction.OUT)

    def abandoned(self) -> EnvelopeQuerySet:
        """Claimed so long ago that their worker must have died over them."""
        return self.filter(state=EnvelopeState.SENDING, claimed_at__lt=now() - LEASE)


class Envelope(Retried):
    """A message's outside: on which thread it travels, to whom, how far it came, and the provider's id for it."""

    WAITING = EnvelopeState.PENDING
    GIVEN_UP = EnvelopeState.FAILED

    message = models.ForeignKey(Message, models.CASCADE, related_name="envelopes")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="envelopes")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="envelopes")
    direction = models.CharField(max_length=3, choices=Direction)
    address = models.CharField(max_length=320, blank=True, help_text="The other side's.")
    provider_id = models.CharField(max_length=998, blank=True, help_text="For mail: the Message-ID.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content below its trace.")
    state = models.CharField(max_length=8, choices=EnvelopeState, default=EnvelopeState.PENDING)
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "digest"], name="envelope_in_once", condition=Q(direction="in")
            ),
            models.UniqueConstraint(
                fields=["message", "address"], name="envelope_out_once", condition=Q(direction="out")
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="envelope_pending", condition=Q(state="pending")),
            models.Index(fields=["claimed_at"], name="envelope_sending", condition=Q(state="sending")),
            models.Index(fields=["provider_id"], name="envelope_provider_id", condition=Q(direction="out")),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.state} of message {self.message_id}"

    # Outgoing: pending → sending → done, or back to pending until it is done or failed -------------------

    def enqueue(self) -> None:
        """After commit, ask for it to be sent."""
        from channels_inbox.tasks import send

        enqueue(send, self.pk)

    @classmethod
    def claim(cls, envelope_id: int) -> Envelope | None:
        """The envelope, for this worker alone to send within the lease; None when it is another's, or not due."""
        if not cls.objects.begin(envelope_id, state=EnvelopeState.SENDING, claimed_at=now()):
            return None
        related = "message__ticket__customer", "message__ticket__team", "message__agent", "channel", "thread"
        return cls.objects.select_related(*related).get(pk=envelope_id)

    @transaction.atomic
    def arrive(self, provider_id: str) -> None:
        """The next server took it."""
        self.message.ticket.lock()
        fields = {"provider_id": provider_id, "error": "", "done_at": now()}
        if self._settle(EnvelopeState.DONE, **fields):
            self.message.mark_sent()

    @transaction.atomic
    def postpone(self, reason: str, detail: str) -> None:
        """It did not go now: again later, for three days, then it counts as failed."""
        if now() - self.created_at > GIVE_UP:
            self.fail(reason, detail)
            return
        self._settle(
            EnvelopeState.PENDING, error=detail[:500], next_try_at=now() + backoff(self.attempts + 2)
        )

    @transaction.atomic
    def fail(self, reason: str, detail: str) -> None:
        """It will not arrive; agents see `reason` on the message."""
        self.message.ticket.lock()
        if self._settle(EnvelopeState.FAILED, error=detail[:500]):
            self.message.mark_failed(reason)

    def retry(self) -> None:
        """A fresh start for a failed one, under the same id; needs the ticket's lock."""
        if self.begin_anew(created_at=now()):
            self.enqueue()

    def _settle(self, state: EnvelopeState, **fields: object) -> bool:
        """End our own claim; nothing when it ran out and another worker has taken the envelope over."""
        ours = Envelope.objects.filter(pk=self.pk, state=EnvelopeState.SENDING, claimed_at=self.claimed_at)
        return bool(ours.update(state=state, claimed_at=None, **fields))
