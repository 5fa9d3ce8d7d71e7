from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from customers.models import IdentityKind
from customers.models.identity import key_of
from events.bus import emit
from events.prepared import Prepared


class Verdict(models.TextChoices):
    BLOCK = "block", _("Blocked")
    ALLOW = "allow", _("Allowed")


class SenderQuerySet(models.QuerySet["Sender"]):
    def verdict_on(self, kind: str, address: str) -> str:
        """What is said of that address, or nothing: blocked or allowed. It outweighs what is said of its domain."""
        if kind != IdentityKind.EMAIL:
            return ""
        try:
            key = key_of(kind, address)
        except ValueError:
            return ""
        domain = key.rpartition("@")[2]
        said = dict(_said(key, domain))
        return said.get(key) or said.get(domain) or ""


class Sender(models.Model):
    """An address, or a whole domain, whose mail is always held or never."""

    pattern = models.CharField(
        max_length=320, unique=True, help_text="An address or a domain, in its one spelling."
    )
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.BLOCK)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+", help_text="Who said so.")
    created_at = models.DateTimeField(default=now)

    objects = SenderQuerySet.as_manager()

    class Meta:
        ordering = ("pattern",)

    def __str__(self) -> str:
        return self.pattern

    @classmethod
    @transaction.atomic
    def judge(cls, written: str, verdict: str, by: Any) -> Sender:
        """Block or allow what was written: an address or a domain. ValueError when it is neither."""
        defaults = {"verdict": Verdict(verdict), "agent": by}
        sender, _made = cls.objects.update_or_create(pattern=pattern_of(written), defaults=defaults)
        emit("sender.judged", sender, actor=by, verdict=sender.verdict)
        return sender

    @transaction.atomic
    def forget(self, by: Any) -> None:
        """Neither blocked nor allowed any more."""
        emit("sender.forgotten", self, actor=by)
        self.delete()


def pattern_of(written: str) -> str:
    """The one spelling of an address, or of a domain written with or without its @. ValueError when it is neither."""
    written = written.strip().lstrip("@")
    if "@" in written:
        return key_of(IdentityKind.EMAIL, written)
    domain = key_of(IdentityKind.EMAIL, f"anyone@{written}").rpartition("@")[2]
    if "." not in domain:
        raise ValueError(_("That is not an address or a domain."))
    return domain


@Prepared
def _said(key: str, domain: str) -> models.QuerySet[Sender, tuple[str, str]]:
    return Sender.objects.filter(pattern__in=[key, domain]).values_list("pattern", "verdict")
