"""Who hears the bell when something happens on a ticket, and what a stroke of it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agents.models import Agent, Notice, Role
from events.models import Event
from tickets.addresses import address
from tickets.history import Names, icon_of, sentence
from tickets.icons import icon
from tickets.models import Ticket
from tickets.times import ago

KINDS = (
    "ticket.assigned", "note.written", "sla.warned", "sla.breached", "ticket.rated", "ticket.address_silenced",
)  # fmt: skip
LOW = 2
"""Of 5: ratings up to it are told."""
PAGE = 30


# Who --------------------------------------------------------------------------------------------------------


def is_news(event: Event) -> bool:
    """Whether it may be somebody's news, as far as that can be told by what is in hand."""
    by_agent = event.actor_id if event.actor_kind == "agent" else None
    match event.kind:
        case "ticket.assigned":
            return event.payload["now"] not in {None, by_agent}
        case "note.written":
            return by_agent is not None and bool(event.payload["mentions"])
        case "ticket.rated":
            return event.payload["score"] <= LOW
        case "sla.warned" | "sla.breached":
            return event.subject.assignee_id is not None
    return True


def ring(event: Event) -> None:
    """Tell those whose business it is, as things stand now."""
    assert event.ticket_id is not None
    ticket = Ticket.objects.select_related("assignee").get(pk=event.ticket_id)
    if ticket.spam_at is None:
        Notice.ring(_hearers(event, ticket), event)


def _hearers(event: Event, ticket: Ticket) -> Iterable[Agent]:
    match event.kind:
        case "ticket.assigned":
            return Agent.objects.filter(pk=event.payload["now"])
        case "note.written":
            told = Agent.objects.filter(pk__in=event.payload["mentions"], is_active=True)
            return [agent for agent in told if ticket.is_visible_to(agent)]
        case "ticket.rated" if ticket.assignee is None:
            return Agent.objects.filter(teams=ticket.team_id, role=Role.LEAD)
        case "ticket.address_silenced":
            return Agent.objects.filter(pk__in=ticket.concerned())
    return [ticket.assignee] if ticket.assignee else []


# What -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """Strokes ready to print, and the id after which the next page begins (None at the end)."""

    rows: list[dict[str, Any]]
    next: int | None


def page(agent: Agent, after: int | None = None, size: int = PAGE) -> Page:
    """The newest first. The same number of queries for any number of strokes."""
    notices = Notice.objects.filter(agent=agent)
    if after is not None:
        notices = notices.filter(pk__lt=after)
    found = list(notices.order_by("-pk")[: size + 1])
    shown = found[:size]
    return Page(_told(shown, agent), shown[-1].pk if len(found) > size else None)


def _told(notices: list[Notice], agent: Agent) -> list[dict[str, Any]]:
    events = Event.objects.in_bulk([notice.event for notice in notices])
    visible = Ticket.objects.visible_to(agent).filter(pk__in={notice.ticket for notice in notices})
    subjects = dict(visible.values_list("pk", "subject"))
    names = Names(events.values(), known=[agent])
    return [
        {
            "id": notice.pk,
            "href": address("notice", notice.pk),
            "icon": icon(_icon(event), "icon"),
            "says": _says(event, agent, names),
            "number": notice.ticket,
            "subject": (subjects[notice.ticket] or _("(no subject)")) if notice.ticket in subjects else "",
            "at": ago(notice.at),
            "unread": notice.read_at is None,
        }
        for notice in notices
        if (event := events.get(notice.event)) is not None
    ]


def _icon(event: Event) -> str:
    return "at-sign" if event.kind == "note.written" else icon_of(event)


def _says(event: Event, agent: Agent, names: Names) -> SafeString:
    """As the ticket's history tells it, but for what is about himself."""
    if event.kind == "note.written":
        return format_html(_("{who} mentioned you in a note"), who=_actor(event, names))
    if event.kind == "ticket.assigned" and event.payload["now"] == agent.pk:
        return format_html(_("{who} assigned the ticket to you"), who=_actor(event, names))
    return sentence(event, names)


def _actor(event: Event, names: Names) -> SafeString:
    return format_html("<b><bdi>{}</bdi></b>", names.actor(event) or _("Automation"))
