"""Taking words and files back for good: what remains is that something was there, and who removed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils.timezone import now

from tickets.models.states import Delivery

if TYPE_CHECKING:
    from tickets.models.attachment import Attachment
    from tickets.models.message import Message
    from tickets.models.ticket import Ticket


class Redactable(models.Model):
    """A message whose words can be removed."""

    redacted_at = models.DateTimeField(null=True)

    ticket: models.ForeignKey[Ticket, Ticket]

    class Meta:
        abstract = True

    @transaction.atomic
    def redact(self, by: Any) -> None:
        """Remove its words and files, and the ticket's drafts, which may repeat them. The border removes the bytes it
        came in `@within` the event; what is held or waiting there does not leave any more."""
        ticket = self.ticket
        ticket.lock()
        message = ticket.messages.filter(pk=self.pk, redacted_at=None)
        if message.exists():
            forget_words(message)
            ticket.forget_drafts()
            ticket.preview = ticket.latest_words()
            ticket.changed("message.redacted", by, "preview", message=self.pk)
        self.refresh_from_db()


class RedactableFile(models.Model):
    """An attachment whose content can be removed."""

    message: models.ForeignKey[Message | None, Message | None]
    message_id: int | None

    class Meta:
        abstract = True

    @transaction.atomic
    def redact(self, by: Any) -> None:
        """Remove its content and name. The border removes the bytes that its message came in `@within` the event."""
        from tickets.models.attachment import Attachment

        assert self.message is not None, "a draft's file is deleted instead"
        ticket = self.message.ticket
        ticket.lock()
        if forget_files(Attachment.objects.filter(pk=self.pk, blob__isnull=False)):
            ticket.changed("file.redacted", by, message=self.message_id)
        self.refresh_from_db()


def forget_words(messages: QuerySet[Message]) -> None:
    """Empty these messages and their files. Under the lock of their tickets."""
    from tickets.models.attachment import Attachment

    forget_files(Attachment.objects.filter(message__in=messages))
    messages.update(
        **dict.fromkeys(["text", "html", "quoted", "search_text", "delivery_error", "answer_to"], ""),
        **{name: [] for name in ("to", "cc", "others", "choices", "earlier")},
        undelivered={},
        redacted_at=now(),
        delivery=Case(When(delivery=Delivery.HELD, then=Value(Delivery.WITHDRAWN)), default="delivery"),
        send_at=None,
    )


def forget_files(attachments: QuerySet[Attachment]) -> int:
    """Empty these attachments, and delete the contents that nothing else carries. Returns how many there were."""
    from tickets.models.attachment import Attachment, Blob

    carried = dict(attachments.values_list("pk", "blob__sha256"))
    Attachment.objects.filter(pk__in=carried).update(blob=None, name="", content_id="")
    for sha256 in sorted({digest for digest in carried.values() if digest}):
        Blob.remove_unused(sha256)
    return len(carried)
