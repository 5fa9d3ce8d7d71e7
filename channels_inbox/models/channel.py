from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team, Workspace
from customers.models import Customer, IdentityKind
from customers.models.identity import key_of
from events.bus import emit
from events.prepared import Prepared
from events.rows import OftenWritten
from tickets.models import Ticket


class ChannelQuerySet(models.QuerySet["Channel"]):
    def active(self) -> ChannelQuerySet:
        return self.filter(is_active=True)

    def for_recipient(self, address: str) -> Channel | None:
        """The active mail channel that mail to `address` belongs to; what follows a plus sign is ours to use.
        In development every address of our own domain is good: whoever tries it out has no DNS."""
        try:
            local, _, domain = key_of(IdentityKind.EMAIL, address).rpartition("@")
        except ValueError:
            return None
        found = _mail_at.first(f"{local.partition('+')[0]}@{domain}")
        if found is None and settings.ENVIRONMENT == "development" and domain == settings.MAIL_DOMAIN:
            found = self.active().filter(kind="email").order_by("pk").first()
        return found

    def ours_among(self, addresses: Iterable[str]) -> set[str]:
        """Those of `addresses` that lead to us, whatever follows a plus sign in them, also by channels at rest."""
        plain: dict[str, list[str]] = {}
        for address in addresses:
            with suppress(ValueError):
                local, _at, domain = key_of(IdentityKind.EMAIL, address).rpartition("@")
                plain.setdefault(f"{local.partition('+')[0]}@{domain}", []).append(address)
        return {address for key in _ours.among(plain) for address in plain[key]}

    def is_one_of_us(self, address: str) -> bool:
        """Whether it is an agent's address, or leads to us."""
        return Agent.objects.of_address(address).exists() or bool(self.ours_among([address]))

    def mail_for(self, team: Team) -> Channel | None:
        """From where a team's mail goes that answers none: its own channel, else the first."""
        mail = self.active().filter(kind="email").order_by("pk")
        return mail.filter(team=team).first() or mail.first()


class Channel(models.Model):
    """One way to reach us, such as care@shop.example. Its adapter is `channels_inbox.adapters.<kind>`."""

    kind = models.SlugField(max_length=24)
    name = models.CharField(_("name"), max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, related_name="channels", verbose_name=_("team"))
    address = models.CharField(_("address"), max_length=320, blank=True, help_text="Lower case, for mail.")
    from_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    config = models.JSONField(default=dict, blank=True, help_text="What its adapter needs, without secrets.")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"], name="channel_address_once", condition=~models.Q(address="")
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sender_name(self) -> str:
        """As whom customers see us: the channel's own name, else the company's, else the team's."""
        return self.from_name or Workspace.current().sender_name or self.team.name

    @property
    def opens_forwards(self) -> bool:
        """Whether a customer's mail that an agent passes on opens the customer's ticket."""
        return bool(self.config.get("forwards"))

    @classmethod
    @transaction.atomic
    def connect(cls, by: Any, *, kind: str, name: str, team: Team, **facts: Any) -> Channel:
        """Begin to be reached that way."""
        channel = cls(kind=kind, name=name, team=team, **facts)
        channel._tidy()
        channel.save()
        emit("channel.changed", channel, actor=by, fields=["created"])
        return channel

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set plain facts: name, team, address, from_name, config, is_active."""
        unknown = facts.keys() - {"name", "team", "address", "from_name", "config", "is_active"}
        if unknown:
            raise TypeError(f"not a channel's plain fact: {sorted(unknown)}")
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        if changed:
            for name in changed:
                setattr(self, name, facts[name])
            self._tidy()
            self.save(update_fields=changed)
            emit("channel.changed", self, actor=by, fields=sorted(changed))

    def _tidy(self) -> None:
        """A mail address in its one spelling, by which the gateway finds it. ValueError when it is none."""
        if self.kind == "email":
            self.address = key_of(IdentityKind.EMAIL, self.address)


class Thread(OftenWritten):
    """The provider's own conversation; it outlives tickets and points at its current one."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="threads")
    key = models.CharField(
        max_length=320, help_text="The provider's name for it; for mail, the ticket it began with."
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="threads")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="threads")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="thread_key_once")]

    def __str__(self) -> str:
        return self.key


@Prepared
def _mail_at(address: str) -> ChannelQuerySet:
    return Channel.objects.active().filter(kind="email", address=address).order_by("pk")[:1]


@Prepared
def _ours(*addresses: str) -> models.QuerySet[Channel, str]:
    return Channel.objects.filter(kind="email", address__in=addresses).values_list("address", flat=True)
