from __future__ import annotations

import hashlib
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Func, Q, Value
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel
from channels_inbox.models.retried import Retried, RetriedQuerySet
from events.bus import emit
from events.delivery import backoff
from events.named import Named
from events.queue import enqueue, enqueue_once
from events.rows import OftenWritten

if TYPE_CHECKING:
    from tickets.models import Message

MOST_ATTEMPTS = 6
DIGEST = Func(
    Func(F("raw"), function="sha256"), Value("hex"), function="encode", output_field=models.CharField()
)
LEASE = timedelta(seconds=60)
A_MOMENT = timedelta(seconds=0.4)
IN_HANDFULS = "email"
"""The kind whose parcels a worker takes several of at once. In a chat somebody waits, and one message may need the other."""
_CLAIM = Named.of(f"""
    UPDATE channels_inbox_parcel SET attempts = attempts + 1, next_try_at = %s
    WHERE id = ANY (ARRAY(
        SELECT id FROM channels_inbox_parcel
        WHERE state = 'waiting' AND kind = '{IN_HANDFULS}' AND attempts = 0 AND next_try_at <= %s
        ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED
    ))
    RETURNING id
""")  # noqa: S608 - a word of our own


class ParcelState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    QUARANTINED = "quarantined", _("In quarantine")
    DISCARDED = "discarded", _("Deleted")


class Hold(models.TextChoices):
    """Which rule keeps it back, in words for administrators."""

    BLOCKED = "blocked", _("Its sender is blocked.")
    VIRUS = "virus", _("The virus scanner found something in it.")
    LOOP = "loop", _("Too many mails went back and forth: two programs may be answering each other.")
    BOMB = "bomb", _("Too many mails came from this sender in a short time.")
    LARGE = "large", _("It is too large.")
    AGENT_GONE = "agent-gone", _("It answers in the name of somebody who is no longer an active agent.")
    NOT_HIS = "not-his", _("It came to an agent’s own reply address from another address than his.")
    NO_RIGHT = "no-right", _("It answers in the name of an agent who may no longer see the ticket.")
    EXPIRED = "expired", _("It answers a notification that is too old to be answered by mail.")
    FORGED = "forged", _("It came to a reply address for agents that we did not make.")
    UNPROVED = "unproved", _("It answers in an agent’s name, and the mail server found signs of forgery.")
    EMPTY = "empty", _("An agent answered with nothing but quoted words.")


class ParcelQuerySet(RetriedQuerySet["Parcel"]):
    def quarantined(self) -> ParcelQuerySet:
        """What could not become a message, or is held by a rule, newest first, without the bytes."""
        return self.filter(state=ParcelState.QUARANTINED).defer("raw").order_by("-id")

    def heaps(self, before: int | None = None) -> ParcelQuerySet:
        """Of those that the same rule holds for the same reason the newest alone, annotated with how many there are
        (`heap`), and all others; those with a lower id than `before`."""
        alone = models.Q(held_for="") | models.Q(error="")
        alike = [
            models.Case(models.When(alone, then=F("pk"))),
            models.Case(models.When(~alone, then=F("held_for"))),
            models.Case(models.When(~alone, then=F("error"))),
        ]
        heaps = self.annotate(
            newest=models.Window(models.Max("pk"), partition_by=alike),
            heap=models.Window(models.Count("pk"), partition_by=alike),
        )
        return heaps.filter(newest=F("pk"), newest__lt=before) if before else heaps.filter(newest=F("pk"))

    def held_alike(self, parcel: Parcel) -> ParcelQuerySet:
        """Those that the same rule holds for the same reason, such as one sender's; nothing where it failed."""
        alike = self.quarantined().filter(held_for=parcel.held_for, error=parcel.error)
        return alike if parcel.held_for and parcel.error else self.none()


