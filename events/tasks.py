from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from events.delivery import act_on
from events.models import Receipt, ReceiptState

STRAGGLER = timedelta(seconds=30)


@shared_task
def deliver(receipt_id: int) -> None:
    act_on(receipt_id)


@shared_task
def sweep_receipts(limit: int = 1000) -> int:
    """Queue again what is due: failed ones at their time, forgotten ones after 30 s. Returns how many."""
    pending = Receipt.objects.filter(state=ReceiptState.PENDING)
    forgotten = pending.filter(attempts=0, next_try_at__lt=now() - STRAGGLER)
    failed = pending.filter(attempts__gt=0, next_try_at__lt=now())
    due = list((forgotten | failed).order_by("next_try_at").values_list("pk", flat=True)[:limit])
    for receipt_id in due:
        deliver.delay(receipt_id)
    return len(due)
