"""Acting on receipts: one lock, one effect, and a second try later when it failed."""

import random
import traceback
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now
from structlog.contextvars import bound_contextvars

from events.bus import caused_by, subscriber_named
from events.models import STRAGGLER, Event, Receipt, ReceiptState
from events.named import Named
from events.prepared import Prepared
from events.queue import enqueue

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 10

# Nothing when it is settled, or another worker has it in hand. Without an end, the next try is as for a failure.
_COUNT = Named.of("""
    UPDATE events_receipt
    SET attempts = attempts + 1,
        next_try_at = now() + make_interval(secs => least(greatest(30, 5 * 2 ^ attempts), 3600))
    WHERE id = (SELECT id FROM events_receipt WHERE id = %s AND state = 'pending' FOR UPDATE SKIP LOCKED)
    RETURNING attempts
""")


def act_on(receipt_id: int) -> None:
    """Run the receipt's subscriber and mark it done in one transaction; nothing when another has it or had it."""
    if not _count_attempt(receipt_id):
        return
    try:
        with transaction.atomic():
            receipt = _ours.first(receipt_id)
            if receipt is None:
                return
            event = receipt.event
            with caused_by(event), bound_contextvars(**_request_of(event)):
                subscriber_named(receipt.subscriber)(event)
            receipt.state, receipt.done_at, receipt.error = ReceiptState.DONE, now(), ""
            receipt.save(update_fields=["state", "done_at", "error"])
    except Exception as error:
        _postpone(receipt_id, error)


def _request_of(event: Event) -> dict[str, str]:
    """The id by which logs follow what began with it, also where the sweep queued its receipt."""
    return {"request_id": event.request_id} if event.request_id else {}


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour, each ± 25 % so that failures do not march in step."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 3600) * random.uniform(0.75, 1.25))  # noqa: S311


def retry(receipt: Receipt) -> None:
    """Give a dead receipt a fresh start."""
    from events.tasks import deliver

    dead = Receipt.objects.filter(pk=receipt.pk, state=ReceiptState.DEAD)
    if dead.update(state=ReceiptState.PENDING, attempts=0, next_try_at=now() + STRAGGLER):
        enqueue(deliver, receipt.pk)


def retry_all() -> int:
    """Give every dead receipt a fresh start; the sweep takes them from here. Returns how many."""
    dead = Receipt.objects.filter(state=ReceiptState.DEAD)
    return dead.update(state=ReceiptState.PENDING, attempts=0, next_try_at=now())


@Prepared
def _ours(receipt_id: int) -> QuerySet[Receipt]:
    """The pending receipt, locked; nothing when another worker has it, or it is settled."""
    free = Receipt.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event")
    return free.filter(pk=receipt_id, state=ReceiptState.PENDING)


def _count_attempt(receipt_id: int) -> bool:
    """Count the try before it begins: a subscriber that kills its worker must run out of tries too."""
    [(attempts,)] = _COUNT.fetch([receipt_id]) or [(0,)]
    if attempts <= MOST_ATTEMPTS:
        return attempts > 0
    given_up = Receipt.objects.filter(pk=receipt_id, state=ReceiptState.PENDING)
    given_up.filter(error="").update(error="Its worker died over it each time.")
    given_up.update(state=ReceiptState.DEAD, attempts=MOST_ATTEMPTS)
    return False


@transaction.atomic
def _postpone(receipt_id: int, error: Exception) -> None:
    receipt = Receipt.objects.select_for_update().filter(pk=receipt_id, state=ReceiptState.PENDING).first()
    if receipt is None:
        return
    receipt.error = "".join(traceback.format_exception_only(error))[:2000]
    receipt.next_try_at = now() + backoff(receipt.attempts)
    if receipt.attempts >= MOST_ATTEMPTS:
        receipt.state = ReceiptState.DEAD
    receipt.save(update_fields=["error", "state", "next_try_at"])
    log.warning(
        "receipt_failed",
        receipt=receipt.pk,
        subscriber=receipt.subscriber,
        attempts=receipt.attempts,
        error_type=type(error).__name__,
    )
