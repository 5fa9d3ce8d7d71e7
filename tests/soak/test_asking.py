"""Tickets are solved by ten at once while the workers that ask are killed: each customer is asked once, none is left out."""

import time
from collections import Counter

import pytest
from django.db import connection
from django.db.models import F
from django.utils.timezone import now

from channels_inbox.models import Envelope
from csat.models import Survey
from csat.models.survey import LEASE
from customers.models import Customer
from events.models import Event, Receipt, ReceiptState
from tests.soak.crew import Crew
from tests.tickets.racing import race
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

AT_ONCE = 10
FULL, SHORT = 1000, 40


def write(count: int, orders) -> list[int]:
    """Open tickets, each of a customer of its own."""
    tickets = []
    for number in range(count):
        customer = Customer.identify("email", f"customer{number}@customer.example", name="Dora")
        ticket = Ticket.open(customer, orders, subject="Soak", source="email")
        ticket.receive(customer, text="It is cracked.")
        tickets.append(ticket.pk)
    return tickets


def let_time_pass() -> None:
    """What a dead worker had claimed is due again."""
    Survey.objects.filter(ask_at__gt=now()).update(ask_at=F("ask_at") - LEASE)
    Receipt.objects.filter(state=ReceiptState.PENDING).update(next_try_at=now())


def test_each_is_asked_once_and_none_is_missing(full, channel, orders, ann):
    tickets, kills = write(FULL if full else SHORT, orders), 20 if full else 4
    began = time.monotonic()
    crew = Crew("tests.soak.asking_worker", 4 if full else 3, FANOOS_ENV="test", SURVEY_WAIT_SECONDS="0")
    try:
        for place, ticket in enumerate(tickets):
            race(*[lambda pk=ticket: Ticket.objects.get(pk=pk).solve(ann)] * AT_ONCE)
            if crew.kills < kills and place > (crew.kills + 1) * len(tickets) / (kills + 1):
                crew.kill_one()
        while Survey.objects.asked().count() < len(tickets):
            assert time.monotonic() - began < 1800, "half an hour is enough"
            time.sleep(0.5)
            let_time_pass()
        for _time in range(3):  # whoever would ask twice has had the time for it
            let_time_pass()
            time.sleep(0.5)
    finally:
        crew.end()
        connection.close()
    asked = Counter(Message.objects.filter(purpose="survey").values_list("ticket", flat=True))
    print(
        f"\n{len(tickets)} tickets, each solved {AT_ONCE} times at once, {crew.kills} workers killed: "
        f"{len(asked)} asked, {sum(asked.values()) - len(asked)} twice, in {time.monotonic() - began:.0f} s"
    )
    assert crew.kills == kills
    assert asked == dict.fromkeys(tickets, 1)
    assert Survey.objects.count() == len(tickets)
    assert Event.objects.filter(kind="ticket.solved").count() == len(tickets)
    assert Event.objects.filter(kind="survey.asked").count() == len(tickets)
    assert (
        Envelope.objects.outgoing().values("message").distinct().count()
        == Envelope.objects.outgoing().count()
    )
