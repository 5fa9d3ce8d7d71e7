"""What promises listen to."""

from automation.models import PolicyBook
from automation.sla import keeping
from customers.models import Customer
from events.bus import on, within
from events.models import Event
from tickets.models import Pile, Ticket

within(*keeping.HEARD)(keeping.keep)


@within("calendar.changed", "team.changed")
def read_hours_anew(event: Event) -> None:
    if event.kind == "calendar.changed" or event.payload["fields"] == ["hours"]:
        PolicyBook.renew()


@on("customer.changed", when=lambda event: "tier" in event.payload["fields"])
def promise_by_tier(event: Event) -> None:
    """Another tier may be another policy, for what is still open."""
    open_ones = Ticket.objects.of(Customer(pk=event.subject_id)).exclude(pile=Pile.DONE)
    for ticket in open_ones.order_by("pk"):
        ticket.lock()
        keeping.refresh(ticket)
