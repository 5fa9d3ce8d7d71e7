from __future__ import annotations

import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel
from channels_inbox.models.retried import Retried, RetriedQuerySet
from events.bus import emit
from events.delivery import backoff
from events.queue import enqueue

if TYPE_CHECKING:
    from tickets.models import Message

MOST_ATTEMPTS = 6
LEASE = timedelta(seconds=60)


class ParcelState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    QUARANTINED = "quarantined", _("In quarantine")
    DISCARDED = "discarded", _("Deleted")


class ParcelQuerySet(RetriedQuerySet["Parcel"]):
    def quarantined(self) -> ParcelQuerySet:
        """What could not become a message, newest first, without the bytes."""
        return self.filter(state=ParcelState.QUARANTINED).defer("raw").order_by("-id")


class Parcel(Retried):
    """What arrived, byte for byte, committed before we say yes to whoever brought it."""

    WAITING = ParcelState.WAITING
    GIVEN_UP = ParcelState.QUARANTINED

    kind = models.SlugField(max_length=24, help_text="The adapter that reads it.")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="parcels")
    raw = models.BinaryField()
    meta = models.JSONField(default=dict, help_text="How it came: envelope sender, recipients, peer.")
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.WAITING)
    error = models.TextField(blank=True)
    message = models.ForeignKey("tickets.Message", models.SET_NULL, null=True, related_name="parcels")
    received_at = models.DateTimeField(default=now)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="parcel_waiting", condition=Q(state="waiting")),
            models.Index(fields=["-id"], name="parcel_quarantined", condition=Q(state="quarantined")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} parcel {self.pk}"

    @classmethod
    @transaction.atomic
    def accept(cls, channel: Channel, raw: bytes, meta: dict[str, Any]) -> Parcel:
        """Keep what arrived. Only when this has returned, and is committed, may the door say yes."""
        parcel = cls.objects.create(kind=channel.kind, channel=channel, raw=raw, meta=meta)
        parcel._enqueue()
        return parcel

    @classmethod
    def claim(cls, parcel_id: int) -> bool:
        """Whether this try is ours, until the lease ends."""
        return cls.objects.begin(parcel_id, next_try_at=now() + LEASE)

    def finish(self, messages: list[Message]) -> None:
        """All of it stands on tickets now."""
        self.state, self.error, self.message = ParcelState.DONE, "", messages[0] if messages else None
        self.save(update_fields=["state", "error", "message"])

    @transaction.atomic
    def postpone(self, error: Exception, *, for_good: bool = False) -> None:
        """It failed: try again later, or set it aside when that is of no use or was tried often enough."""
        parcel = Parcel.objects.defer("raw").select_for_update().get(pk=self.pk)
        if parcel.state != ParcelState.WAITING:
            return
        parcel.error = "".join(traceback.format_exception_only(error))[:2000]
        parcel.next_try_at = now() + backoff(parcel.attempts)
        if for_good or parcel.attempts >= MOST_ATTEMPTS:
            parcel.state = ParcelState.QUARANTINED
            emit("parcel.quarantined", parcel, reason=type(error).__name__)
        parcel.save(update_fields=["error", "next_try_at", "state"])

    @transaction.atomic
    def retry(self, by: Any) -> None:
        """Out of quarantine, for a fresh start."""
        if self.begin_anew():
            emit("parcel.released", self, actor=by)
            self._enqueue()

    @transaction.atomic
    def discard(self, by: Any) -> None:
        """Delete what is in quarantine; that it was there remains."""
        quarantined = Parcel.objects.filter(pk=self.pk, state=ParcelState.QUARANTINED)
        if quarantined.update(state=ParcelState.DISCARDED, raw=b"", meta={}, error=""):
            emit("parcel.discarded", self, actor=by)

    def _enqueue(self) -> None:
        from channels_inbox.tasks import unpack

        enqueue(unpack, self.pk)
