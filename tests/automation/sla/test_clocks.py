"""Each promise has a clock, which runs, pauses and stops within the change that makes it do so."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agents.models import Calendar
from automation.models import Clock, Policy
from tests.automation.sla.conftest import HOUR, minutes, put_back
from tickets.models import Priority, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_by_one(policy):
    """Every ticket here is promised by it."""


def test_a_first_reply_and_a_solution_are_promised(ticket, clocks):
    first, solution = clocks()["first_reply"], clocks()["resolution"]
    assert first.due_at - first.started_at == HOUR
    assert solution.due_at - solution.started_at == 24 * HOUR
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_for) == (first.due_at, "first_reply")


def test_a_reply_keeps_the_promise(ticket, ann, clocks):
    ticket.reply(ann, text="We send another.", then="open")
    first = clocks()["first_reply"]
    assert first.stopped_at is not None
    assert first.breached_at is None
    ticket.refresh_from_db()
    assert ticket.due_for == "resolution"


def test_a_held_reply_keeps_it_when_it_leaves(ticket, ann, clocks):
    reply = ticket.reply(ann, text="We send another.", hold=timedelta(seconds=20))
    assert clocks()["first_reply"].stopped_at is None
    reply.release(early=True)
    assert clocks()["first_reply"].stopped_at is not None


def test_what_we_do_not_say_to_him_keeps_nothing(ticket, ann, clocks):
    ticket.note(ann, text="He is right.")
    ticket.notify(text="We got it.", purpose="receipt")
    assert clocks()["first_reply"].stopped_at is None


def test_while_it_waits_for_him_the_solution_is_not_due(ticket, ann, clocks):
    ticket.reply(ann, text="Which colour?", then="pending")
    assert clocks()["resolution"].due_at is None
    assert not clocks()["resolution"].runs
    ticket.refresh_from_db()
    assert ticket.due_at is None


@pytest.mark.parametrize("status", ["pending", "on_hold"])
def test_it_goes_on_with_what_was_left(ticket, ann, dora, clocks, status):
    ticket.reply(ann, text="Which colour?", then="open")
    put_back(ticket, 4 * HOUR)
    ticket.set_status(status, ann)
    put_back(ticket, 10 * HOUR)
    ticket.receive(dora, text="The red one.")
    solution, following = clocks()["resolution"], clocks()["next_reply"]
    left = solution.due_at - following.started_at
    assert abs(left - 20 * HOUR) < timedelta(seconds=5)
    assert following.due_at - following.started_at == 2 * HOUR
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_for) == (following.due_at, "next_reply")


def test_more_of_his_messages_do_not_set_the_clock_back(ticket, ann, dora, clocks):
    ticket.reply(ann, text="Which colour?")
    ticket.receive(dora, text="The red one.")
    before = clocks()["next_reply"]
    ticket.receive(dora, text="Or the blue one.")
    assert clocks()["next_reply"] == before


def test_it_begins_too_where_the_ticket_was_left_open(ticket, ann, dora, clocks):
    ticket.reply(ann, text="We look.", then="open")
    ticket.receive(dora, text="Thank you, and?")
    assert clocks()["next_reply"].stopped_at is None


def test_what_he_wrote_while_the_reply_was_held_is_still_to_be_answered(ticket, ann, dora, clocks):
    reply = ticket.reply(ann, text="Which colour?", hold=timedelta(seconds=20))
    ticket.receive(dora, text="One thing more.")
    reply.release(early=True)
    assert clocks()["next_reply"].stopped_at is None


def test_mere_thanks_promise_nothing(ticket, ann, dora, clocks):
    ticket.reply(ann, text="Sent.", then="solved")
    ticket.receive(dora, text="Thank you!")
    assert "next_reply" not in clocks()
    assert clocks()["resolution"].stopped_at is not None


def test_automatic_messages_touch_no_clock(ticket, ann, dora, clocks):
    ticket.reply(ann, text="Sent.")
    ticket.receive(dora, text="I am on holiday.", automatic=True)
    assert "next_reply" not in clocks()


def test_solving_ends_all_of_them(ticket, ann, clocks):
    ticket.solve(ann)
    assert all(clock.stopped_at for clock in clocks().values())
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_reopened_the_solution_is_promised_again_and_the_time_between_does_not_count(
    ticket, ann, dora, clocks
):
    ticket.reply(ann, text="Sent.", then="solved")
    put_back(ticket, 100 * HOUR)
    ticket.receive(dora, text="It never came.")
    solution = clocks()["resolution"]
    assert solution.stopped_at is None
    assert solution.breached_at is None
    assert set(clocks()) == {"first_reply", "next_reply", "resolution"}


def test_spam_has_no_deadline(ticket, ann, clocks):
    ticket.mark_spam(ann)
    ticket.refresh_from_db()
    assert ticket.due_at is None
    ticket.unmark_spam(ann)
    ticket.refresh_from_db()
    assert ticket.due_for == "first_reply"


def test_another_priority_is_another_target_since_the_beginning(ticket, ann, policy, clocks):
    policy.change(None, targets=minutes() | {"first_reply": {"2": 60, "4": 15}})
    ticket.set_priority(Priority.URGENT, ann)
    first = clocks()["first_reply"]
    assert first.due_at - first.started_at == timedelta(minutes=15)
    ticket.set_priority(Priority.LOW, ann)
    assert clocks()["first_reply"].due_at is None


def test_the_teams_own_hours_count_where_the_policy_names_none(dora, orders, policy):
    policy.change(None, calendar=None)
    Calendar.set(orders, None, zone="UTC", week={}, days_off=[])
    ticket = Ticket.open(dora, orders, subject="Lid", source="email")
    ticket.receive(dora, text="Hello")
    assert ticket.due_at - ticket.created_at < 2 * HOUR


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"source": ["email"]}, True),
        ({"source": ["chat"]}, False),
        ({"tier": ["vip"]}, True),
        ({"tier": ["standard"]}, False),
        ({"priority": [2, 3], "language": ["en"]}, True),
        ({"priority": [2], "language": ["fa"]}, False),
    ],
)
def test_the_first_policy_whose_conditions_all_hold_is_the_tickets(dora, orders, policy, conditions, fits):
    dora.change(None, tier="vip")
    special = Policy(name="Special", targets=minutes(first=7), position=0, conditions=conditions)
    special.change(None, calendar=policy.calendar)
    special.move(True, None)
    ticket = Ticket.open(dora, orders, subject="Lid", source="email", language="en")
    ticket.receive(dora, text="Hello")
    first = Clock.objects.get(ticket=ticket, kind="first_reply")
    assert first.policy == (special if fits else policy)


def test_tags_may_choose_the_policy(ticket, ann, policy, clocks):
    tag = ticket.tag("Recall", ann)
    ticket.untag(tag, ann)
    special = Policy(name="Recall", targets=minutes(first=5), conditions={"tag": [tag.pk]})
    special.change(None, calendar=policy.calendar)
    special.move(True, None)
    ticket.tag("Recall", ann)
    assert clocks()["first_reply"].policy == special
    ticket.untag(tag, ann)
    assert clocks()["first_reply"].policy == policy


def test_without_policies_there_are_no_clocks(dora, orders):
    for policy in Policy.objects.all():
        policy.remove(None)
    Ticket.open(dora, orders, subject="Lid", source="email").receive(dora, text="Hello")
    assert not Clock.objects.exists()


def test_an_archive_is_promised_nothing(ticket, clocks):
    ticket.shelve(ticket.created_at)
    assert clocks() == {}


def statements(act) -> int:
    """How many of what it says to the database are about promises alone."""
    with CaptureQueriesContext(connection) as seen:
        act()
    said = [one["sql"] for one in seen]
    promises = [
        sql for sql in said if sql.startswith("UPDATE") and '"due_at" = ' in sql and "sequence" not in sql
    ]
    return len(promises) + sum("automation_" in sql for sql in said)


def test_a_mail_costs_two_statements_more(dora, ann, orders):
    Ticket.open(dora, orders, subject="First", source="email").receive(dora, text="Hello")

    @transaction.atomic
    def taken_in() -> None:
        taken_in.ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        taken_in.ticket.receive(dora, text="Hello")

    assert statements(taken_in) <= 2
    ticket = taken_in.ticket
    assert Ticket.objects.get(pk=ticket.pk).due_for == "first_reply"
    assert statements(lambda: ticket.receive(dora, text="Hello?")) == 0
    for status in ("pending", "solved"):
        ticket.reply(ann, text="Which?", then=status)
        assert statements(lambda: ticket.receive(dora, text="It is the red one.")) <= 2
        assert Ticket.objects.get(pk=ticket.pk).due_for == "next_reply"
