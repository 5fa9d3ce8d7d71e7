from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Team
from customers.models import Customer
from tickets.models import Ticket


class ChannelQuerySet(models.QuerySet["Channel"]):
    def active(self) -> ChannelQuerySet:
        return self.filter(is_active=True)


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


class Thread(models.Model):
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
