from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from channels_inbox.adapters.contract import LATER, Handover
from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.outlet import Outlet
from channels_inbox.models.recipient import DELAYED, NO_ADDRESS, Recipient, RecipientState
from channels_inbox.models.report import Report, Told
from channels_inbox.models.retried import Retried, RetriedQuerySet
from channels_inbox.models.silence import COMPLAINED, UNSUBSCRIBED, Silence
from events.bus import emit
from events.delivery import backoff
from events.queue import enqueue
from events.rows import OftenWritten
from tickets.models import Message

GIVE_UP = timedelta(days=3)
LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
QUIET: dict[str, str] = {Told.COMPLAINED: COMPLAINED, Told.UNSUBSCRIBED: UNSUBSCRIBED}


class Direction(models.TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")


class EnvelopeState(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class About(models.TextChoices):
    """Why an agent is told of a message."""

    WRITTEN = "written"
    ASSIGNED = "assigned"


class EnvelopeQuerySet(RetriedQuerySet["Envelope"]):
    def incoming(self) -> EnvelopeQuerySet:
        """What customers wrote, in contrast to agents' answers by mail."""
        return self.filter(direction=Direction.IN, agent=None)

    def outgoing(self) -> EnvelopeQuerySet:
        """What goes to customers."""
        return self.filter(direction=Direction.OUT, agent=None)

    def notifications(self) -> EnvelopeQuerySet:
        """What tells agents of a message."""
        return self.filter(direction=Direction.OUT, agent__isnull=False)

    def abandoned(self) -> EnvelopeQuerySet:
        """Claimed so long ago that their worker must have died over them."""
        return self.filter(state=EnvelopeState.SENDING, claimed_at__lt=now() - LEASE)


class Envelope(OftenWritten, Retried):
    """A message's outside: on which thread it travels, to whom, how far it came, and the provider's id for it."""

    WAITING = EnvelopeState.PENDING
    GIVEN_UP = EnvelopeState.FAILED

    message = models.ForeignKey(Message, models.CASCADE, related_name="envelopes")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="envelopes")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="envelopes")
    direction = models.CharField(max_length=3, choices=Direction)
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="One of us who is told of the message, or who sent it, by mail.",
    )
    about = models.CharField(max_length=8, choices=About, blank=True)
    address = models.CharField(max_length=320, blank=True, help_text="The other side's.")
    provider_id = models.CharField(max_length=998, blank=True, help_text="For mail: the Message-ID.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content below its trace.")
    state = models.CharField(max_length=8, choices=EnvelopeState, default=EnvelopeState.PENDING)
    claimed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True, help_text="When it was last begun, for the channel's pace.")
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
                fields=["message", "address"],
                name="envelope_out_once",
                condition=Q(direction="out", agent=None),
            ),
            models.UniqueConstraint(
                fields=["message", "agent", "about"],
                name="envelope_agent_once",
                condition=Q(direction="out", agent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="envelope_pending", condition=Q(state="pending")),
            models.Index(fields=["claimed_at"], name="envelope_sending", condition=Q(state="sending")),
            models.Index(fields=["provider_id"], name="envelope_provider_id", condition=Q(direction="out")),
            models.Index(
                fields=["agent", "-created_at"], name="envelope_agent", condition=Q(agent__isnull=False)
            ),
            models.Index(
                fields=["channel", "-tried_at"], name="envelope_pace", condition=Q(tried_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.state} of message {self.message_id}"

    @staticmethod
    def id_of_erased(provider_id: str) -> str:
        """What stands for the id of an erased customer's: as unique, and it tells nothing of his program or name."""
        return f"erased {hashlib.sha256(provider_id.encode()).hexdigest()}"

    # Outgoing: pending → sending → done, or back to pending until it is done or failed -------------------

    @classmethod
    def arrived(cls, **facts: Any) -> Envelope:
        """One that is there as soon as it is written. Under the ticket's lock."""
        moment = now()
        envelope = cls.objects.create(**facts, state=EnvelopeState.DONE, done_at=moment)
        sent = {"state": RecipientState.SENT, "settled_at": moment}
        Recipient.objects.create(envelope=envelope, address=envelope.address, **sent)
        envelope.message.arrive()
        return envelope

    def enqueue(self, seconds: float = 0) -> None:
        """After commit, ask for it to be sent."""
        from channels_inbox.tasks import send

        enqueue(send, self.pk, seconds=seconds)

    @classmethod
    @transaction.atomic
    def claim(cls, envelope_id: int) -> Envelope | None:
        """The envelope, for this worker alone to send within the lease; None when it is another's, not due, or
        its channel has sent enough for this minute."""
        moment = now()
        due = cls.objects.waiting().filter(pk=envelope_id, next_try_at__lte=moment)
        envelope = due.select_related("channel__outlet").first()
        if envelope is None:
            return None
        if free_at := Outlet.of(envelope.channel).full_until(moment):
            due.update(next_try_at=free_at)
            envelope.enqueue((free_at - moment).total_seconds())
            return None
        facts = {"claimed_at": moment, "tried_at": moment}
        if not cls.objects.begin(envelope_id, state=EnvelopeState.SENDING, **facts):
            return None
        related = (
            "message__ticket__customer",
            "message__ticket__team",
            "message__agent",
            "agent",
            "channel__outlet",
            "thread",
        )
        return cls.objects.select_related(*related).get(pk=envelope_id)

    @transaction.atomic
    def arrive(self, handover: Handover) -> None:
        """The next server took it, for all who wait or for some of them."""
        if not self._is_ours():
            return
        for recipient in self.recipients.waiting():
            error = handover.refused.get(recipient.address)
            if error is None:
                recipient.accept(handover.remote_ids.get(recipient.address, ""))
            else:
                recipient.refuse(error)
                self.error = error.detail[:500]
        self.provider_id = handover.provider_id or self.provider_id
        self._conclude(LATER)

    @transaction.atomic
    def postpone(self, reason: str, detail: str, after: float = 0) -> None:
        """It did not go now: again later, not before `after` seconds, for three days, then it counts as failed."""
        if self._is_ours():
            self.error = detail[:500]
            self._conclude(reason, min(timedelta(seconds=after), LONGEST_WAIT))

    @transaction.atomic
    def fail(self, reason: str, detail: str) -> None:
        """It will not arrive with any who still wait; agents see `reason` on the message."""
        if self._is_ours():
            self.error = detail[:500]
            self._give_up(reason)
            self._conclude(reason)

    @transaction.atomic
    def bounce(self, address: str, reason: str, detail: str = "") -> bool:
        """Someone further on could not deliver it to that address after all. Whether that is news."""
        self.message.ticket.lock()
        found = self.recipients.filter(address__iexact=address).exclude(state=RecipientState.FAILED)
        for recipient in found:
            recipient.fail(reason, detail)
        if found:
            Envelope.objects.filter(pk=self.pk, state=EnvelopeState.DONE).update(state=EnvelopeState.FAILED)
            self.state = EnvelopeState.FAILED
            self._tell()
        return bool(found)

    @transaction.atomic
    def hear(self, report: Report) -> None:
        """What its provider told of one of its recipients. What failed does not arrive any more."""
        ticket = self.message.ticket
        ticket.lock()
        recipient = self.recipients.get(pk=report.recipient_id)
        if report.told == Told.FAILED:
            self.bounce(recipient.address, report.reason, report.detail)
        elif report.told in QUIET:
            silence = Silence.begin(recipient.address, QUIET[report.told])
            if self.agent_id is None:
                self.message.warn(report.told)
            if self.agent_id is None and silence:
                ticket.changed("ticket.address_silenced", None, silence=silence.pk, because=report.told)
        elif recipient.state != RecipientState.FAILED:
            recipient.confirm() if report.told == Told.DELIVERED else recipient.delay(report.detail)
            self._tell()

    def retry(self) -> None:
        """A fresh start for those to whom it failed, under the same id; needs the ticket's lock."""
        failed = self.recipients.failed().exclude(reason=NO_ADDRESS)
        again = failed.update(state=RecipientState.WAITING, reason="", detail="", settled_at=None)
        if self.begin_anew(created_at=now()) or again:
            self.enqueue()

    def seal(self, recipients: list[Recipient]) -> None:
        """Written and addressed to `recipients`: on its way, or failed at once where no address is one. Needs the
        ticket's lock."""
        waiting = [one for one in recipients if one.is_waiting]
        if waiting:
            self.enqueue()
        else:
            Envelope.objects.filter(pk=self.pk).update(state=EnvelopeState.FAILED)
        if len(waiting) < len(recipients):
            self._tell()

    def _is_ours(self) -> bool:
        """Whether the claim still stands, and then until the transaction ends; not when it ran out and another
        worker has taken the envelope over. The ticket is locked first, as everywhere."""
        self.message.ticket.lock()
        ours = Envelope.objects.filter(pk=self.pk, state=EnvelopeState.SENDING, claimed_at=self.claimed_at)
        return bool(ours.select_for_update().values_list("pk", flat=True))

    def _conclude(self, reason: str, wait: timedelta = timedelta(0)) -> None:
        """End our claim: again later while somebody waits, for three days; else it is over."""
        if now() - self.created_at > GIVE_UP:
            self._give_up(reason)
        if self.recipients.waiting().exists():
            self.state = EnvelopeState.PENDING
            self.next_try_at = now() + max(backoff(self.attempts + 2), wait)
        else:
            failed = self.recipients.failed().exists()
            self.state, self.done_at = EnvelopeState.FAILED if failed else EnvelopeState.DONE, now()
            self.error = self.error if failed else ""
        self.claimed_at = None
        self.save(update_fields=["state", "claimed_at", "next_try_at", "done_at", "error", "provider_id"])
        self._tell()

    def _give_up(self, reason: str) -> None:
        for recipient in self.recipients.waiting():
            recipient.fail(reason, recipient.detail or self.error)

    def _tell(self) -> None:
        """The message says how it goes: failed as soon as it failed to one, sent when it went to all."""
        if self.agent_id is not None:
            if self.state == EnvelopeState.FAILED:
                emit("agent.mail_failed", self.agent, envelope=self.pk)
            return
        failed = dict(self.recipients.failed().values_list("address", "reason"))
        if failed:
            self.message.mark_failed(next(iter(failed.values())), undelivered=failed)
        elif not self.recipients.waiting().exists():
            self.message.mark_sent()
            if not self.recipients.exclude(state=RecipientState.DELIVERED).exists():
                self.message.mark_delivered()
            elif self.recipients.filter(state=RecipientState.SENT, reason=DELAYED).exists():
                self.message.mark_delayed(DELAYED)