class Parcel(OftenWritten, Retried):
    """What arrived, byte for byte, committed before we say yes to whoever brought it."""

    WAITING = ParcelState.WAITING
    GIVEN_UP = ParcelState.QUARANTINED

    kind = models.SlugField(max_length=24, db_index=False, help_text="The adapter that reads it.")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="parcels")
    raw = models.BinaryField()
    meta = models.JSONField(default=dict, help_text="How it came: envelope sender, recipients, peer.")
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.WAITING)
    error = models.TextField(blank=True)
    held_for = models.CharField(
        max_length=12, choices=Hold, blank=True, help_text="The rule that holds it; nothing when it failed."
    )
    released_at = models.DateTimeField(null=True, help_text="When it was let through whatever the rules say.")
    message = models.ForeignKey("tickets.Message", models.SET_NULL, null=True, related_name="parcels")
    received_at = models.DateTimeField(default=now)
    forgotten = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of bytes that were deleted, so that they are not taken anew.",
    )

    objects = ParcelQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="parcel_waiting", condition=Q(state="waiting")),
            models.Index(fields=["-id"], name="parcel_quarantined", condition=Q(state="quarantined")),
            models.Index(fields=["forgotten"], name="parcel_forgotten", condition=~Q(forgotten="")),
        ]
        constraints = [
            models.UniqueConstraint(
                Func(F("raw"), function="sha256"),
                name="parcel_quarantined_once",
                condition=Q(state="quarantined") & ~Q(raw=b""),
            )
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

    @classmethod
    def claim_new(cls, most: int) -> list[int]:
        """The ids of some mails that nobody has tried yet, for this worker alone until the lease ends, in the order in which
        they came."""
        moment = now()
        return sorted(pk for (pk,) in _CLAIM.fetch([moment + LEASE, moment, most]))

    @property
    def is_forgotten(self) -> bool:
        """Whether a mailbox that is read anew brings what was deleted here, byte for byte."""
        if not {"mailbox", "archive"} & self.meta.keys():
            return False
        digest = hashlib.sha256(self.raw).hexdigest()
        return Parcel.objects.exclude(forgotten="").filter(forgotten=digest).exists()

    def drop(self) -> None:
        """Nothing is to be made of it."""
        self.state, self.error, self.raw, self.meta = ParcelState.DISCARDED, "", b"", {}
        self.save(update_fields=["state", "error", "raw", "meta"])

    def finish(self, messages: list[Message]) -> None:
        """All of it stands on tickets now; a copy of what was redacted or erased there is not kept here."""
        self.state, self.error, self.message = ParcelState.DONE, "", messages[0] if messages else self.message
        changed = ["state", "error", "message"]
        if messages and messages[0].redacted_at:
            self.raw, self.meta = b"", {}
            changed += ["raw", "meta"]
        self.save(update_fields=changed)

    @transaction.atomic
    def hold(self, why: str, detail: str = "") -> None:
        """A rule keeps it in quarantine, whole, until somebody releases or deletes it."""
        waiting = Parcel.objects.waiting().filter(pk=self.pk, released_at=None)
        if _set_aside(waiting, held_for=Hold(why), error=detail[:2000]):
            emit("parcel.quarantined", self, reason=why)

    @transaction.atomic
    def release(self, by: Any) -> None:
        """Let through what a rule holds: no rule holds it again."""
        if self.begin_anew(released_at=now(), held_for="", error=""):
            emit("parcel.released", self, actor=by)
            self._enqueue()

    @transaction.atomic
    def wait(self, error: Exception) -> None:
        """What must be asked first does not answer: again later, however often that takes."""
        waiting = Parcel.objects.waiting().filter(pk=self.pk)
        tries = min(self.attempts, MOST_ATTEMPTS)
        waiting.update(
            error=str(error)[:2000], attempts=min(tries, 1), next_try_at=now() + backoff(tries + 1)
        )

    @transaction.atomic
    def give_way(self) -> None:
        """Something else has to come first, within seconds: that was no try."""
        mine = Parcel.objects.waiting().filter(pk=self.pk)
        if mine.update(attempts=F("attempts") - 1, next_try_at=now() + A_MOMENT):
            self._enqueue(A_MOMENT.total_seconds())

    @transaction.atomic
    def postpone(self, error: Exception, *, for_good: bool = False) -> None:
        """It failed: try again later, or set it aside when that is of no use or was tried often enough."""
        parcel = Parcel.objects.defer("raw").select_for_update().get(pk=self.pk)
        waiting = Parcel.objects.waiting().filter(pk=self.pk)
        words = "".join(traceback.format_exception_only(error))[:2000]
        facts = {"error": words, "next_try_at": now() + backoff(parcel.attempts)}
        if not (for_good or parcel.attempts >= MOST_ATTEMPTS):
            waiting.update(**facts)
        elif _set_aside(waiting, **facts):
            emit("parcel.quarantined", parcel, reason=type(error).__name__)

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
        if quarantined.update(state=ParcelState.DISCARDED, raw=b"", meta={}, error="", forgotten=DIGEST):
            emit("parcel.discarded", self, actor=by)

    def _enqueue(self, seconds: float = 0) -> None:
        from channels_inbox.tasks import unpack, unpack_some

        if self.kind == IN_HANDFULS and not seconds:
            enqueue_once(unpack_some)
        else:
            enqueue(unpack, self.pk, seconds=seconds)


def _set_aside(waiting: ParcelQuerySet, **facts: Any) -> bool:
    """Whether it lies in quarantine now. A copy of what lies there already, byte for byte, is let go: mailboxes are
    read again, and servers that hear no yes send again."""
    try:
        with transaction.atomic():
            return bool(waiting.update(state=ParcelState.QUARANTINED, **facts))
    except IntegrityError:
        waiting.update(state=ParcelState.DISCARDED, raw=b"")
        return False
