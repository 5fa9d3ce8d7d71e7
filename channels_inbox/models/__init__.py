from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.envelope import Direction, Envelope, EnvelopeState
from channels_inbox.models.parcel import MOST_ATTEMPTS, Parcel, ParcelState

__all__ = [
    "MOST_ATTEMPTS",
    "Channel",
    "Direction",
    "Envelope",
    "EnvelopeState",
    "Parcel",
    "ParcelState",
    "Thread",
]
