from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.envelope import Direction, Envelope, EnvelopeState
from channels_inbox.models.parcel import Parcel, ParcelState

__all__ = ["Channel", "Direction", "Envelope", "EnvelopeState", "Parcel", "ParcelState", "Thread"]
