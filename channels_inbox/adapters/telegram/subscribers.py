"""What this channel does when something happened elsewhere."""

from channels_inbox.adapters.telegram.models import Piece
from channels_inbox.adapters.telegram.tasks import take_back
from events.bus import on
from events.models import Event
from events.queue import enqueue


@on("message.redacted")
def take_back_what_was_erased(event: Event) -> None:
    if Piece.objects.filter(envelope__message=event.payload["message"]).exists():
        enqueue(take_back, event.payload["message"])
