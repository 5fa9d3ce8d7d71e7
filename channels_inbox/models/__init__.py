from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.envelope import Direction, Envelope, EnvelopeState
from channels_inbox.models.mailbox import Afterwards, Encryption, Mailbox, SignIn
from channels_inbox.models.outlet import Outlet, Security, Way
from channels_inbox.models.parcel import MOST_ATTEMPTS, Parcel, ParcelState
from channels_inbox.models.recipient import Recipient, RecipientState

__all__ = [
    "MOST_ATTEMPTS",
    "Afterwards",
    "Channel",
    "Direction",
    "Encryption",
    "Envelope",
    "EnvelopeState",
    "Mailbox",
    "Outlet",
    "Parcel",
    "ParcelState",
    "Recipient",
    "RecipientState",
    "Security",
    "SignIn",
    "Thread",
    "Way",
]
