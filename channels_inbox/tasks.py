from celery import shared_task

from channels_inbox import delivery, round_trip, unpacking
from channels_inbox.models import Envelope, Parcel


@shared_task
def unpack(parcel_id: int) -> None:
    unpacking.unpack(parcel_id)


@shared_task
def sweep_parcels(limit: int = 1000) -> int:
    """Queue again what is due: failed ones at their time, forgotten ones after 30 s. Returns how many."""
    due = list(Parcel.objects.due().values_list("pk", flat=True)[:limit])
    for parcel_id in due:
        unpack.delay(parcel_id)
    return len(due)


@shared_task
def send(envelope_id: int) -> None:
    delivery.send(envelope_id)


@shared_task
def sweep_envelopes(limit: int = 1000) -> int:
    """Free what dead workers hold, and queue again what is due. Returns how many."""
    delivery.recover()
    due = list(Envelope.objects.due().values_list("pk", flat=True)[:limit])
    for envelope_id in due:
        send.delay(envelope_id)
    return len(due)


@shared_task
def send_test(channel_id: int) -> None:
    round_trip.send(channel_id)
