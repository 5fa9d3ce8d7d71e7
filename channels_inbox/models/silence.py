from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from channels_inbox.models.recipient import Recipient, RecipientState
from events.bus import emit
from events.prepared import Prepared

MOST_FAILURES = 3
REMEMBERED = timedelta(days=90)
SILENT = gettext_noop(
    "Held back: mail to this address failed again and again. An administrator can allow it again."
)
COMPLAINED = gettext_noop("Its owner reported our mail as spam.")
UNSUBSCRIBED = gettext_noop("Its owner unsubscribed at the mail provider.")
HELD = {
    "": SILENT,
    COMPLAINED: gettext_noop(
        "Held back: this address reported our mail as spam. An administrator can allow it again."
    ),
    UNSUBSCRIBED: gettext_noop(
        "Held back: this address unsubscribed from our mail. An administrator can allow it again."
    ),
}
"""Why a mail was held back, by the reason of the silence."""


class SilenceQuerySet(models.QuerySet["Silence"]):
    def standing(self) -> SilenceQuerySet:
        return self.filter(lifted_at=None)

    def among(self, addresses: Iterable[str]) -> dict[str, str]:
        """Those of `addresses` that nothing is sent to, and why, in plain words."""
        by_key = {address.lower(): address for address in addresses}
        return {by_key[key]: HELD.get(reason, SILENT) for key, reason in _standing.among(by_key)}


class Silence(models.Model):
    """An address that mail to failed for good again and again, or whose owner wants none: nothing is sent to it until
    an administrator says so. Servers that are asked for mailboxes that do not exist take us for spammers."""

    address = models.CharField(max_length=320, unique=True, help_text="In lower case.")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField(default=now)
    lifted_at = models.DateTimeField(null=True)

    objects = SilenceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address

    @classmethod
    @transaction.atomic
    def consider(cls, address: str, reason: str) -> Silence | None:
        """Silence the address if `reason` kept that many messages from it lately. The silence, if it is news."""
        key = address.lower()
        known = cls.objects.select_for_update().filter(address=key).first()
        if known and known.lifted_at is None:
            return None
        failed = Recipient.objects.at(address).filter(reason=reason, state=RecipientState.FAILED)
        failed = failed.filter(settled_at__gt=now() - REMEMBERED)
        if known and known.lifted_at:
            failed = failed.filter(settled_at__gt=known.lifted_at)
        if failed.values("envelope__message").distinct().count() < MOST_FAILURES:
            return None
        return cls.begin(address, reason)

    @classmethod
    @transaction.atomic
    def begin(cls, address: str, reason: str) -> Silence | None:
        """Send nothing more to the address. The silence, if it is news."""
        key = address.lower()
        if cls.objects.standing().select_for_update().filter(address=key).exists():
            return None
        facts = {"reason": reason, "since": now(), "lifted_at": None}
        silence, _made = cls.objects.update_or_create(address=key, defaults=facts)
        emit("address.silenced", silence)
        return silence

    @transaction.atomic
    def lift(self, by: Any) -> None:
        """Mail goes to it again."""
        if Silence.objects.standing().filter(pk=self.pk).update(lifted_at=now()):
            emit("address.unsilenced", self, actor=by)


@Prepared
def _standing(*addresses: str) -> models.QuerySet[Silence, tuple[str, str]]:
    return Silence.objects.standing().filter(address__in=addresses).values_list("address", "reason")
