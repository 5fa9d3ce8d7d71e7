"""Rules that wait for time to pass."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from automation.models import RuleRun
from automation.rules.sweeping import sweep
from tests.automation.rules.writing import leaf, step, timed
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def waiting(ticket, hours):
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=now() - timedelta(hours=hours))


def test_a_time_rule_acts_once_for_each_waiting(ticket, dora, ann):
    timed(step("priority", 4), step("note", "Waits."), when={"all": [leaf("ticket.priority", "most", "3")]})
    assert sweep() == 0
    waiting(ticket, 25)
    assert (sweep(), sweep()) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.priority, RuleRun.objects.get().anchor_at) == (4, ticket.waiting_since)
    ticket.set_priority(2, ann)
    assert sweep() == 0
    waiting(ticket, 30)
    assert sweep() == 1


def test_conditions_that_come_true_later_count_later(ticket, ann):
    timed(
        step("note", "Waits."),
        when={"all": [leaf("ticket.tags", "has", "a"), leaf("ticket.tags", "has", "b")]},
    )
    waiting(ticket, 25)
    ticket.tag("a", ann)
    assert sweep() == 0
    ticket.tag("b", ann)
    assert sweep() == 1


@pytest.mark.parametrize(
    "condition",
    [
        leaf("ticket.status", "equals", "new"),
        leaf("ticket.status", "differs", "open"),
        leaf("ticket.priority", "least", "2"),
        leaf("ticket.assignee", "equals", "nobody"),
        leaf("ticket.assignee", "differs", "1"),
        leaf("customer.tier", "equals", "standard"),
        leaf("ticket.subject", "contains", "lid"),
        {"any": [leaf("ticket.status", "equals", "open"), leaf("ticket.status", "equals", "new")]},
    ],
)
def test_what_the_database_narrows_is_never_too_narrow(ticket, condition):
    timed(step("tag", "x"), when={"all": [condition]})
    waiting(ticket, 25)
    assert sweep() == 1


def test_solved_and_snoozed_tickets_are_left_alone_unless_it_is_about_solving(ticket, ann):
    timed(step("tag", "waited"))
    timed(step("tag", "long solved"), anchor="solved")
    waiting(ticket, 25)
    ticket.snooze(now() + timedelta(days=1), ann)
    assert sweep() == 0
    ticket.solve(ann)
    Ticket.objects.update(solved_at=now() - timedelta(hours=25))
    assert sweep() == 1
    assert [tag.name for tag in ticket.tags.all()] == ["long solved"]


def test_a_sweep_asks_no_more_for_more_tickets_that_do_not_match(dora, orders):
    timed(step("tag", "x"), when={"all": [leaf("ticket.subject", "contains", "no such word")]})

    def queries():
        with CaptureQueriesContext(connection) as asked:
            sweep()
        return len(asked)

    for _ in range(2):
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        waiting(ticket, 30)
    few = queries()
    for _ in range(8):
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        waiting(ticket, 30)
    assert queries() == few
