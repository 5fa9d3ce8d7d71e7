from celery import Task, shared_task
from django.db.models import Q

from channels_inbox import delivery, round_trip, unpacking
from channels_inbox.models import Archive, Envelope, Parcel
from channels_inbox.models.parcel import IN_HANDFULS
from channels_inbox.models.retried import RetriedQuerySet
from events.queue import begun, enqueue, enqueue_once


@shared_task
def unpack(parcel_id: int) -> None:
    unpacking.unpack(parcel_id)


@shared_task
def unpack_some() -> None:
    begun(unpack_some)
    unpacking.unpack_some()


@shared_task
def sweep_parcels(limit: int = 1000) -> int:
    """Queue again what is due: failed ones at their time, forgotten ones after 30 s. New mails all by one word: a long
    queue must not fill with doubles. Returns how many others."""
    due, new = Parcel.objects.due(), Q(kind=IN_HANDFULS, attempts=0)
    if due.filter(new).exists():
        enqueue_once(unpack_some)
    return _queue_again(due.exclude(new)[:limit], unpack)


@shared_task
def send(envelope_id: int) -> None:
    delivery.send(envelope_id)


@shared_task
def sweep_envelopes(limit: int = 1000) -> int:
    """Free what dead workers hold, and queue again what is due. Returns how many."""
    delivery.recover()
    return _queue_again(Envelope.objects.due()[:limit], send)


@shared_task
def send_test(channel_id: int) -> None:
    round_trip.send(channel_id)


@shared_task
def read_archive(archive_id: int) -> None:
    from channels_inbox.adapters.email import archive  # pages, which queue tasks, do not read mailboxes

    archive.read_some(archive_id)


@shared_task
def sweep_archives() -> None:
    """Go on with archives that no worker has."""
    for pk in Archive.forgotten():
        enqueue(read_archive, pk)


def _queue_again(due: RetriedQuerySet, task: Task) -> int:
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        enqueue(task, pk)
    return len(ids)
