"""When two customers become one, their tickets follow; and go back when they are two again."""

from customers.models import Merge
from tickets.models import Message, Participant, Ticket


def bring(merge: Merge) -> None:
    """All tickets and messages of the one who is gone become those of the one who is kept."""
    tickets = Ticket.objects.filter(customer=merge.gone_id)
    messages = Message.objects.filter(customer=merge.gone_id)
    merge.remember("tickets", tickets.values_list("pk", flat=True))
    joined = Participant.objects.filter(customer=merge.gone_id)
    merge.remember("messages", messages.values_list("pk", flat=True))
    merge.remember("participants", joined.values_list("pk", flat=True))
    _move(merge, merge.gone_id, merge.kept_id)


def give_back(merge: Merge) -> None:
    """What this merge brought goes back, but not what was given to somebody else since."""
    _move(merge, merge.kept_id, merge.gone_id)


def _move(merge: Merge, was: int, now: int) -> None:
    tickets = Ticket.objects.filter(pk__in=merge.moved.get("tickets", []))
    tickets.filter(customer=was).update(customer=now)
    Message.objects.filter(pk__in=merge.moved.get("messages", []), customer=was).update(customer=now)
    Participant.objects.filter(pk__in=merge.moved.get("participants", []), customer=was).update(customer=now)
    for ticket in tickets:
        ticket.tell("ticket.customer_changed")
