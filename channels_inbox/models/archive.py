from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.mailbox import Mailbox
from channels_inbox.models.parcel import Parcel
from events.bus import emit
from events.queue import enqueue

LEASE = timedelta(minutes=2)


class ArchiveState(models.TextChoices):
    RUNNING = "running", _("Being read")
    DONE = "done", _("Complete")
    STOPPED = "stopped", _("Stopped")


class Archive(models.Model):
    """What lay in a mailbox before we looked after it, of the last days: read in the background, in short stretches
    that any worker can go on with, into closed tickets. Up to `last_uid` it is done."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="archives")
    since = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ArchiveState, default=ArchiveState.RUNNING)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    trouble = models.SlugField(max_length=24, blank=True)
    free_at = models.DateTimeField(default=now, help_text="Until then a worker has it.")
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["free_at"], name="archive_running", condition=models.Q(state="running"))
        ]

    def __str__(self) -> str:
        return f"archive of mailbox {self.mailbox_id}"

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state == ArchiveState.DONE:
            return 100
        return min(100 * self.done // self.total, 99) if self.total else 0

    @classmethod
    @transaction.atomic
    def begin(cls, mailbox: Mailbox, days: int, by: Any) -> Archive:
        """Read the last `days` days. One that still ran is stopped: what it has read is known again."""
        cls._running().filter(mailbox=mailbox).update(state=ArchiveState.STOPPED)
        archive = cls.objects.create(mailbox=mailbox, since=now() - timedelta(days=days))
        emit("channel.changed", mailbox.channel, actor=by, fields=["mailbox.archive"])
        archive.enqueue()
        return archive

    @transaction.atomic
    def stop(self, by: Any) -> None:
        """No further; what has been read stays."""
        if self._row().update(state=ArchiveState.STOPPED):
            emit("channel.changed", self.mailbox.channel, actor=by, fields=["mailbox.archive"])

    @classmethod
    def forgotten(cls) -> list[int]:
        """Those that no worker has, though they are not complete."""
        return list(cls._running().filter(free_at__lt=now()).values_list("pk", flat=True)[:100])

    def claim(self) -> bool:
        """Whether it is ours to go on with, until the lease ends."""
        return bool(self._row().filter(free_at__lte=now()).update(free_at=now() + LEASE))

    def release(self, trouble: str = "", seconds: float = 0) -> None:
        """Another stretch may begin, in `seconds`; `trouble` is why this one ended early."""
        self._row().update(free_at=now() + timedelta(seconds=seconds), trouble=trouble)

    def place(self, uid_validity: int, total: int) -> None:
        """Begin with the first mail."""
        self.uid_validity, self.last_uid, self.done, self.total = uid_validity, 0, 0, total
        self.save(update_fields=["uid_validity", "last_uid", "done", "total"])

    @transaction.atomic
    def take(self, uid: int, raw: bytes, meta: dict[str, Any], arrived_at: Any) -> Parcel | None:
        """The mail is kept and the position moves on, in one commit; None when another worker has it by now."""
        if not self.skip_to(uid):
            return None
        how = meta | {"archive": self.pk, "uid": uid}
        channel = self.mailbox.channel
        return Parcel.objects.create(
            kind=channel.kind, channel=channel, raw=raw, meta=how, received_at=arrived_at
        )

    def skip_to(self, uid: int) -> bool:
        self.last_uid = uid
        return bool(self._row().filter(last_uid__lt=uid).update(last_uid=uid, done=F("done") + 1))

    def finish(self) -> None:
        self._row().update(state=ArchiveState.DONE, trouble="")

    def enqueue(self) -> None:
        """After commit, ask for the next stretch."""
        from channels_inbox.tasks import read_archive

        enqueue(read_archive, self.pk)

    @classmethod
    def _running(cls) -> models.QuerySet[Archive]:
        return cls.objects.filter(state=ArchiveState.RUNNING)

    def _row(self) -> models.QuerySet[Archive]:
        return Archive._running().filter(pk=self.pk)
