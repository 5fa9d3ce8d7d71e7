from __future__ import annotations

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.outlet import Outlet
from channels_inbox.models.recipient import Recipient


class Told(models.TextChoices):
    DELIVERED = "delivered", _("Delivered")
    DELAYED = "delayed", _("Delayed")
    FAILED = "failed", _("Failed")
    COMPLAINED = "complained", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


class Report(models.Model):
    """What a provider told of one recipient of a mail. It is kept so that the same report counts once, however often
    it comes."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="reports")
    key = models.CharField(max_length=64, help_text="SHA-256 of what tells it from others.")
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="reports")
    told = models.CharField(max_length=12, choices=Told)
    reason = models.CharField(max_length=200, blank=True, help_text="Of a failure, in plain words.")
    detail = models.CharField(max_length=500, blank=True, help_text="What the other side said.")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "key"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.told} to recipient {self.recipient_id}"
