from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog
from celery import shared_task
from django.core.files.storage import default_storage
from django.utils.timezone import now

from tickets.models import Attachment, Blob, Delivery, Message, Status, Ticket
from tickets.models.statusful import CLOSE_AFTER

log = structlog.get_logger(__name__)

UNUSED = timedelta(hours=24)


@shared_task
def release(message_id: int) -> None:
    Message.objects.select_related("ticket").get(pk=message_id).release()


@shared_task
def release_due(limit: int = 500) -> None:
    """Held replies whose own task was lost."""
    held = Message.objects.select_related("ticket").filter(delivery=Delivery.HELD, send_at__lte=now())
    _each(held.order_by("send_at")[:limit], Message.release)


@shared_task
def wake_due(limit: int = 500) -> None:
    due = Ticket.objects.filter(snoozed_until__lte=now())
    _each(due.order_by("snoozed_until")[:limit], Ticket.wake_if_due)


@shared_task
def close_due(limit: int = 1000) -> None:
    """Solved tickets that stayed quiet are closed."""
    quiet = Ticket.objects.filter(status=Status.SOLVED, solved_at__lt=now() - CLOSE_AFTER)
    _each(quiet.order_by("solved_at")[:limit], Ticket.close_if_quiet)


@shared_task
def sweep_blobs(limit: int = 1000) -> None:
    """Delete uploads that were never sent, and contents that nothing carries, after a day."""
    Attachment.objects.filter(message=None, draft=None, created_at__lt=now() - UNUSED).delete()
    unused = Blob.objects.filter(used_at__lt=now() - UNUSED, attachments=None)
    _each(unused.values_list("sha256", flat=True)[:limit], Blob.remove_unused)


@shared_task
def sweep_files() -> None:
    """Delete files that a transaction stored and then took back: one sixteenth of all at a time, after a day."""
    sixteenth = f"{now().hour % 16:x}"
    folders = default_storage.listdir("blobs")[0] if default_storage.exists("blobs") else []
    for folder in (name for name in folders if name.startswith(sixteenth)):
        _each(default_storage.listdir(f"blobs/{folder}")[1], _remove_orphan)


def _remove_orphan(sha256: str) -> None:
    blob = Blob(sha256=sha256)
    if default_storage.get_modified_time(blob.path) < now() - UNUSED:
        blob.remove_file()


def _each(things: Iterable, act: Callable) -> None:
    """One that fails must not keep the others from their turn."""
    for thing in things:
        try:
            act(thing)
        except Exception as error:
            log.error("task_failed_for_one", act=act.__qualname__, error_type=type(error).__name__)
