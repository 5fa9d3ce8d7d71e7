"""What is kept out of the inbox: blocked senders, floods, and what the virus scanner finds. Released parcels pass."""

from collections.abc import Iterable

from channels_inbox import virus
from channels_inbox.adapters import adapter_of
from channels_inbox.adapters.contract import Choice, File, Held, Incoming
from channels_inbox.caps import floods
from channels_inbox.models import Hold, Parcel, Sender, Verdict


def screen(parcel: Parcel, incoming: Iterable[Incoming | Choice]) -> None:
    """Held when a rule keeps the parcel back, NotNow when the scanner does not answer."""
    if parcel.released_at is not None:
        return
    for one in incoming:
        verdict = Sender.objects.verdict_on(one.identity_kind, one.address)
        if verdict == Verdict.BLOCK:
            raise Held(Hold.BLOCKED, one.address)
        is_news = "archive" not in parcel.meta
        if not verdict and is_news and floods(parcel.channel_id, one.address, parcel.received_at):
            raise Held(Hold.BOMB, one.address)
    # What came with the bytes lies in them; what they only named was fetched since.
    fetched = (file.data for one in incoming if adapter_of(parcel.kind).is_chat for file in _files(one))
    for content in (bytes(parcel.raw), *fetched):
        if found := virus.found_in(content):
            raise Held(Hold.VIRUS, found)


def _files(one: Incoming | Choice) -> tuple[File, ...]:
    return one.files if isinstance(one, Incoming) else ()
