"""What this room does when something happened elsewhere."""

from customers.models import Merge
from events.bus import on, within
from events.models import Event
from tickets import bell, erasing, merging


@within("customer.merged")
def bring_tickets(event: Event) -> None:
    merging.bring(Merge.objects.get(pk=event.payload["merge"]))


@within("customer.unmerged")
def give_tickets_back(event: Event) -> None:
    merging.give_back(Merge.objects.get(pk=event.payload["merge"]))


@within("customer.erased")
def forget_customer(event: Event) -> None:
    assert event.subject_id is not None
    erasing.forget_customer(event.subject_id)


@on(*bell.KINDS, when=bell.is_news)
def ring_the_bell(event: Event) -> None:
    bell.ring(event)
