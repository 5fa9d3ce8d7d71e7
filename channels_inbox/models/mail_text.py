from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction

from channels_inbox.models.channel import Channel
from events.bus import emit


class MailText(models.Model):
    """The words of an automatic mail in one language, where a channel has its own instead of ours."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="texts")
    purpose = models.SlugField(max_length=24)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "purpose", "language"], name="mail_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} in {self.language}"

    @classmethod
    @transaction.atomic
    def write(cls, by: Any, channel: Channel, purpose: str, language: str, body: str) -> None:
        """The channel's own words from now on; ours again where `body` is empty."""
        place: dict[str, Any] = {"channel": channel, "purpose": purpose, "language": language}
        if body:
            cls.objects.update_or_create(**place, defaults={"body": body})
        else:
            cls.objects.filter(**place).delete()
        emit("channel.changed", channel, actor=by, fields=[f"{purpose} in {language}"])
