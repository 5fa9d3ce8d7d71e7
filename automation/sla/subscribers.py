"""What promises listen to."""

from agents.models import Notice
from automation.models import PolicyBook, Step
from automation.sla import keeping, ringing
from customers.models import Customer
from events.bus import on, within
from events.models import Event
from tickets.models import Pile, Ticket

TELLS = {Step.TELL_ASSIGNEE, Step.TELL_LEADS, Step.TELL}

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


@on("sla.escalated", when=lambda event: event.payload["step"] in TELLS)
def ring_the_bell(event: Event) -> None:
    assert event.ticket_id is not None
    ticket = Ticket.objects.get(pk=event.ticket_id)
    Notice.ring(ringing.whom(ticket, event.payload["step"], event.payload["to"]), event)
