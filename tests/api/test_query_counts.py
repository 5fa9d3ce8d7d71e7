"""What an answer costs does not grow with its rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.models import Token
from customers.models import Customer
from tests.conftest import hire
from tickets.models import Ticket


def warm(api) -> None:
    """What is kept is kept, and the token's use is noted for this minute and the next."""
    api.get("me/")
    Token.objects.update(last_used_at=now() + timedelta(minutes=1))


def cost(api, address: str, rows: int) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(address)
    assert len(answer.json()["results"]) == rows
    return len(queries)


def add_tickets(orders, ann, start: int) -> None:
    for number in range(start, start + 4):
        customer = Customer.identify("email", f"customer{number}@shop{number}.example")
        ticket = Ticket.open(customer, orders, subject=f"Lid {number}", source="api")
        ticket.receive(customer, text="cracked")
        ticket.assign(ann, by=ann)
        ticket.tag(f"tag{number}", by=ann)


@pytest.mark.parametrize(
    "address", ["tickets/", "tickets/?status=new", "tickets/?q=cracked", "customers/", "tags/"]
)
def test_lists_of_tickets_and_customers(api, orders, ann, address):
    warm(api)
    add_tickets(orders, ann, 0)
    few = cost(api, address, 4)
    add_tickets(orders, ann, 4)
    assert cost(api, address, 8) == few


def test_a_thread(api, ticket, ann, dora):
    warm(api)
    address = f"tickets/{ticket.pk}/messages/"
    ticket.reply(ann, text="Hello")
    few = cost(api, address, 2)
    for _ in range(3):
        ticket.receive(dora, text="Hello")
        ticket.note(ann, text="Hello")
    assert cost(api, address, 8) == few


def test_agents(api, orders, ann):
    warm(api)
    few = cost(api, "agents/", 1)
    for number in range(3):
        hire(f"New{number}", orders)
    assert cost(api, "agents/", 4) == few
