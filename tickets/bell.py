"""Who hears the bell when something happens on a ticket, and what a stroke of it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
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


@dataclass(frozen=True)
class Word:
    """What is told of something that is no ticket's: of what, and where it is looked after."""

    says: SafeString
    about: str
    href: str
    icon: str


Teller = Callable[[list[Event]], dict[int, Word]]

_tellers: dict[str, Teller] = {}


def tells(kind: str) -> Callable[[Teller], Teller]:
    """Register who words events of that kind, by their ids, in the same number of queries for any number."""

    def register(teller: Teller) -> Teller:
        _tellers[kind] = teller
        return teller

    return register


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
            return [*Agent.objects.filter(pk__in=ticket.concerned()), *_who_can_help(ticket)]
    return [ticket.assignee] if ticket.assignee else []


def _who_can_help(ticket: Ticket) -> Iterable[Agent]:
    """The leads of its team; where it has none, the administrators."""
    leads = Agent.objects.filter(teams=ticket.team_id, role=Role.LEAD, is_active=True)
    return leads or Agent.objects.filter(role=Role.ADMINISTRATOR)


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
    tickets = {notice.ticket for notice in notices if notice.ticket}
    subjects = dict(Ticket.objects.visible_to(agent).filter(pk__in=tickets).values_list("pk", "subject"))
    told = _of_tickets(events.values(), agent, subjects) | _of_the_rest(events.values())
    return [
        told[notice.event]
        | {
            "id": notice.pk,
            "href": address("notice", notice.pk),
            "at": ago(notice.at),
            "unread": notice.read_at is None,
        }
        for notice in notices
        if notice.event in told
    ]


def place_of(notice: Notice) -> str:
    """Where what it tells of is looked after."""
    if notice.ticket:
        return address("ticket", notice.ticket)
    word = _words(Event.objects.filter(pk=notice.event)).get(notice.event)
    return word.href if word else reverse("bell")


def _of_tickets(events: Iterable[Event], agent: Agent, subjects: dict[int, str]) -> dict[int, dict[str, Any]]:
    events = [event for event in events if event.ticket_id]
    names = Names(events, known=[agent])
    return {
        event.pk: {
            "icon": icon(_icon(event), "icon"),
            "says": _says(event, agent, names),
            "number": event.ticket_id,
            "subject": (subjects[pk] or _("(no subject)"))
            if (pk := event.ticket_id or 0) in subjects
            else "",
        }
        for event in events
    }


def _of_the_rest(events: Iterable[Event]) -> dict[int, dict[str, Any]]:
    words = _words(event for event in events if not event.ticket_id)
    return {
        pk: {"icon": icon(word.icon, "icon"), "says": word.says, "number": None, "subject": word.about}
        for pk, word in words.items()
    }


def _words(events: Iterable[Event]) -> dict[int, Word]:
    by_kind: dict[str, list[Event]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    known = [_tellers[kind](alike) for kind, alike in by_kind.items() if kind in _tellers]
    return {pk: word for words in known for pk, word in words.items()}


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
