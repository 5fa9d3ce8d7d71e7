from tickets.models.attachment import Attachment, Blob
from tickets.models.choosable import NotOffered
from tickets.models.complainable import Grievance
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
    "Grievance",
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
