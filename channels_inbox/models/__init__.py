from channels_inbox.models.archive import Archive, ArchiveState
from channels_inbox.models.channel import Channel, Thread
from channels_inbox.models.consent import Consent, Provider, Registration, Tokens
from channels_inbox.models.envelope import About, Direction, Envelope, EnvelopeState
from channels_inbox.models.mail_text import MailText
from channels_inbox.models.mailbox import Afterwards, Encryption, Mailbox, SignIn
from channels_inbox.models.outlet import BY_API, Outlet, Security, Way
from channels_inbox.models.parcel import DIGEST, MOST_ATTEMPTS, Hold, Parcel, ParcelState
from channels_inbox.models.recipient import Recipient, RecipientState
from channels_inbox.models.report import Report, Told
from channels_inbox.models.sender import Sender, Verdict
from channels_inbox.models.silence import Silence

__all__ = [
    "BY_API",
    "DIGEST",
    "MOST_ATTEMPTS",
    "About",
    "Afterwards",
    "Archive",
    "ArchiveState",
    "Channel",
    "Consent",
    "Direction",
    "Encryption",
    "Envelope",
    "EnvelopeState",
    "Hold",
    "MailText",
    "Mailbox",
    "Outlet",
    "Parcel",
    "ParcelState",
    "Provider",
    "Recipient",
    "RecipientState",
    "Registration",
    "Report",
    "Security",
    "Sender",
    "SignIn",
    "Silence",
    "Thread",
    "Tokens",
    "Told",
    "Verdict",
    "Way",
]
