"""What sets a rule going: what happened to a ticket, or that time has passed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EVENT, TIME = "event", "time"

HAPPENINGS: dict[str, tuple[StrOrPromise, tuple[str, ...]]] = {
    "created": (_("A ticket comes in"), ("ticket.created",)),
    "customer_wrote": (_("The customer writes"), ("message.received",)),
    "replied": (_("A reply leaves"), ("reply.written",)),
    "reply_failed": (_("A reply cannot be delivered"), ("reply.failed",)),
    "noted": (_("A note is added"), ("note.written",)),
    "status": (
        _("The status changes"),
        ("ticket.status_changed", "ticket.solved", "ticket.reopened", "ticket.closed"),
    ),
    "priority": (_("The priority changes"), ("ticket.priority_changed",)),
    "assigned": (_("The assignee changes"), ("ticket.assigned",)),
    "moved": (_("The team changes"), ("ticket.team_changed",)),
    "tagged": (_("A tag is added or removed"), ("ticket.tagged", "ticket.untagged")),
    "complained": (_("A ticket is marked as a complaint"), ("ticket.complained",)),
    "woken": (_("A snooze ends"), ("ticket.woken",)),
    "rated": (_("The customer rates"), ("ticket.rated",)),
}
KINDS = tuple(dict.fromkeys(kind for _label, kinds in HAPPENINGS.values() for kind in kinds))

ANCHORS: dict[str, tuple[StrOrPromise, str]] = {
    "waiting": (_("the customer began to wait for an answer"), "waiting_since"),
    "quiet": (_("somebody last wrote"), "activity_at"),
    "created": (_("the ticket came in"), "created_at"),
    "solved": (_("the ticket was solved"), "solved_at"),
}
"""What time is counted from: a label after “hours since”, and the ticket's column."""


def kinds_of(happenings: list[str]) -> set[str]:
    """The events that these are."""
    return {kind for one in happenings for kind in HAPPENINGS[one][1]}
