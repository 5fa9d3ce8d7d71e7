"""The states of tickets and messages, and the words for them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    NEW = "new", pgettext_lazy("ticket", "New")
    OPEN = "open", pgettext_lazy("ticket", "Open")
    PENDING = "pending", pgettext_lazy("ticket", "Pending")
    ON_HOLD = "on_hold", pgettext_lazy("ticket", "On hold")
    SOLVED = "solved", pgettext_lazy("ticket", "Solved")
    CLOSED = "closed", pgettext_lazy("ticket", "Closed")


class Priority(models.IntegerChoices):
    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")
    URGENT = 4, pgettext_lazy("priority", "Urgent")


class Pile(models.TextChoices):
    """Where a ticket lies: a column that the database derives, so that every list is one short index range."""

    ACTIVE = "active", pgettext_lazy("pile", "Active")
    SNOOZED = "snoozed", pgettext_lazy("pile", "Snoozed")
    DONE = "done", pgettext_lazy("pile", "Solved")
    SPAM = "spam", pgettext_lazy("pile", "Spam")


class MessageKind(models.TextChoices):
    CUSTOMER = "customer", pgettext_lazy("message", "Customer's")
    REPLY = "reply", pgettext_lazy("message", "Reply")
    NOTE = "note", pgettext_lazy("message", "Note")
    NOTICE = "notice", pgettext_lazy("message", "Notice")


class Delivery(models.TextChoices):
    """How far an outgoing message has come; set by the border through `Message.mark_*`."""

    NONE = "", ""
    HELD = "held", pgettext_lazy("delivery", "Sending soon")
    QUEUED = "queued", pgettext_lazy("delivery", "Sending")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("delivery", "Not delivered")
    WITHDRAWN = "withdrawn", pgettext_lazy("delivery", "Withdrawn")
