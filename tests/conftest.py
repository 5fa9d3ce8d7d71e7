"""The cast: Ann (agent), Bea (her lead), Carl (another team's agent), Dora (customer), Eve (an attacker)."""

import pytest
from hypothesis import HealthCheck, settings

from agents.models import Agent, Mails, Role, Team
from automation.routing import book
from automation.rules import listening
from customers.models import Customer
from tickets.models import Ticket

PASSWORD = "correct horse battery"

# A busy machine fails no test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def orders(db) -> Team:
    return Team.objects.create(name="Orders")


@pytest.fixture
def repairs(db) -> Team:
    return Team.objects.create(name="Repairs")


@pytest.fixture(autouse=True)
def no_rules_yet() -> None:
    """So that whether the second has passed, after which a process asks for rules anew, counts no query."""
    listening.assume_silence()
    book.assume_none()


def hire(name: str, team: Team | None, role: str = Role.AGENT, **fields) -> Agent:
    """An agent, whom nothing is told by mail unless a test is about that."""
    fields = {"mails": Mails.OFF} | fields
    agent = Agent.objects.create_user(
        f"{name.lower()}@shop.example", PASSWORD, name=name, role=role, **fields
    )
    if team is not None:
        team.members.add(agent)
    return agent


@pytest.fixture
def ann(orders) -> Agent:
    return hire("Ann", orders)


@pytest.fixture
def bea(orders) -> Agent:
    return hire("Bea", orders, Role.LEAD)


@pytest.fixture
def carl(repairs) -> Agent:
    return hire("Carl", repairs)


@pytest.fixture
def admin(db) -> Agent:
    return hire("Adam", None, Role.ADMINISTRATOR)


@pytest.fixture
def dora(transactional_db_or_db) -> Customer:
    return Customer.identify("email", "dora@customer.example", name="Dora")


@pytest.fixture
def eve(transactional_db_or_db) -> Customer:
    return Customer.identify("email", "eve@evil.example", name="Eve")


@pytest.fixture
def transactional_db_or_db(db) -> None:
    """A database, in whichever of pytest-django's two ways the test asks for."""


@pytest.fixture
def ticket(dora, orders) -> Ticket:
    """Dora's open ticket with the orders team, with one message."""
    ticket = Ticket.open(dora, orders, subject="Cracked lid", source="email")
    ticket.receive(dora, text="Hello, the lid arrived cracked.")
    return ticket
