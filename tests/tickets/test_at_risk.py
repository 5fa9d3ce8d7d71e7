"""The view of what is at risk: late or due soon, due first, page by page."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tickets import inbox
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def due(dora, orders):
    """A ticket that is due so many hours from now, or not at all."""

    def due(hours: float | None) -> Ticket:
        ticket = Ticket.open(dora, orders, subject=f"{hours}", source="email")
        at = None if hours is None else now() + hours * HOUR
        Ticket.objects.filter(pk=ticket.pk).update(due_at=at, due_for="" if at is None else "resolution")
        return ticket

    return due


def subjects(agent, **place) -> list[str]:
    return [row.subject for row in inbox.page(agent, "at_risk", **place).rows]


def test_what_is_late_comes_first_and_what_has_time_is_not_there(due, bea, admin):
    for hours in (3, -20, 5, None, 1, -1):
        due(hours)
    for reader in (bea, admin):
        assert subjects(reader) == ["-20", "-1", "1", "3"]


def test_what_is_solved_asleep_or_somebody_elses_is_not(due, ann, carl):
    due(-1).solve(ann)
    asleep = due(-2)
    asleep.snooze(now() + HOUR, ann)
    Ticket.objects.filter(pk=asleep.pk).update(due_at=now() - HOUR)
    due(-3)
    assert subjects(ann) == ["-3"]
    assert subjects(carl) == []


def test_pages_meet_without_gap_or_double_where_all_are_due_at_once(due, ann):
    tickets = [due(1) for _n in range(7)]
    at = now() + HOUR
    Ticket.objects.update(due_at=at)
    first = inbox.page(ann, "at_risk", size=3)
    second = inbox.page(ann, "at_risk", after=first.next, size=3)
    third = inbox.page(ann, "at_risk", after=second.next, size=3)
    assert [row.pk for part in (first, second, third) for row in part.rows] == [one.pk for one in tickets]
    assert (first.previous, third.next) == (None, None)
    back = inbox.page(ann, "at_risk", before=third.previous, size=3)
    assert [row.pk for row in back.rows] == [row.pk for row in second.rows]


def test_a_page_takes_one_query_whatever_its_size(due, ann, django_assert_num_queries):
    for hours in range(-3, 4):
        due(hours)
    ann.team_ids()
    for size in (2, 7):
        with django_assert_num_queries(1):
            inbox.page(ann, "at_risk", size=size)


def test_the_page_says_its_order(client, ann, due):
    due(1)
    client.force_login(ann, backend="agents.backends.AgentBackend")
    assert "Due first" in client.get("/inbox/?view=at_risk").content.decode()
    assert "Newest first" in client.get("/inbox/?view=open").content.decode()
