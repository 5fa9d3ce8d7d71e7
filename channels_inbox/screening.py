"""What is kept out of the inbox: mail of blocked senders, and what the virus scanner finds. Released parcels pass."""

from collections.abc import Iterable

from channels_inbox import virus
from channels_inbox.adapters.contract import Held, Incoming
from channels_inbox.models import Hold, Parcel, Sender


def screen(parcel: Parcel, incoming: Iterable[Incoming]) -> None:
    """Held when a rule keeps the parcel back, NotNow when the scanner does not answer."""
    if parcel.released_at is not None:
        return
    for one in incoming:
        if Sender.objects.blocks(one.identity_kind, one.address):
            raise Held(Hold.BLOCKED)
    found = virus.found_in(bytes(parcel.raw))
    if found:
        raise Held(Hold.VIRUS, found)
