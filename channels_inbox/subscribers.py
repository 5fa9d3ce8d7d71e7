"""What this room does when something happened elsewhere."""

from channels_inbox import delivery, erasing
from channels_inbox.models import Thread
from customers.models import Merge
from events.bus import on, within
from events.models import Event
from tickets.models import Message


@on("reply.written", "notice.written")
def post_it(event: Event) -> None:
    related = Message.objects.select_related("ticket__customer", "ticket__team")
    delivery.post(related.get(pk=event.payload["message"]))


@within("message.redacted")
def forget_message(event: Event) -> None:
    erasing.forget_message(event.payload["message"])


@within("file.redacted")
def forget_bytes(event: Event) -> None:
    erasing.forget_bytes(event.payload["message"])


@within("customer.merged")
def bring_threads(event: Event) -> None:
    merge = Merge.objects.get(pk=event.payload["merge"])
    threads = Thread.objects.filter(customer=merge.gone_id)
    merge.remember("threads", threads.values_list("pk", flat=True))
    threads.update(customer=merge.kept_id)


@within("customer.unmerged")
def give_threads_back(event: Event) -> None:
    merge = Merge.objects.get(pk=event.payload["merge"])
    brought = Thread.objects.filter(pk__in=merge.moved.get("threads", []), customer=merge.kept_id)
    brought.update(customer=merge.gone_id)


@within("customer.erased")
def forget_customer(event: Event) -> None:
    erasing.forget_customer(event.subject_id)
