"""Giving out what waits, under one lock for the whole desk: an agent may belong to many teams, and nobody is given
more than he has room for, however many workers give out at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import connection, transaction
from django.db.models import QuerySet

from automation.models import RoutingPlan, RoutingTurn
from automation.routing.crew import Crew, crew_of
from automation.routing.deciding import Choice, Dealer
from automation.routing.queue import queue, waiting
from tickets.models import Ticket

ROUTING = ("routing", 0)
"""The actor of what is done here."""
MOST = 50
"""Tickets given out in one transaction; the rest is for the next."""
_LOCK = 7_206_184_021
"""Any number that no other advisory lock has."""


def lock() -> None:
    """Until the transaction ends, nobody else gives anything out. Tickets are locked after it, and never waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def drain(plan: RoutingPlan) -> int:
    """Give a team's waiting tickets to those who have room; returns how many."""
    lock()
    crew = crew_of(plan)
    dealer = Dealer(crew.people, plan.mode)
    if dealer.is_full:
        return 0
    chosen = list(islice(_choices(plan, crew, dealer), MOST))
    given = [choice for choice in chosen if _give(choice, crew, waiting(plan.team_id))]
    remember_turns(plan, given)
    return len(given)


def _choices(plan: RoutingPlan, crew: Crew, dealer: Dealer) -> Iterable[Choice]:
    for work in queue(plan, crew):
        if choice := dealer.give(work):
            yield choice
        if dealer.is_full:
            return


def _give(choice: Choice, crew: Crew, among: QuerySet[Ticket]) -> bool:
    """False where somebody has the ticket in hand, or it does not wait any more: its own event comes."""
    ticket = seize(among, choice.work.id)
    if ticket is not None:
        ticket.assign(crew.agents[choice.person.id], ROUTING, choice.because)
    return ticket is not None


def seize(among: QuerySet[Ticket], pk: int) -> Ticket | None:
    """The ticket, locked, if it is still among these and nobody changes it at this moment."""
    found = among.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=pk).first()
    if found is not None:
        found.remember_lock()
    return found


def remember_turns(plan: RoutingPlan, given: Iterable[Choice]) -> None:
    turns = {choice.person.id: choice.person.turn for choice in given}
    RoutingTurn.objects.bulk_create(
        [RoutingTurn(plan=plan, agent_id=agent, number=number) for agent, number in turns.items()],
        update_conflicts=True,
        unique_fields=["plan", "agent"],
        update_fields=["number"],
    )
