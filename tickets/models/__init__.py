from tickets.models.attachment import Attachment, Blob
from tickets.models.choosable import NotOffered
from tickets.models.draft import Draft
from tickets.models.message import Delivery, Message, MessageKind
from tickets.models.participating import STRANGER, Participant
from tickets.models.tag import Tag
from tickets.models.ticket import Conflict, Pile, Priority, Status, Ticket

__all__ = [
    "STRANGER",
    "Attachment",
    "Blob",
    "Conflict",
    "Delivery",
    "Draft",
    "Message",
    "MessageKind",
    "NotOffered",
    "Participant",
    "Pile",
    "Priority",
    "Status",
    "Tag",
    "Ticket",
]
