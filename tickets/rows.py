"""Rows of the list, ready to print: who, what, how urgent. All that can be worked out is, before the template's loop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agents.models import Agent
from agents.templatetags.people import tint
from customers.models import Customer, Tier
from events.prepared import Prepared
from text.names import initials
from tickets.addresses import address
from tickets.due import due
from tickets.icons import icon, source_icon, source_label
from tickets.listing import Listed
from tickets.models import Priority, Status, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.opening import for_agent
from tickets.times import ago

OTHERS = 5

_URGENCY = {Priority.URGENT: "late", Priority.HIGH: "warn"}
_WAITING = {Status.PENDING, Status.ON_HOLD}


def rows(
    tickets: Iterable[Listed],
    agent: Agent,
    view: str,
    *,
    current: int | None = None,
) -> list[dict[str, Any]]:
    """One dict a row. `current` is open beside the list; one that is not inside the view has left it."""
    query = "?" + urlencode({"view": view})
    words = _Words()
    at_now = now()
    return [
        {
            **_row(ticket, agent, words, at_now),
            "href": address("ticket", ticket.pk) + query,
            "current": ticket.pk == current,
            "left": not ticket.inside,
            "oob": False,
        }
        for ticket in tickets
    ]


def drawn(rows: Iterable[dict[str, Any]]) -> SafeString:
    """The rows as HTML, by the quicker of our two template engines."""
    return mark_safe(render_to_string("tickets/rows.html", {"rows": rows}, using="jinja2"))  # noqa: S308 - autoescaped


class _Words:
    """What every row may say, translated once for all of them."""

    def __init__(self) -> None:
        self.no_subject, self.unread, self.someone = _("(no subject)"), _("not read yet"), _("Someone")
        self.urgency = {int(priority): (css, str(priority.label)) for priority, css in _URGENCY.items()}
        self.waiting = {str(status): str(status.label) for status in _WAITING}
        self.rated = _("Rated %(score)s of 5")
        self.complaint = pgettext("ticket", "Complaint")
        self.vip = {str(Tier.VIP): str(Tier.VIP.label)}


def _row(ticket: Listed, agent: Agent, words: _Words, at_now: datetime) -> dict[str, Any]:
    urgency, urgency_label = words.urgency.get(ticket.priority, ("", ""))
    status = words.waiting.get(ticket.status, "")
    with_other = ticket.assignee_id is not None and ticket.assignee_id != agent.pk
    return {
        "id": ticket.pk,
        "who": ticket.customer_name or ticket.customer_address or words.someone,
        "initials": initials(ticket.customer_name),
        "tint": tint(ticket.customer_id),
        "via": source_icon(ticket.source),
        "via_label": source_label(ticket.source),
        "subject": ticket.subject or words.no_subject,
        "preview": ticket.preview,
        "answered": "" if ticket.last_by_customer or not ticket.preview else icon("reply", "icon s"),
        "at": ago(ticket.activity_at, at_now),
        "unread": words.unread if ticket.unread else "",
        "urgency": urgency,
        "urgency_label": urgency_label,
        "assignee": ticket.assignee if with_other else "",
        "assignee_initials": initials(ticket.assignee) if with_other else "",
        "assignee_picture": address("picture", ticket.assignee_picture)
        if with_other and ticket.assignee_picture
        else "",
        "assignee_tint": tint(ticket.assignee_id) if with_other else "",
        "due": due(ticket.due_at, ticket.due_for, at_now) if ticket.due_at else None,
        "rating": ticket.rating,
        "rating_label": words.rated % {"score": ticket.rating} if ticket.rating else "",
        "complaint": words.complaint if ticket.complains else "",
        "vip": words.vip.get(ticket.tier, ""),
        "tag": status or (ticket.tags[0] if ticket.tags else ""),
    }


def others(customer: Customer, agent: Agent, *, but: int = 0, size: int = OTHERS) -> list[dict[str, Any]]:
    """The customer's tickets that the agent may see, newest first, without the one that is open already."""
    found = for_agent(agent, _others, customer.pk, but, size=size)
    at_now, rated = now(), _("Rated %(score)s of 5")
    return [
        {
            "href": address("ticket", other.pk),
            "subject": other.subject or _("(no subject)"),
            "icon": source_icon(other.source),
            "status": other.get_status_display(),
            "done": other.is_done,
            "at": ago(other.activity_at, at_now),
            "rating": other.rating,
            "rating_label": rated % {"score": other.rating} if other.rating else "",
        }
        for other in found
    ]


@Prepared
def _others(
    customer_id: int, but: int, agent_id: int, *team_ids: int, sees_everything: bool, size: int
) -> TicketQuerySet:
    tickets = Ticket.objects.open_to(agent_id, team_ids, sees_everything=sees_everything)
    found = tickets.filter(customer=customer_id).exclude(pk=but).order_by("-activity_at", "-id")
    return found.only("id", "subject", "status", "source", "activity_at", "customer_id", "rating")[:size]
