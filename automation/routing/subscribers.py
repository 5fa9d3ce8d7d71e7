"""Routing hears what comes to wait, and what makes room; where no plan is on, there is no task."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agents.models import Presence
from automation.routing.assigning import ROUTING, drain, seize
from automation.routing.book import Book, forget, kept
from events.bus import on
from events.models import Event
from tickets.actors import names
from tickets.models import Ticket

OF_TICKETS = (
    "ticket.created",
    "ticket.assigned",
    "ticket.team_changed",
    "ticket.status_changed",
    "ticket.solved",
    "ticket.reopened",
    "ticket.closed",
    "ticket.snoozed",
    "ticket.woken",
    "ticket.marked_spam",
    "ticket.unmarked_spam",
    "ticket.tagged",
)


GIVEN = {"in_turn", "least_busy", "known"}


def _of_a_plan(event: Event) -> bool:
    """Whether a team or an agent with a plan may be concerned; giving out alone makes no room."""
    book, ticket = kept(), event.subject
    if not book.plans or (event.actor_kind == ROUTING[0] and event.payload.get("because") in GIVEN):
        return False
    was = event.payload["was"] if event.kind == "ticket.assigned" else None
    return ticket.team_id in book.plans or ticket.assignee_id in book.teams_of or was in book.teams_of


@on(*OF_TICKETS, when=_of_a_plan)
def give_out(event: Event) -> None:
    """What waits in the ticket's team, and in the teams of whoever has or had it."""
    ticket = Ticket.objects.only("team", "assignee").filter(pk=event.ticket_id or 0).first()
    if ticket is None:
        return
    was = event.payload["was"] if event.kind == "ticket.assigned" else None
    book = Book.read()
    teams = {
        ticket.team_id,
        *book.teams_of.get(ticket.assignee_id or 0, ()),
        *book.teams_of.get(was or 0, ()),
    }
    _drain(book, teams)


@on("ticket.reopened", when=lambda event: event.subject.team_id in kept().plans and event.subject.assignee_id)
def take_from_the_absent(event: Event) -> None:
    """What was done and is work again is not left with somebody who is not there."""
    gone = Ticket.objects.filter(assignee__presence=Presence.OFFLINE)
    if event.payload["because"] == "customer" and (ticket := seize(gone, event.ticket_id or 0)):
        ticket.assign(None, ROUTING, "absent")


def _makes_room(event: Event) -> bool:
    book = kept()
    if event.kind == "agent.presence_changed":
        return event.subject_id in book.teams_of and event.payload["presence"] == Presence.ONLINE
    if event.kind == "agent.changed":
        return event.subject_id in book.teams_of and "ability" in event.payload["fields"]
    return event.subject_id in book.plans and "members" in event.payload["fields"]


@on("agent.presence_changed", "agent.changed", "team.changed", when=_makes_room)
def give_to_who_came(event: Event) -> None:
    book = Book.read()
    of_agent = event.kind != "team.changed"
    _drain(book, book.teams_of.get(event.subject_id or 0, ()) if of_agent else [event.subject_id or 0])


@on("routing.changed")
def give_out_anew(event: Event) -> None:
    forget()
    _drain(Book.read(), [event.subject_id or 0])


def _drain(book: Book, teams: Iterable[int]) -> None:
    for team in sorted(teams):
        if plan := book.plans.get(team):
            drain(plan)


@names("routing")
def called(ids: Iterable[int]) -> dict[int, str]:
    return dict.fromkeys(ids, _("Routing"))
