"""Acting on receipts: one lock, one effect, and a second try later when it failed."""

import random
import traceback
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils.timezone import now

from events.bus import caused_by, subscriber_named
from events.models import Receipt, ReceiptState

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 10


def act_on(receipt_id: int) -> None:
    """Run the receipt's subscriber and mark it done in one transaction; nothing when another has it or had it."""
    try:
        with transaction.atomic():
            receipt = (
                Receipt.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event")
                .filter(pk=receipt_id, state=ReceiptState.PENDING)
                .first()
            )
            if receipt is None:
                return
            with caused_by(receipt.event):
                subscriber_named(receipt.subscriber)(receipt.event)
            receipt.state, receipt.done_at, receipt.error = ReceiptState.DONE, now(), ""
            receipt.save(update_fields=["state", "done_at", "error"])
    except Exception as error:
        _postpone(receipt_id, error)


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour, each ± 25 % so that failures do not march in step."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 3600) * random.uniform(0.75, 1.25))  # noqa: S311


@transaction.atomic
def _postpone(receipt_id: int, error: Exception) -> None:
    receipt = Receipt.objects.select_for_update().get(pk=receipt_id)
    if receipt.state != ReceiptState.PENDING:
        return
    receipt.attempts += 1
    receipt.error = "".join(traceback.format_exception_only(error))[:2000]
    if receipt.attempts >= MOST_ATTEMPTS:
        receipt.state = ReceiptState.DEAD
    receipt.next_try_at = now() + backoff(receipt.attempts)
    receipt.save(update_fields=["attempts", "error", "state", "next_try_at"])
    log.warning(
        "receipt_failed",
        receipt=receipt.pk,
        subscriber=receipt.subscriber,
        attempts=receipt.attempts,
        error_type=type(error).__name__,
    )


@transaction.atomic
def retry(receipt: Receipt) -> None:
    """Give a dead receipt a fresh start."""
    from events.tasks import deliver

    revived = Receipt.objects.filter(pk=receipt.pk, state=ReceiptState.DEAD).update(
        state=ReceiptState.PENDING, attempts=0, next_try_at=now()
    )
    if revived:
        transaction.on_commit(lambda: deliver.delay(receipt.pk), robust=True)
