"""A desk with a past, made by the product's own verbs in a random order."""

import random
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from agents.models import Agent
from events.history import as_of
from reports import folding
from tests.conftest import hire
from tickets.models import Grievance, Status, Ticket


@pytest.fixture
def past(dora, orders, repairs, ann, bea, carl, monkeypatch):
    """60 tickets of two teams over 20 days: waits, answers, notes, withdrawn replies, machines' mail, spam, reopened
    ones. Gives back their ids."""
    return live_through(dora, [orders, repairs], [ann, bea, carl], monkeypatch)


@pytest.fixture
def unhurried(monkeypatch) -> None:
    """What a page folded is good enough for the next one, however slow the machine: for counting its queries."""
    monkeypatch.setattr(folding, "FRESH", timedelta(hours=1))


@pytest.fixture
def boss(db) -> Agent:
    return hire("Boss", None, "supervisor")


def live_through(
    customer, teams, agents, monkeypatch, many: int = 60, seed: int = 7, days: int = 20
) -> list[int]:
    chance, aside = random.Random(seed), random.Random(seed)
    ids = []
    for _ in range(many):
        at = now() - timedelta(days=days * chance.random())
        ticket = _at(at, monkeypatch, lambda: Ticket.open(
            customer, chance.choice(teams), subject="Lid", source=chance.choice(["email", "chat", "phone"])
        ))  # fmt: skip
        Ticket.objects.filter(pk=ticket.pk).update(created_at=at)
        ticket.refresh_from_db()
        ids.append(ticket.pk)
        for _step in range(chance.randrange(14)):
            at = min(at + timedelta(hours=20 * chance.random()), now())
            _at(at, monkeypatch, lambda: _happen(ticket, customer, chance, agents, at))  # noqa: B023
            _at(at, monkeypatch, lambda: _happen_aside(ticket, aside, agents[0]))  # noqa: B023
    return ids


def _at(at: datetime, monkeypatch, act):
    """The clock of tickets stands at `at` while `act` runs."""
    with monkeypatch.context() as patch, as_of(at):
        for module in ("statusful", "conversing", "recorded", "spammable"):
            patch.setattr(f"tickets.models.{module}.now", lambda: at)
        return act()


def _happen(ticket, customer, chance, agents, at) -> None:
    agent = chance.choice(agents)
    match chance.randrange(12):
        case 0 | 1 | 2 | 3:
            ticket.receive(customer, text="Where is it?", at=at)
        case 4:
            ticket.receive(customer, text="I am away.", automatic=True, at=at)
        case 5 | 6 | 7:
            ticket.reply(agent, text="Here.", then=chance.choice(["", Status.PENDING, Status.SOLVED]))
        case 8:
            ticket.reply(agent, text="Well …", hold=timedelta(minutes=1)).withdraw(agent)
        case 9:
            ticket.note(agent, text="Hm.")
        case 10:
            ticket.solve(agent)
        case 11:
            chance.choice([lambda: ticket.assign(agent, agent), lambda: ticket.mark_spam(agent)])()


def _happen_aside(ticket, chance, agent) -> None:
    """What changes no times: complaints and tags."""
    match chance.randrange(12):
        case 0 | 1:
            ticket.complain(chance.choice(Grievance.values), agent)
        case 2:
            chance.choice([ticket.settle_complaint, ticket.withdraw_complaint])(agent)
        case 3:
            ticket.tag(chance.choice(["Kettle", "Grinder", "late"]), agent)
