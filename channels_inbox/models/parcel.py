from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel


class ParcelState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    QUARANTINED = "quarantined", _("In quarantine")
    DISCARDED = "discarded", _("Deleted")


class Parcel(models.Model):
    """What arrived, byte for byte, committed before we say yes to whoever brought it."""

    kind = models.SlugField(max_length=24, help_text="The adapter that reads it.")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="parcels")
    raw = models.BinaryField()
    meta = models.JSONField(default=dict, help_text="How it came: envelope sender, recipients, peer.")
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    error = models.TextField(blank=True)
    message = models.ForeignKey("tickets.Message", models.SET_NULL, null=True, related_name="parcels")
    received_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="parcel_waiting", condition=Q(state="waiting")),
            models.Index(fields=["-id"], name="parcel_quarantined", condition=Q(state="quarantined")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} parcel {self.pk}"
