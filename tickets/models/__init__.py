from tickets.models.attachment import Attachment, Blob
from tickets.models.draft import Draft
from tickets.models.message import Delivery, Message, MessageKind
from tickets.models.tag import Tag
from tickets.models.ticket import Conflict, Pile, Priority, Status, Ticket

__all__ = [
    "Attachment",
    "Blob",
    "Conflict",
    "Delivery",
    "Draft",
    "Message",
    "MessageKind",
    "Pile",
    "Priority",
    "Status",
    "Tag",
    "Ticket",
]
