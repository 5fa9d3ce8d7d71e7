from __future__ import annotations

import hashlib
import secrets
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now

from agents.models import Agent

# Shown in the page; everything else is downloaded, whatever it calls itself.
INLINE_TYPES = frozenset(
    [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "video/mp4",
        "video/webm",
    ]
)


class Blob(models.Model):
    """Content, once, however many messages carry it. The file's name is its SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    used_at = models.DateTimeField(
        default=now, help_text="When somebody last asked for this content to be kept."
    )

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        return f"blobs/{self.sha256[:2]}/{self.sha256}"

    @classmethod
    @transaction.atomic
    def of(cls, data: bytes) -> Blob:
        """The blob of that content, stored when new; locked until the caller's transaction has attached it."""
        digest = hashlib.sha256(data).hexdigest()
        cls.objects.bulk_create([cls(sha256=digest, size=len(data))], ignore_conflicts=True)
        blob = cls.objects.select_for_update().get(sha256=digest)
        blob.used_at = now()
        blob.save(update_fields=["used_at"])
        if not default_storage.exists(blob.path):
            default_storage.save(blob.path, ContentFile(data))
        return blob

    def open(self):
        """The content, as a readable binary file."""
        return default_storage.open(self.path)

    def remove(self) -> None:
        """Delete the row now and the file after commit."""
        self.delete()
        transaction.on_commit(partial(default_storage.delete, self.path))


class Attachment(models.Model):
    """A file on a message (or on a draft, before it is sent), under a random token."""

    message = models.ForeignKey("tickets.Message", models.CASCADE, null=True, related_name="attachments")
    draft = models.ForeignKey("tickets.Draft", models.SET_NULL, null=True, related_name="attachments")
    uploaded_by = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    blob = models.ForeignKey(
        Blob, models.PROTECT, null=True, related_name="attachments", help_text="None: redacted."
    )
    token = models.CharField(
        max_length=32, unique=True, default=partial(secrets.token_urlsafe, 16), editable=False
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127, default="application/octet-stream")
    content_id = models.CharField(
        max_length=255, blank=True, help_text="By which the HTML body names an inline image."
    )
    inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["created_at"], name="attachment_loose", condition=Q(message=None))]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_inline(self) -> bool:
        return self.content_type in INLINE_TYPES

    @property
    def is_image(self) -> bool:
        return self.shown_inline and self.content_type.startswith("image/")
