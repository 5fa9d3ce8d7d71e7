"""What this room does when something happened elsewhere."""

from csat.asking import ask
from events.bus import on
from events.models import Event
from tickets.models import Ticket


@on("ticket.solved")
def ask_how_it_went(event: Event) -> None:
    if event.payload["because"] != "thanks":
        ask(Ticket.objects.get(pk=event.subject_id))
