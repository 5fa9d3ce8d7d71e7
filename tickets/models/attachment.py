from __future__ import annotations

import hashlib
import secrets
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.timezone import now

from agents.models import Agent
from tickets.models.redactable import RedactableFile

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
    @transaction.atomic(savepoint=False)
    def of(cls, data: bytes) -> Blob:
        """The blob of that content, stored when new; nobody removes it before the caller's transaction has ended."""
        digest = hashlib.sha256(data).hexdigest()
        _reserve(digest)
        blob = Blob.objects.bulk_create(
            [Blob(sha256=digest, size=len(data))],
            update_conflicts=True,
            unique_fields=["sha256"],
            update_fields=["used_at", "size"],
        )[0]
        blob._store(data)
        return blob

    def _store(self, data: bytes) -> None:
        """Unless it lies there already: whole, since a worker may have died while it wrote."""
        if default_storage.exists(self.path):
            if default_storage.size(self.path) == len(data):
                return
            default_storage.delete(self.path)
        default_storage.save(self.path, ContentFile(data))

    def open(self):
        """The content, as a readable binary file."""
        return default_storage.open(self.path)

    @classmethod
    @transaction.atomic
    def remove_unused(cls, sha256: str) -> bool:
        """Delete the content, if nothing carries it: the row now and the file after commit. Whether it was deleted."""
        _reserve(sha256)
        blob = cls.objects.filter(sha256=sha256, attachments=None).first()
        if blob is None:
            return False
        blob.delete()
        transaction.on_commit(cls(sha256=sha256).remove_file)
        return True

    @transaction.atomic
    def remove_file(self) -> None:
        """Delete the file, unless it belongs to a row, as when the same content was stored anew."""
        _reserve(self.sha256)
        if not Blob.objects.filter(sha256=self.sha256).exists():
            default_storage.delete(self.path)


def _reserve(sha256: str) -> None:
    """Until the transaction ends, nobody else stores or removes this content: neither its row nor its file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


class Attachment(RedactableFile, models.Model):
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
