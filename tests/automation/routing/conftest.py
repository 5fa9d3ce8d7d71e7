"""A team whose tickets are given out: Ann and Bea belong to it, and are there."""

from datetime import timedelta

import pytest

from agents.models import Agent, Presence, Team
from automation.models import Ability, Mode, RoutingPlan
from automation.routing import book
from events.delivery import act_on
from events.models import Event, Receipt, ReceiptState
from tests.conftest import hire
from tickets.models import Ticket


@pytest.fixture
def plan(orders) -> RoutingPlan:
    """In turn. Routing hears of it at once."""
    plan = planned(orders)
    book.forget()
    return plan


@pytest.fixture
def crew(ann, bea) -> list[Agent]:
    return [be(ann), be(bea)]


def planned(team: Team, mode: str = Mode.IN_TURN, **facts) -> RoutingPlan:
    plan = RoutingPlan.of(team)
    plan.change(None, mode=mode, **facts)
    return plan


def be(agent: Agent, presence: str = Presence.ONLINE) -> Agent:
    agent.be(presence, by_hand=True)
    return agent


def able(
    agent: Agent, capacity: int = 10, languages: tuple[str, ...] = (), skills: tuple[str, ...] = ()
) -> None:
    Ability.of(agent).change(None, capacity=capacity, languages=list(languages), skills=skills)


def colleague(name: str, team: Team, capacity: int = 10) -> Agent:
    agent = be(hire(name, team))
    able(agent, capacity)
    return agent


def opened(
    customer, team: Team, source: str = "email", text: str = "The lid arrived cracked.", **facts
) -> Ticket:
    ticket = Ticket.open(customer, team, subject="Cracked lid", source=source, **facts)
    ticket.receive(customer, text=text)
    return ticket


def work() -> None:
    """What the workers do, until nothing is left."""
    while receipts := list(Receipt.objects.filter(state=ReceiptState.PENDING, attempts=0).order_by("pk")):
        for receipt in receipts:
            act_on(receipt.pk)
    assert not Receipt.objects.exclude(error="").values_list("error", flat=True)


def whose(ticket: Ticket) -> Agent | None:
    return Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee


def later(seconds: float) -> None:
    """Everything until now was so long ago."""
    by = timedelta(seconds=seconds)
    for ticket in Ticket.objects.all():
        since = ticket.waiting_since and ticket.waiting_since - by
        at = {"activity_at": ticket.activity_at - by, "created_at": ticket.created_at - by}
        Ticket.objects.filter(pk=ticket.pk).update(waiting_since=since, **at)
    for event in Event.objects.all():
        Event.objects.filter(pk=event.pk).update(at=event.at - by)
