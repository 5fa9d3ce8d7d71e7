"""Warnings before the deadline, the breach, and steps after it: each once, whoever sweeps, and however late."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from automation.models import Clock, Policy
from automation.sla import ringing
from automation.tasks import ring_clocks
from events.history import as_of
from events.models import Event
from tests.automation.sla.conftest import HOUR, minutes, put_back
from tickets.models import MessageKind, Priority, Ticket


def told(ticket, kind: str) -> list[dict]:
    return [event.payload for event in Event.objects.of_ticket(ticket.pk).filter(kind=kind)]


@pytest.fixture(autouse=True)
def all_by_one(policy):
    """Every ticket here is promised by it."""


@pytest.fixture
def others(dora, orders) -> list[Ticket]:
    """Five that broke two hours ago."""
    tickets = [Ticket.open(dora, orders, subject="Lid", source="email") for _ in range(5)]
    for ticket in tickets:
        put_back(ticket, 3 * HOUR)
    return tickets


@pytest.mark.django_db
class TestBreach:
    def test_it_is_told_once(self, ticket):
        put_back(ticket, 2 * HOUR)
        for _again in range(3):
            ring_clocks()
        (breach,) = told(ticket, "sla.breached")
        assert breach["promise"] == "first_reply"
        clock = Clock.objects.get(ticket=ticket, kind="first_reply")
        assert clock.breached_at == clock.due_at
        assert breach["due"] == clock.due_at.isoformat()

    def test_before_it_nothing_is(self, ticket):
        put_back(ticket, timedelta(minutes=59))
        assert ringing.sweep() == 0

    def test_an_answer_that_came_late_in_an_outage_is_a_breach_too(self, ticket, ann):
        put_back(ticket, 2 * HOUR)
        ticket.reply(ann, text="Here I am.", then="open")
        ring_clocks()
        assert [one["promise"] for one in told(ticket, "sla.breached")] == ["first_reply"]

    def test_one_that_began_and_broke_in_one_verb_is_told_with_its_own_id(self, ticket, ann, dora):
        """As where a conversation is taken in that was had elsewhere: its clock is written when the verb ends."""
        ticket.reply(ann, text="Which colour?", then="open")
        with transaction.atomic():
            ticket.lock()
            with ticket.saved_once():
                with as_of(now() - 3 * HOUR):
                    ticket.receive(dora, text="The red one.")
                assert not Clock.objects.filter(ticket=ticket, kind="next_reply").exists()
                ticket.reply(ann, text="It is on its way.", then="open")
        clock = Clock.objects.get(ticket=ticket, kind="next_reply")
        assert clock.breached_at == clock.due_at
        (breach,) = told(ticket, "sla.breached")
        assert (breach["clock"], breach["promise"], breach["began"]) == (clock.pk, "next_reply", clock.number)

    def test_after_a_long_outage_all_that_passed_is_told_once(self, ticket):
        put_back(ticket, 48 * HOUR)
        ring_clocks()
        ring_clocks()
        assert sorted(one["promise"] for one in told(ticket, "sla.breached")) == ["first_reply", "resolution"]

    def test_what_waits_for_the_customer_is_not_broken(self, ticket, ann):
        ticket.reply(ann, text="Which?", then="pending")
        put_back(ticket, 100 * HOUR)
        ring_clocks()
        assert told(ticket, "sla.breached") == []

    def test_many_at_once_are_told_in_turns_that_leave_workers_to_the_desk(self, others, monkeypatch):
        monkeypatch.setattr(ringing, "MOST_SECONDS", 0)
        assert [ringing.sweep() for _turn in range(6)] == [1, 1, 1, 1, 1, 0]
        assert all(len(told(ticket, "sla.breached")) == 1 for ticket in others)

    def test_one_costs_six_statements(self, others):
        ringing.ring(others[0].pk)
        with CaptureQueriesContext(connection) as asked:
            ringing.ring(others[1].pk)
        # The test is a transaction already: a savepoint and its release come with it.
        assert len(asked) == 6 + 2

    def test_one_that_fails_keeps_nobody_waiting(self, ticket, dora, orders, monkeypatch):
        other = Ticket.open(dora, orders, subject="Other", source="email")
        other.receive(dora, text="Hello")
        put_back(ticket, 3 * HOUR)
        put_back(other, 2 * HOUR)
        clean = ringing.ring
        monkeypatch.setattr(ringing, "ring", lambda pk: clean(pk) if pk == other.pk else 1 / 0)
        ring_clocks()
        assert told(other, "sla.breached")


@pytest.mark.django_db
class TestWarning:
    def test_it_comes_once_before_the_breach(self, policy, dora, orders):
        policy.change(None, warn_minutes=15)
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        ticket.receive(dora, text="Hello")
        put_back(ticket, timedelta(minutes=50))
        ring_clocks()
        ring_clocks()
        assert len(told(ticket, "sla.warned")) == 1
        assert told(ticket, "sla.breached") == []
        put_back(ticket, timedelta(minutes=20))
        ring_clocks()
        assert len(told(ticket, "sla.breached")) == 1

    def test_after_the_breach_nobody_is_warned(self, policy, dora, orders):
        policy.change(None, warn_minutes=15)
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        put_back(ticket, 2 * HOUR)
        ring_clocks()
        assert told(ticket, "sla.warned") == []


@pytest.mark.django_db
class TestSteps:
    @pytest.fixture
    def late(self, policy, dora, orders):
        def late(*steps: dict, by: timedelta = 2 * HOUR) -> Ticket:
            policy.change(None, steps=list(steps), targets=minutes(solution=0))
            ticket = Ticket.open(dora, orders, subject="Lid", source="email")
            ticket.receive(dora, text="Hello")
            put_back(ticket, by)
            ring_clocks()
            ring_clocks()
            ticket.refresh_from_db()
            return ticket

        return late

    def test_the_priority_is_raised(self, late):
        ticket = late({"minutes": 0, "do": "raise"})
        assert ticket.priority == Priority.HIGH
        (event,) = Event.objects.of_ticket(ticket.pk).filter(kind="ticket.priority_changed")
        assert event.actor_kind == "policy"

    def test_it_is_given_to_somebody(self, late, bea):
        assert late({"minutes": 0, "do": "assign", "to": bea.pk}).assignee == bea

    def test_somebody_who_left_gets_nothing(self, late, ann):
        ann.is_active = False
        ann.save()
        assert late({"minutes": 0, "do": "assign", "to": ann.pk}).assignee is None

    def test_leads_are_told_by_a_note_and_follow_the_ticket(self, late, bea):
        ticket = late({"minutes": 0, "do": "tell_leads"})
        (note,) = ticket.messages.filter(kind=MessageKind.NOTE)
        assert "Bea" in note.text
        assert ticket.followings.get().agent == bea
        (event,) = Event.objects.of_ticket(ticket.pk).filter(kind="note.written")
        assert event.payload["mentions"] == [bea.pk]

    def test_a_step_may_come_before_the_deadline_or_long_after(self, late):
        steps = {"minutes": -30, "do": "raise"}, {"minutes": 60, "do": "raise"}
        assert late(*steps, by=timedelta(minutes=40)).priority == Priority.HIGH
        assert late(*steps, by=timedelta(minutes=90)).priority == Priority.HIGH
        assert late(*steps, by=timedelta(minutes=130)).priority == Priority.URGENT


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_tell_each_breach_once(dora, orders):
    tickets = []
    for number in range(12):
        with transaction.atomic():
            ticket = Ticket.open(dora, orders, subject=str(number), source="email")
            ticket.receive(dora, text="Hello")
        put_back(ticket, 2 * HOUR)
        tickets.append(ticket)
    begin = threading.Barrier(2)

    def work() -> None:
        begin.wait()
        ringing.sweep()
        connection.close()

    sweepers = [threading.Thread(target=work) for _sweeper in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert [len(told(ticket, "sla.breached")) for ticket in tickets] == [1] * 12
    Policy.objects.all().delete()
