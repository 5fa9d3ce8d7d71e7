"""Rows of the list, ready to print: who, what, how urgent. All that can be worked out is, before the template's loop."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.templatetags.people import tint
from customers.models import Customer, Tier
from tickets.icons import icon, source_icon, source_label
from tickets.models import Priority, Status, Ticket
from tickets.times import ago

OTHERS = 5

_URGENCY = {Priority.URGENT: "late", Priority.HIGH: "warn"}
_WAITING = {Status.PENDING, Status.ON_HOLD}


def rows(
    tickets: Iterable[Ticket],
    agent: Agent,
    view: str,
    *,
    current: int | None = None,
    left: Collection[int] = (),
) -> list[dict[str, Any]]:
    """One dict a row. `current` is open beside the list; those in `left` are no longer in the view."""
    tickets = list(tickets)
    nameless = [ticket.customer for ticket in tickets if not ticket.customer.name]
    prefetch_related_objects(nameless, "identities")
    # One address with a placeholder spares fifty reversals a page.
    base, _zero, _rest = reverse("ticket", args=[0]).rpartition("0")
    query = "/?" + urlencode({"view": view})
    at_now = now()
    return [
        _row(ticket, agent, view, f"{base}{ticket.pk}{query}", at_now, current, left) for ticket in tickets
    ]


def _row(ticket, agent, view, href, at_now, current, left) -> dict[str, Any]:
    customer = ticket.customer
    urgency = _URGENCY.get(ticket.priority)
    tags = list(ticket.tags.all())
    status = ticket.get_status_display() if ticket.status in _WAITING else ""
    assignee = ticket.assignee if ticket.assignee_id and ticket.assignee_id != agent.pk else None
    return {
        "id": ticket.pk,
        "href": href,
        "who": customer.display_name,
        "initials": customer.initials,
        "tint": tint(customer.pk),
        "assignee_tint": tint(assignee.pk) if assignee else "",
        "via": source_icon(ticket.source),
        "via_label": source_label(ticket.source),
        "subject": ticket.subject or _("(no subject)"),
        "preview": ticket.preview,
        "answered": "" if ticket.last_by_customer or not ticket.preview else icon("reply", "icon s"),
        "at": ago(ticket.activity_at, at_now),
        "unread": _("not read yet") if ticket.unread else "",
        "urgency": urgency,
        "urgency_label": ticket.get_priority_display() if urgency else "",
        "assignee": assignee,
        "vip": customer.get_tier_display() if customer.tier == Tier.VIP else "",
        "tag": status or (tags[0].name if tags else ""),
        "more_tags": 0 if status else max(0, len(tags) - 1),
        "current": ticket.pk == current,
        "left": ticket.pk in left,
        "oob": False,
    }


def others(customer: Customer, agent: Agent, *, but: int = 0, size: int = OTHERS) -> list[dict[str, Any]]:
    """The customer's tickets that the agent may see, newest first, without the one that is open already."""
    found = Ticket.objects.visible_to(agent).of(customer).exclude(pk=but)
    found = found.only("id", "subject", "status", "source", "activity_at", "customer_id").order_by(
        "-activity_at", "-id"
    )[:size]
    at_now = now()
    return [
        {
            "href": reverse("ticket", args=[other.pk]),
            "subject": other.subject or _("(no subject)"),
            "icon": source_icon(other.source),
            "status": other.get_status_display(),
            "done": other.is_done,
            "at": ago(other.activity_at, at_now),
        }
        for other in found
    ]
