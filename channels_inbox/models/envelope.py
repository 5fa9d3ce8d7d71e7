from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel, Thread
from tickets.models import Message


class Direction(models.TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")


class EnvelopeState(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Envelope(models.Model):
    """A message's outside: on which thread it travels, to whom, how far it came, and the provider's id for it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="envelopes")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="envelopes")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="envelopes")
    direction = models.CharField(max_length=3, choices=Direction)
    address = models.CharField(max_length=320, blank=True, help_text="The other side's.")
    provider_id = models.CharField(max_length=998, blank=True, help_text="For mail: the Message-ID.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content below its trace.")
    state = models.CharField(max_length=8, choices=EnvelopeState, default=EnvelopeState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=now)

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
