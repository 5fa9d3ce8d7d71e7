"""When two customers become one, the threads they write on follow; and go back when they are two again."""

from channels_inbox.models import Thread
from customers.models import Merge


def bring(merge: Merge) -> None:
    threads = Thread.objects.filter(customer=merge.gone_id)
    merge.remember("threads", threads.values_list("pk", flat=True))
    threads.update(customer=merge.kept_id)


def give_back(merge: Merge) -> None:
    threads = Thread.objects.filter(pk__in=merge.moved.get("threads", []), customer=merge.kept_id)
    threads.update(customer=merge.gone_id)
