"""What no event tells: a chat that nobody opened, an agent who has gone, a queue that is too long. And the net below
the events: whatever waits is looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from agents.models import Agent, Presence
from automation.models import RoutingPlan
from automation.routing.assigning import ROUTING, drain, lock, remember_turns, seize
from automation.routing.book import Book
from automation.routing.crew import crew_of
from automation.routing.deciding import Dealer
from automation.routing.queue import waiting, works
from events.models import Event
from tickets.icons import CHATS
from tickets.models import Draft, Message, MessageKind, Pile, Status, Ticket

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Tickets that one look deals with."""


def sweep() -> None:
    """Look after each team that has a plan; what fails for one does not keep the others."""
    for plan in Book.read().plans.values():
        for act in _ACTS:
            try:
                act(plan)
            except Exception as error:
                log.error(
                    "routing_failed", team=plan.team_id, act=act.__name__, error_type=type(error).__name__
                )


@transaction.atomic
def take_back(plan: RoutingPlan) -> int:
    """Chats in which somebody waits for an agent who has gone are the team's again; returns how many."""
    if not plan.return_after:
        return 0
    absent = ~Q(assignee__presence=Presence.ONLINE) | Q(assignee__is_active=False)
    chats = _chats(plan).filter(absent)
    agents = _gone_since(set(chats.values_list("assignee", flat=True)), plan.return_after)
    held = chats.filter(assignee__in=agents)
    return sum(_free(held, pk) for pk in held.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def pass_on(plan: RoutingPlan) -> int:
    """Chats that were given to somebody who has not opened them in time go to the next who can take them; where nobody
    else can, they stay. Returns how many went on."""
    if not plan.take_within:
        return 0
    lock()
    late = now() - timedelta(seconds=plan.take_within)
    his = {"ticket": OuterRef("pk"), "agent": OuterRef("assignee")}
    writes, wrote = Draft.objects.filter(**his), Message.objects.filter(kind=MessageKind.REPLY, **his)
    untouched = _chats(plan).filter(~Exists(writes), ~Exists(wrote), unread=True, waiting_since__lt=late)
    ids = list(untouched.order_by("waiting_since", "pk").values_list("pk", flat=True)[:AT_ONCE])
    missed = [
        pk for pk, event in _last_assigned(ids).items() if event.actor_kind == "routing" and event.at < late
    ]
    if not missed:
        return 0
    crew = crew_of(plan)
    dealer = Dealer(crew.people, plan.mode)
    given = []
    for work in works(plan, crew, missed):
        ticket = seize(untouched, work.id)
        if ticket is None:
            continue
        work = work.not_to(ticket.assignee_id or 0)
        if choice := dealer.give(work, again=False):
            ticket.assign(crew.agents[choice.person.id], ROUTING, "missed")
            given.append(choice)
    remember_turns(plan, given)
    return len(given)


@transaction.atomic
def overflow(plan: RoutingPlan) -> int:
    """What has waited too long goes to the team that helps out, if somebody is there; back to none where it has been.
    Returns how many went."""
    helps = plan.overflow_team
    if helps is None or not plan.overflow_after:
        return 0
    since = now() - timedelta(seconds=plan.overflow_after)
    late = (
        waiting(plan.team_id).annotate(since=Coalesce("waiting_since", "created_at")).filter(since__lt=since)
    )
    ids = list(late.order_by("since", "pk").values_list("pk", flat=True)[:AT_ONCE])
    if not ids or not Agent.objects.filter(teams=helps, is_active=True, presence=Presence.ONLINE).exists():
        return 0
    moves = Event.objects.filter(ticket_id__in=ids, kind="ticket.team_changed", actor_kind=ROUTING[0])
    kept = {
        event.ticket_id
        for event in moves
        if event.payload["was"] == helps.pk or (event.payload["now"] == plan.team_id and event.at > since)
    }
    found = [ticket for pk in ids if pk not in kept and (ticket := seize(waiting(plan.team_id), pk))]
    for ticket in found:
        ticket.set_team(helps, ROUTING)
    return len(found)


_ACTS: tuple[Callable[[RoutingPlan], int], ...] = (take_back, pass_on, drain, overflow)


def _chats(plan: RoutingPlan) -> QuerySet[Ticket]:
    """In which somebody waits for whoever has it."""
    return Ticket.objects.filter(
        team=plan.team_id,
        pile=Pile.ACTIVE,
        source__in=CHATS,
        status__in=[Status.NEW, Status.OPEN],
        assignee__isnull=False,
        waiting_since__isnull=False,
    )


def _gone_since(agents: set[int | None], seconds: int) -> set[int | None]:
    """Those of the absent who have been away for so long."""
    lately = Event.objects.filter(at__gt=now() - timedelta(seconds=seconds), kind="agent.presence_changed")
    return agents - set(lately.filter(subject_id__in=agents - {None}).values_list("subject_id", flat=True))


def _last_assigned(ids: list[int]) -> dict[int, Event]:
    """How each ticket came to whoever has it."""
    events = Event.objects.filter(ticket_id__in=ids, kind="ticket.assigned").order_by("ticket_id", "number")
    return {event.ticket_id or 0: event for event in events}


def _free(held: QuerySet[Ticket], pk: int) -> bool:
    ticket = seize(held, pk)
    if ticket is not None:
        ticket.assign(None, ROUTING, "absent")
    return ticket is not None
