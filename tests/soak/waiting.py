"""Time that passes while nobody waits for it."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db.models import F
from django.utils.timezone import now

from channels_inbox.models import Envelope, EnvelopeState, Mailbox, Parcel
from channels_inbox.models.envelope import LEASE as ENVELOPE_LEASE
from channels_inbox.models.mailbox import LEASE as MAILBOX_LEASE
from channels_inbox.models.parcel import LEASE as PARCEL_LEASE
from channels_inbox.tasks import sweep_envelopes, sweep_parcels
from events.models import STRAGGLER, Receipt, ReceiptState
from events.tasks import sweep_receipts

LONGEST_TRY = timedelta(seconds=5)
QUEUES = [f"{settings.REDIS_PREFIX}-jobs-{queue.name}" for queue in settings.CELERY_TASK_QUEUES]


def is_idle() -> bool:
    """Whether nobody has anything to do right now."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        return not valkey.exists(*QUEUES)


def forget_queue() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete(*QUEUES)


def let_time_pass() -> None:
    """Leases that no living worker would hold for so long have run out, waits between tries are over."""
    older = now() - LONGEST_TRY
    Parcel.objects.waiting().filter(next_try_at__lt=older + PARCEL_LEASE).update(
        next_try_at=F("next_try_at") - PARCEL_LEASE
    )
    Receipt.objects.filter(state=ReceiptState.PENDING, next_try_at__lt=older + STRAGGLER).update(
        next_try_at=F("next_try_at") - STRAGGLER
    )
    Envelope.objects.filter(state=EnvelopeState.PENDING, attempts__gt=0).update(next_try_at=now())
    Envelope.objects.filter(state=EnvelopeState.SENDING, claimed_at__lt=older).update(
        claimed_at=F("claimed_at") - ENVELOPE_LEASE
    )
    Mailbox.objects.filter(kept_until__lt=older + MAILBOX_LEASE).update(kept_until=now())
    sweep_parcels()
    sweep_receipts()
    sweep_envelopes()
