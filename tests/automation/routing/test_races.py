"""Ten workers at once give out each ticket once, and nobody more than he can take."""

from collections import Counter
from functools import partial

import pytest

from automation.models import RoutingPlan
from automation.routing.assigning import drain
from customers.models import Customer
from events.models import Event
from tests.automation.routing.conftest import colleague, opened, planned, whose
from tests.tickets.racing import race
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_workers_and_fifty_tickets(orders, repairs):
    plans = [planned(orders), planned(repairs)]
    crew = [colleague(f"Agent{number}", orders, 4) for number in range(5)]
    for agent in crew:
        repairs.members.add(agent)
    for number in range(50):
        opened(Customer.identify("email", f"{number}@customer.example"), (orders, repairs)[number % 2])
    acts = [partial(drain, RoutingPlan.objects.get(pk=plans[number % 2].pk)) for number in range(10)]
    results = race(*acts)
    assert sum(results) == 20
    had = Counter(Ticket.objects.exclude(assignee=None).values_list("assignee", flat=True))
    assert had == {agent.pk: 4 for agent in crew}
    events = Event.objects.filter(kind="ticket.assigned").values_list("ticket_id", flat=True)
    assert len(events) == len(set(events)) == 20


def test_while_an_agent_takes_tickets_himself_nothing_is_given_twice(orders):
    plan = planned(orders)
    taker = colleague("Taker", orders, 0)
    colleague("Other", orders, 50)
    tickets = [
        opened(Customer.identify("email", f"{number}@customer.example"), orders) for number in range(12)
    ]
    takes = [
        partial(lambda pk: Ticket.objects.get(pk=pk).assign(taker, taker), one.pk) for one in tickets[:4]
    ]
    results = race(*takes, *[partial(drain, plan)] * 4)
    assert not [one for one in results if isinstance(one, Exception)]
    assert {whose(one) for one in tickets[:4]} == {taker}
