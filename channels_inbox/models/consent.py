from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.timezone import now

from channels_inbox.models.channel import Channel
from channels_inbox.secrets import decrypt, encrypt
from events.bus import emit


class Provider(models.TextChoices):
    """Who lets us into mailboxes by OAuth 2 (RFC 6749) instead of a password."""

    GOOGLE = "google", "Google"
    MICROSOFT = "microsoft", "Microsoft 365"


class Registration(models.Model):
    """The company's own app at a provider, by which he knows this desk."""

    provider = models.CharField(max_length=9, choices=Provider, unique=True)
    client_id = models.CharField(max_length=255)
    tenant = models.CharField(max_length=120, blank=True, help_text="Microsoft: whose accounts it is for.")
    secret = models.TextField(editable=False, help_text="Encrypted.")

    def __str__(self) -> str:
        return f"app at {self.provider}"

    @transaction.atomic
    def change(self, by: Any, *, secret: str = "", **facts: str) -> None:
        """Set plain facts, and the secret when given, readable; it is kept encrypted."""
        if unknown := facts.keys() - {"client_id", "tenant"}:
            raise TypeError(f"not a registration's plain fact: {sorted(unknown)}")
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, facts[name])
        if secret:
            self.secret = encrypt(secret)
            changed.append("secret")
        if changed:
            self.save()
            emit("registration.changed", self, actor=by, fields=sorted(changed))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave us: an access token until `expires_at` (seconds since 1970), and one to ask for the next."""

    access: str
    refresh: str
    expires_at: float

    def is_good_for(self, seconds: float) -> bool:
        return self.expires_at - now().timestamp() > seconds


class Consent(models.Model):
    """The permission to read and send a channel's mail as `user`, given by whoever owns that mailbox."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="consent")
    provider = models.CharField(max_length=9, choices=Provider)
    user = models.CharField(max_length=320)
    secret = models.TextField(editable=False, help_text="Encrypted JSON: the tokens.")
    given_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, help_text="When the provider said that it holds no more.")

    def __str__(self) -> str:
        return f"consent of {self.provider} for channel {self.channel_id}"

    @classmethod
    @transaction.atomic
    def give(cls, channel: Channel, provider: str, user: str, tokens: Tokens, by: Any) -> Consent:
        """It was given, for the first time or again; whoever looks after the mailbox begins anew with it."""
        channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
        facts = {"provider": provider, "user": user, "given_at": now(), "ended_at": None}
        consent, _created = cls.objects.update_or_create(
            channel=channel, defaults=facts | {"secret": _sealed(tokens)}
        )
        emit("channel.changed", channel, actor=by, fields=["consent"])
        mailbox = getattr(channel, "mailbox", None)
        if mailbox is not None and mailbox.sign_in == provider:
            mailbox.change(by, credentials={}, user=user)
        return consent

    @transaction.atomic
    def withdraw(self, by: Any) -> None:
        """We give it back: the tokens go."""
        emit("channel.changed", self.channel, actor=by, fields=["consent.removed"])
        self.delete()

    @property
    def tokens(self) -> Tokens:
        """Raises secrets.Undecryptable."""
        return Tokens(**json.loads(decrypt(self.secret)))

    def keep(self, tokens: Tokens) -> None:
        """Those that follow the ones that ran out."""
        self.secret = _sealed(tokens)
        self.save(update_fields=["secret"])

    @transaction.atomic
    def end(self, moment: datetime | None = None) -> None:
        """The provider takes the tokens no more: only who owns the mailbox can give it again."""
        if Consent.objects.filter(pk=self.pk, ended_at=None).update(ended_at=moment or now()):
            emit("channel.changed", self.channel, actor=None, fields=["consent.ended"])


def _sealed(tokens: Tokens) -> str:
    return encrypt(json.dumps(asdict(tokens)))
