from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from channels_inbox.models.channel import Channel
from channels_inbox.models.consent import Provider
from channels_inbox.secrets import encrypt
from events.bus import emit

MINUTE = timedelta(minutes=1)


class Way(models.TextChoices):
    DESK = "desk", _("The desk's own mail server")
    SMTP = "smtp", _("A mail server of its own")
    GOOGLE = Provider.GOOGLE.value, Provider.GOOGLE.label
    MICROSOFT = Provider.MICROSOFT.value, Provider.MICROSOFT.label
    SES = "ses", "Amazon SES"
    MAILGUN = "mailgun", "Mailgun"
    POSTMARK = "postmark", "Postmark"
    SENDGRID = "sendgrid", "SendGrid"


BY_API = frozenset({Way.SES, Way.MAILGUN, Way.POSTMARK, Way.SENDGRID})


class Security(models.TextChoices):
    STARTTLS = "starttls", _("STARTTLS (port 587)")
    TLS = "tls", _("TLS (port 465)")
    NONE = "none", _("None: passwords and mail travel readable")


class Outlet(models.Model):
    """How a channel's mail leaves: by which server or provider, how fast, and what is added to it."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="outlet")
    way = models.CharField(_("sent by"), max_length=9, choices=Way, default=Way.DESK)
    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), null=True, blank=True)
    security = models.CharField(_("encryption"), max_length=8, choices=Security, default=Security.STARTTLS)
    user = models.CharField(_("user name"), max_length=320, blank=True)
    region = models.CharField(
        max_length=32, blank=True, help_text="SES and Mailgun: where its servers stand."
    )
    domain = models.CharField(max_length=253, blank=True, help_text="Mailgun: the one that it sends for.")
    secret = models.TextField(blank=True, editable=False, help_text="Encrypted: the password or API key.")
    hook_secret = models.TextField(
        blank=True, editable=False, help_text="Encrypted: by which a provider's reports are known as his."
    )
    hook_token = models.CharField(
        max_length=48, unique=True, default=partial(secrets.token_urlsafe, 24), editable=False
    )
    reported_at = models.DateTimeField(null=True, editable=False, help_text="When the last report came.")
    per_minute = models.PositiveIntegerField(_("mails a minute at most"), null=True, blank=True)
    quotes = models.BooleanField(_("quote what the customer wrote below each answer"), default=True)
    marks_subjects = models.BooleanField(_("put the ticket's mark into subjects"), default=False)
    trusts_subjects = models.BooleanField(_("let the mark in a subject lead to its ticket"), default=True)
    acknowledges = models.BooleanField(_("confirm new requests by mail"), default=True)

    def __str__(self) -> str:
        return f"{self.way} of {self.channel_id}"

    @classmethod
    def of(cls, channel: Channel) -> Outlet:
        """The channel's; unsaved where it has none, and then nothing is confirmed: no mailbox begins to write by
        itself because the desk was updated."""
        return getattr(channel, "outlet", None) or cls(channel=channel, acknowledges=False)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set plain facts, and `secret` or `hook_secret`, given readable and kept encrypted."""
        for name in ("secret", "hook_secret"):
            if name in facts:
                facts[name] = encrypt(facts[name])
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, facts[name])
        self.save()
        if changed:
            emit("channel.changed", self.channel, actor=by, fields=sorted(changed))

    @property
    def by_api(self) -> bool:
        """Whether a provider sends its mail, and reports how it went on."""
        return self.way in BY_API

    def full_until(self, moment: datetime) -> datetime | None:
        """When the next mail may begin, if as many as allowed began within the last minute. Inside a transaction:
        until its end nobody else on this channel asks."""
        if not self.per_minute:
            return None
        Outlet.objects.select_for_update().get(pk=self.pk)
        begun = self.channel.envelopes.filter(tried_at__gt=moment - MINUTE).order_by("-tried_at")
        oldest = list(begun.values_list("tried_at", flat=True)[self.per_minute - 1 : self.per_minute])
        return oldest[0] + MINUTE if oldest and oldest[0] else None
