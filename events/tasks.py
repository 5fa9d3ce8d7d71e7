from celery import shared_task
from django.db import transaction
from django.utils.timezone import now

from events.delivery import act_on
from events.models import STRAGGLER, Receipt, ReceiptState
from events.queue import enqueue


@shared_task
def deliver(receipt_id: int) -> None:
    act_on(receipt_id)


@shared_task
@transaction.atomic
def sweep_receipts(limit: int = 1000) -> int:
    """Queue again what is due, longest waiting first: failed ones at their time, forgotten ones after 30 s.

    Each is then left alone for 30 s, so that neither a long queue fills with doubles nor the oldest
    keep the others from their turn. Returns how many."""
    free = Receipt.objects.select_for_update(skip_locked=True)
    due = free.filter(state=ReceiptState.PENDING, next_try_at__lte=now()).order_by("next_try_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:limit])
    Receipt.objects.filter(pk__in=ids).update(next_try_at=now() + STRAGGLER)
    for receipt_id in ids:
        enqueue(deliver, receipt_id)
    return len(ids)
