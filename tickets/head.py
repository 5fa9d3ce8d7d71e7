"""The thread's head: what the ticket is, where it stands, whose it is, and what can be done about it."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from agents.models import Agent
from text.dates import with_time
from tickets.addresses import address
from tickets.due import due
from tickets.hints import hints_of
from tickets.icons import source_icon, source_label
from tickets.models import Priority, Status, Ticket
from tickets.times import clock, later

# What an agent may choose; new is only ever a beginning.
STATUSES = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED)
_STATUS_TONE: dict[str, str] = {Status.NEW: "accent", Status.OPEN: "accent", Status.SOLVED: "ok"}
_PRIORITY_TONE: dict[int, str] = {Priority.URGENT: "late", Priority.HIGH: "warn"}
STATUS_ICONS = {
    Status.NEW: "sparkle",
    Status.OPEN: "circle-dot",
    Status.PENDING: "clock",
    Status.ON_HOLD: "circle-pause",
    Status.SOLVED: "circle-check",
    Status.CLOSED: "archive",
}


def head_of(ticket: Ticket, agent: Agent, *, following: bool | None = None) -> dict[str, Any]:
    """What the head shows, for `tickets/head.html`. Two queries, unless known, tags and whether the agent follows, and
    one for what rooms above know of who writes."""
    if following is None:
        following = ticket.followings.filter(agent=agent).exists()
    return {
        "id": ticket.pk,
        "subject": ticket.subject or _("(no subject)"),
        "source": source_label(ticket.source),
        "source_icon": source_icon(ticket.source),
        "created": clock(ticket.created_at),
        "status_tone": _STATUS_TONE.get(ticket.status, ""),
        "status_icon": STATUS_ICONS[Status(ticket.status)],
        "statuses": [(status.value, status.label, STATUS_ICONS[status]) for status in STATUSES],
        "priority_tone": _PRIORITY_TONE.get(ticket.priority, ""),
        "priorities": [(priority.value, priority.label) for priority in reversed(Priority)],
        "tags": list(ticket.tags.all()),
        "following": following,
        "mine": ticket.assignee_id == agent.pk,
        "later": [] if ticket.is_done or ticket.snoozed_until else later(),
        "snoozed": clock(ticket.snoozed_until).short if ticket.snoozed_until else "",
        "hints": hints_of(ticket),
        "due": due(ticket.due_at, ticket.due_for, now()) if ticket.due_at else None,
        "urls": {name: address(f"ticket-{name}", ticket.pk) for name in _PARTS},
    }


_PARTS = (
    "solution",
    "status",
    "assignee",
    "team",
    "priority",
    "tags",
    "snooze",
    "spam",
    "following",
    "people",
    "subject",
)


def shown_value(ticket: Ticket, field: str) -> str:
    """How a field reads on screen."""
    if field == "assignee_id":
        return str(ticket.assignee or _("nobody"))
    if field == "team_id":
        return str(ticket.team)
    if field == "snoozed_until" and ticket.snoozed_until:
        return with_time(localtime(ticket.snoozed_until), "j M")
    display = getattr(ticket, f"get_{field}_display", None)
    return str(display() if display else getattr(ticket, field) or "–")


def field_name(field: str) -> str:
    """What people call a field that agents change."""
    return {
        "status": _("status"),
        "assignee_id": _("assignee"),
        "team_id": _("team"),
        "priority": _("priority"),
        "subject": _("subject"),
    }[field]
