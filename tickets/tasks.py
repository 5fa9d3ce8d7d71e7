from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils.timezone import now

from tickets.models import Attachment, Blob, Delivery, Message, Status, Ticket
from tickets.models.statusful import CLOSE_AFTER

UNUSED = timedelta(hours=24)


@shared_task
def release(message_id: int) -> None:
    Message.objects.select_related("ticket").get(pk=message_id).release()


@shared_task
def release_due(limit: int = 500) -> None:
    """Held replies whose own task was lost."""
    for message in Message.objects.select_related("ticket").filter(
        delivery=Delivery.HELD, send_at__lte=now()
    )[:limit]:
        message.release()


@shared_task
def wake_due(limit: int = 500) -> None:
    for ticket in Ticket.objects.filter(snoozed_until__lte=now())[:limit]:
        ticket.wake(None, because="time")


@shared_task
def close_due(limit: int = 1000) -> None:
    """Solved tickets that stayed quiet are closed."""
    for ticket in Ticket.objects.filter(status=Status.SOLVED, solved_at__lt=now() - CLOSE_AFTER)[:limit]:
        ticket.close(None, because="quiet")


@shared_task
def sweep_blobs(limit: int = 1000) -> None:
    """Delete uploads that were never sent, and contents that nothing carries, after a day."""
    Attachment.objects.filter(message=None, draft=None, created_at__lt=now() - UNUSED).delete()
    with transaction.atomic():
        unused = Blob.objects.select_for_update(skip_locked=True).filter(
            used_at__lt=now() - UNUSED, attachments=None
        )
        for blob in unused[:limit]:
            blob.remove()
