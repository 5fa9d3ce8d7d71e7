"""What of a team waits for somebody: nobody's tickets that are new or open, most urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from automation.models import RoutingPlan
from automation.routing.crew import Crew
from automation.routing.deciding import Work
from events.models import Event
from tickets.icons import CHATS
from tickets.models import Pile, Status, Ticket

LOOKED_AT = 2_000
"""Tickets, most urgent first: those that wait behind so many wait for these."""
AT_A_TIME = 100


def waiting(team: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        team=team, assignee=None, pile=Pile.ACTIVE, status__in=[Status.NEW, Status.OPEN]
    )


def queue(plan: RoutingPlan, crew: Crew) -> Iterator[Work]:
    """Chats come first, then what is of higher priority, then who waits longest."""
    chats = Case(When(source__in=CHATS, then=Value(0)), default=Value(1), output_field=IntegerField())
    order = (chats, "-priority", Coalesce("waiting_since", "created_at"), "pk")
    ids = list(waiting(plan.team_id).order_by(*order).values_list("pk", flat=True)[:LOOKED_AT])
    for place in range(0, len(ids), AT_A_TIME):
        yield from works(plan, crew, ids[place : place + AT_A_TIME])


def works(plan: RoutingPlan, crew: Crew, ids: list[int]) -> list[Work]:
    """Of these tickets, in their order: what each needs, and who had it. Four queries at most."""
    tickets = Ticket.objects.only("id", "source", "language", "customer").in_bulk(ids)
    needs = _skills(ids, crew)
    lives = _lives(ids)
    known = _known(crew, {tickets[pk].customer_id for pk in ids if pk in tickets}) if plan.is_sticky else {}
    return [
        Work(
            pk,
            plan.weight(ticket.source),
            ticket.language if ticket.language in crew.languages else "",
            frozenset(needs.get(pk, ())),
            (lives[pk].last or known.get(ticket.customer_id)) if plan.is_sticky else None,
            frozenset(lives[pk].passed),
        )
        for pk in ids
        if (ticket := tickets.get(pk))
    ]


@dataclass
class Life:
    """Who of the agents had a ticket last, and who did not take it or gave it back."""

    last: int | None = None
    passed: set[int] = field(default_factory=set)


def _lives(ids: list[int]) -> dict[int, Life]:
    found: dict[int, Life] = defaultdict(Life)
    assigned = Event.objects.filter(ticket_id__in=ids, kind="ticket.assigned").order_by("ticket_id", "number")
    for event in assigned.only("ticket_id", "payload", "actor_kind", "actor_id"):
        was, life = event.payload["was"], found[event.ticket_id or 0]
        life.last = event.payload["now"] or was
        by_himself = (event.actor_kind, event.actor_id) == ("agent", was)
        if was is not None and (by_himself or event.payload.get("because") == "missed"):
            life.passed.add(was)
    return found


def _skills(ids: list[int], crew: Crew) -> dict[int, set[int]]:
    """The tags of each that are somebody's skill."""
    found: dict[int, set[int]] = defaultdict(set)
    if crew.skills:
        tagged = Ticket.tags.through.objects.filter(ticket__in=ids, tag__in=crew.skills)
        for ticket, tag in tagged.values_list("ticket", "tag"):
            found[ticket].add(tag)
    return found


def _known(crew: Crew, customers: set[int]) -> dict[int, int]:
    """By customer, who of those that are there had a ticket of his last."""
    had = Ticket.objects.filter(customer__in=customers, assignee__in=list(crew.agents))
    newest = had.order_by("customer", "-activity_at", "-pk").distinct("customer")
    return {customer: agent for customer, agent in newest.values_list("customer", "assignee") if agent}
