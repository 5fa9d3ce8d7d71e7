from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from email.utils import parseaddr

from django.db import models
from django.db.models.functions import Upper
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from channels_inbox.adapters.contract import DeliveryError
from customers.models import IdentityKind
from customers.models.identity import key_of
from events.rows import OftenWritten

NO_ADDRESS = gettext_noop("This is no address that anything could be sent to.")
DELAYED = gettext_noop("The customer's mail server asked to wait. It is tried again.")

_SPECIAL = re.compile(r"[\s@<>,;:\"()\[\]\\]")


class RecipientState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def waiting(self) -> RecipientQuerySet:
        return self.filter(state=RecipientState.WAITING).order_by("pk")

    def at(self, address: str) -> RecipientQuerySet:
        """Whatever went to the address, however its letters are written."""
        return self.alias(key=Upper("address")).filter(key=address.upper())

    def failed(self) -> RecipientQuerySet:
        return self.filter(state=RecipientState.FAILED).order_by("pk")


class Recipient(OftenWritten):
    """One of those to whom an envelope goes. Each arrives, waits or fails for himself."""

    envelope = models.ForeignKey(
        "channels_inbox.Envelope", models.CASCADE, db_index=False, related_name="recipients"
    )
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=9, choices=RecipientState, default=RecipientState.WAITING)
    reason = models.CharField(max_length=200, blank=True, help_text="For agents, in plain words.")
    detail = models.CharField(max_length=500, blank=True, help_text="What the other side said.")
    remote_id = models.CharField(
        max_length=255, blank=True, help_text="Under which a provider tells of it later."
    )
    settled_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["envelope", "address"], name="recipient_once")]
        indexes = [
            models.Index(Upper("address"), "settled_at", name="recipient_address"),
            models.Index(fields=["remote_id"], name="recipient_remote_id", condition=~models.Q(remote_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.state} in envelope {self.envelope_id}"

    @classmethod
    def write(
        cls, envelope_id: int, written: Iterable[str], is_address: Callable[[str], bool]
    ) -> list[Recipient]:
        """On the envelope, each address once; what is no address has failed from the beginning."""
        addresses = dict.fromkeys(one if is_address(one) else bare(one) for one in written)
        return Recipient.objects.bulk_create(
            Recipient(
                envelope_id=envelope_id,
                address=address[:320],
                **({} if is_address(address) else {"state": RecipientState.FAILED, "reason": NO_ADDRESS}),
            )
            for address in addresses
        )

    @property
    def is_waiting(self) -> bool:
        return self.state == RecipientState.WAITING

    def accept(self, remote_id: str = "") -> None:
        """The next server took it for him."""
        self._become(RecipientState.SENT, remote_id=remote_id or self.remote_id)

    def refuse(self, error: DeliveryError) -> None:
        """The next server did not: for good, or for now."""
        if error.permanent:
            self.fail(error.reason, error.detail)
        else:
            self.detail = error.detail[:500]
            self.save(update_fields=["detail"])

    def fail(self, reason: str, detail: str = "") -> None:
        self._become(RecipientState.FAILED, reason=str(reason)[:200], detail=detail[:500])

    def confirm(self) -> None:
        """His own server has it, says the provider."""
        self._become(RecipientState.DELIVERED)

    def delay(self, detail: str = "") -> None:
        """His own server has put the provider off, who goes on trying."""
        self.reason, self.detail = DELAYED, detail[:500]
        self.save(update_fields=["reason", "detail"])

    def _become(self, state: RecipientState, reason: str = "", detail: str = "", **fields: str) -> None:
        fields |= {"reason": reason, "detail": detail}
        for name, value in fields.items():
            setattr(self, name, value)
        self.state, self.settled_at = state, now()
        self.save(update_fields=["state", "settled_at", *fields])


def bare(written: str) -> str:
    """`Dora <dora@shop.example>` without the name; what cannot be read stays as it is."""
    return (written.isprintable() and parseaddr(written)[1]) or written


def is_sendable(address: str) -> bool:
    """Whether it can be named to a mail server: nothing in it ends a line or begins another address."""
    local = address.rpartition("@")[0]
    try:
        return bool(key_of(IdentityKind.EMAIL, address)) and not _SPECIAL.search(local)
    except ValueError:
        return False
