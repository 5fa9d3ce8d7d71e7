"""Tickets of a team with a plan become somebody's by themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Presence
from automation.models import Mode
from automation.routing import book
from automation.routing.assigning import MOST, drain
from automation.routing.crew import crew_of
from automation.routing.queue import queue
from customers.models import Customer
from events.models import Event, Receipt
from tests.automation.routing.conftest import able, be, colleague, opened, planned, whose, work
from tickets.history import Names, sentence
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_ticket_is_given_to_somebody_who_is_there(plan, crew, ann, dora, orders):
    ticket = opened(dora, orders)
    work()
    assert whose(ticket) == ann
    event = Event.objects.get(kind="ticket.assigned")
    assert (event.actor_kind, event.payload["because"]) == ("routing", "in_turn")
    assert "Routing" in sentence(event, Names([event]))


def test_one_after_the_other(plan, crew, ann, bea, dora, eve, orders):
    customers = [dora, eve, *(Customer.identify("email", f"{n}@customer.example") for n in range(2))]
    tickets = [opened(customer, orders) for customer in customers]
    work()
    assert [whose(ticket) for ticket in tickets] == [ann, bea, ann, bea]


def test_only_those_who_are_there(plan, ann, bea, carl, dora, orders):
    be(ann, Presence.AWAY)
    be(carl)
    ticket = opened(dora, orders)
    work()
    assert whose(ticket) is None
    be(bea)
    work()
    assert whose(ticket) == bea


def test_the_queue_is_given_out_the_moment_there_is_room(plan, crew, ann, bea, dora, eve, orders):
    able(ann, 1)
    able(bea, 0)
    first, second = opened(dora, orders), opened(eve, orders)
    work()
    assert [whose(first), whose(second)] == [ann, None]
    first.refresh_from_db()
    first.reply(ann, text="A new one is on its way.", then="solved")
    work()
    assert whose(second) == ann


@pytest.mark.parametrize("makes_room", ["wait", "hold", "solve", "close", "mark_spam", "unassign", "ability"])
def test_whatever_makes_room(plan, crew, ann, bea, dora, eve, orders, makes_room):
    able(ann, 1)
    able(bea, 0)
    first, second = opened(dora, orders), opened(eve, orders)
    work()
    first.refresh_from_db()
    if makes_room == "ability":
        able(ann, 2)
    elif makes_room == "unassign":
        first.assign(bea, bea)
    else:
        getattr(first, makes_room)(ann)
    work()
    assert whose(second) == ann


def test_a_chat_needs_more_room_than_a_mail(plan, ann, dora, eve, orders):
    able(be(ann), 3)
    mail, chat = opened(dora, orders), opened(eve, orders, "widget")
    work()
    assert [whose(mail), whose(chat)] == [None, ann]


def test_by_language_as_far_as_somebody_speaks_it(plan, crew, ann, bea, dora, eve, orders):
    able(ann, languages=("en",))
    able(bea, languages=("ar", "en"))
    arabic, french = opened(dora, orders, language="ar"), opened(eve, orders, language="fr")
    work()
    assert [whose(arabic), whose(french)] == [bea, ann]
    be(bea, Presence.OFFLINE)
    waits = opened(Customer.identify("email", "f@customer.example"), orders, language="ar")
    work()
    assert whose(waits) is None


def test_by_skill_where_a_tag_asks_for_it(plan, crew, ann, bea, dora, orders):
    able(bea, skills=("Refund",))
    ticket = Ticket.open(dora, orders, subject="Money back", source="email")
    ticket.receive(dora, text="I want it back.")
    ticket.tag("refund", None)
    ticket.tag("blue", None)
    work()
    assert whose(ticket) == bea


def test_to_who_had_the_customer_last_if_present(plan, crew, ann, bea, dora, orders):
    old = opened(dora, orders)
    old.assign(bea, bea)
    old.solve(bea)
    work()
    new = opened(dora, orders)
    work()
    assert whose(new) == bea
    assert Event.objects.filter(kind="ticket.assigned").last().payload["because"] == "known"
    be(bea, Presence.OFFLINE)
    another = opened(dora, orders)
    work()
    assert whose(another) == ann


def test_who_gives_it_back_does_not_get_it_again(plan, crew, ann, bea, dora, orders):
    ticket = opened(dora, orders)
    work()
    ticket.refresh_from_db()
    ticket.assign(None, ann)
    work()
    assert whose(ticket) == bea


def test_what_a_person_decided_stays(plan, crew, ann, carl, dora, orders):
    ticket = opened(dora, orders)
    ticket.assign(carl, ann)
    work()
    assert whose(ticket) == carl


def test_the_least_busy_counts_what_he_has_in_other_teams(crew, ann, bea, dora, orders, repairs):
    repairs.members.add(ann)
    planned(orders, Mode.LEAST_BUSY)
    book.forget()
    elsewhere = opened(dora, repairs)
    elsewhere.assign(ann, ann)
    ticket = opened(Customer.identify("email", "x@customer.example"), orders)
    work()
    assert whose(ticket) == bea


def test_reopened_it_is_not_left_with_somebody_who_is_not_there(plan, crew, ann, bea, dora, orders):
    ticket = opened(dora, orders)
    work()
    ticket.refresh_from_db()
    ticket.reply(ann, text="Sent.", then="solved")
    be(ann, Presence.OFFLINE)
    ticket.receive(dora, text="It never came.")
    work()
    assert whose(ticket) == bea


def test_a_plan_that_is_switched_on_gives_out_what_waits(crew, ann, dora, orders):
    ticket = opened(dora, orders)
    work()
    assert whose(ticket) is None
    planned(orders)
    work()
    assert whose(ticket) == ann


def test_a_plan_of_another_team_is_none_of_it(plan, crew, carl, dora, repairs):
    be(carl)
    ticket = opened(dora, repairs)
    work()
    assert whose(ticket) is None


def test_without_a_plan_there_is_no_task_and_one_small_query_a_second(crew, ann, dora, orders):
    book.forget()
    ticket = opened(dora, orders)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ticket.reply(ann, text="Sent.", then="solved")
    assert not Receipt.objects.filter(subscriber__startswith="automation.routing").exists()
    assert not [one for one in asked if "automation_routingplan" in one["sql"]]


def test_giving_out_asks_no_more_for_more_that_waits(plan, crew, orders, dora):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(queue(plan, crew_of(plan)))
        return len(queries)

    opened(dora, orders)
    few = asked()
    for number in range(20):
        opened(Customer.identify("email", f"{number}@customer.example"), orders)
    assert asked() == few


def test_more_than_one_transaction_takes_is_given_out_by_the_next(plan, orders, dora):
    crew = [colleague(f"Agent{number}", orders, 30) for number in range(3)]
    for number in range(60):
        opened(Customer.identify("email", f"{number}@customer.example"), orders)
    assert [drain(plan), drain(plan), drain(plan)] == [MOST, 60 - MOST, 0]
    assert [agent.assigned_tickets.count() for agent in crew] == [20, 20, 20]
