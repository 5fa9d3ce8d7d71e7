from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agents.models import Team
from channels_inbox.models.channel import Channel
from channels_inbox.secrets import decrypt, encrypt
from events.bus import emit

PAGE, VISITOR = "", "visitor"
"""Which language the widget speaks: the page's, the visitor's browser's, or one that is named."""
ACCENT = "#2b5fd0"


class Side(models.TextChoices):
    """Where lines end or begin, in the words for pages of the reader's own direction."""

    END = "end", pgettext_lazy("where a line ends", "Right")
    START = "start", pgettext_lazy("where a line begins", "Left")


class Widget(models.Model):
    """What a website's chat looks like, where it may stand, and by which secret its users are known."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="widget")
    key = models.CharField(
        max_length=24,
        unique=True,
        default=partial(secrets.token_urlsafe, 12),
        editable=False,
        help_text="Public: it stands in the website's pages.",
    )
    secret = models.TextField(
        editable=False, help_text="Encrypted: by which a website vouches for its users."
    )
    origins = models.JSONField(
        _("websites"), default=list, help_text="Where it may stand: https://shop.example"
    )
    accent = models.CharField(
        _("colour"), max_length=7, default=ACCENT, validators=[RegexValidator(r"\A#[0-9a-fA-F]{6}\Z")]
    )
    side = models.CharField(_("side"), max_length=5, choices=Side, default=Side.END)
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        choices=[(PAGE, _("The page’s")), (VISITOR, _("The visitor’s")), *settings.LANGUAGES],
    )
    greeting = models.CharField(_("greeting"), max_length=200, blank=True)
    away = models.CharField(_("outside office hours"), max_length=300, blank=True)
    questions = models.JSONField(
        default=list, help_text="Asked before the first message: [{name, label, type, required}]."
    )
    idle_minutes = models.PositiveSmallIntegerField(_("minutes until a quiet chat ends"), default=60)

    def __str__(self) -> str:
        return f"widget of {self.channel_id}"

    @classmethod
    @transaction.atomic
    def connect(
        cls, by: Any, *, name: str, team: Team, from_name: str = "", is_active: bool = True, **facts: Any
    ) -> Widget:
        """Begin to be reached that way: the channel, and the key and secret for the website."""
        channel = Channel.connect(
            by, kind="widget", name=name, team=team, from_name=from_name, is_active=is_active
        )
        return cls.objects.create(channel=channel, secret=encrypt(secrets.token_urlsafe(32)), **facts)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set plain facts."""
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        if changed:
            for name in changed:
                setattr(self, name, facts[name])
            self.save(update_fields=changed)
            emit("channel.changed", self.channel, actor=by, fields=sorted(changed))

    @transaction.atomic
    def renew_secret(self, by: Any) -> None:
        """What was signed with the old one is good no more."""
        self.secret = encrypt(secrets.token_urlsafe(32))
        self.save(update_fields=["secret"])
        emit("channel.changed", self.channel, actor=by, fields=["secret"])

    @property
    def plain_secret(self) -> str:
        """For the website's own server. Raises Undecryptable."""
        return decrypt(self.secret)
