"""What follows a reply that was written with a macro."""

from automation.macros.applying import follow
from events.bus import on
from events.models import Event


@on("reply.written", when=lambda event: event.payload["along"])
def do_what_was_to_follow(event: Event) -> None:
    follow(event)
