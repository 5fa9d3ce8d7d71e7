"""Promises on the board of now: how many of today's were kept, what is late, and what is due next."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from automation.models import Clock
from csat.period import midnight
from reports import promises
from tests.reports.test_now import text
from tickets.models import Ticket


@pytest.fixture
def clock(db):
    """Makes one of a ticket that has ended or not."""

    def make(ticket: Ticket, **facts) -> Clock:
        number = Clock.objects.count() + 1
        facts = {"started_at": now(), "target": 3600, "spans": []} | facts
        return Clock.objects.create(ticket=ticket, kind="next_reply", number=number, **facts)

    return make


def due(ticket: Ticket, hours: float) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(due_at=now() + timedelta(hours=hours), due_for="first_reply")
    return ticket


def test_of_todays_promises_the_kept_are_told(clock, ticket, boss):
    assert promises.kept_today(boss).whole.share is None
    yesterday = midnight(localdate()) - timedelta(hours=1)
    for _ in range(3):
        clock(ticket, stopped_at=now())
    clock(ticket, stopped_at=now(), breached_at=now())  # kept too late
    clock(ticket, stopped_at=now(), target=None)  # nothing was promised
    clock(ticket, stopped_at=yesterday)
    clock(ticket, stopped_at=now(), breached_at=yesterday)  # broken yesterday
    clock(ticket)  # runs
    assert promises.kept_today(boss).whole == promises.Kept(3, 1)
    assert promises.kept_today(boss).whole.share == 0.75


def test_they_are_told_by_agent_and_by_channel(clock, client, ticket, dora, orders, ann, bea):
    called = Ticket.open(dora, orders, subject="Motor", source="phone")
    ticket.assign(ann, ann)
    called.assign(ann, ann)
    clock(ticket, stopped_at=now())
    clock(called, stopped_at=now())
    clock(called, breached_at=now())
    clock(Ticket.open(dora, orders, subject="Belt", source="phone"), breached_at=now())
    today = promises.kept_today(bea)
    assert today.by_agent == {ann.pk: promises.Kept(2, 1), None: promises.Kept(0, 1)}
    assert today.by_source == {ticket.source: promises.Kept(1, 0), "phone": promises.Kept(1, 2)}
    client.force_login(bea)
    page = text(client.get("/now/"))
    assert "<bdi>67%</bdi>" in page
    assert "<bdi>33%</bdi>" in page


def test_what_is_late_and_what_is_next_begin_with_the_earliest(clock, dora, orders, boss):
    opened = [Ticket.open(dora, orders, subject=f"Lid {place}", source="email") for place in range(6)]
    hours = [-1, -5, -2, 1, 0.5, 3]
    for ticket, after in zip(opened, hours, strict=True):
        due(ticket, after)
    late, soon = promises.late(boss), promises.soon(boss)
    assert (late.first, late.many) == ([opened[1], opened[2], opened[0]], 3)
    assert (soon.first, soon.many) == ([opened[4], opened[3]], 2)
    opened[1].solve(boss)
    assert promises.late(boss).many == 2


def test_a_lead_is_told_of_her_teams(clock, ticket, dora, repairs, bea):
    foreign = due(Ticket.open(dora, repairs, subject="Motor", source="email"), -1)
    clock(foreign, stopped_at=now(), breached_at=now())
    due(ticket, -1)
    clock(ticket, stopped_at=now())
    assert promises.late(bea).first == [ticket]
    assert promises.kept_today(bea).whole == promises.Kept(1, 0)


def test_the_board_shows_them(clock, client, ticket, bea):
    clock(ticket, stopped_at=now())
    due(ticket, -1)
    client.force_login(bea)
    page = text(client.get("/now/"))
    assert 'Promises kept today</h2><p class="big"><bdi>100%</bdi></p><p class="faint">none broken' in page
    assert 'Late now</h2><b class="late"><bdi>1</bdi></b>' in page
    assert '<span class="wait late"><bdi>1h late</bdi></span>' in page
    assert "Nothing is due soon." in page
