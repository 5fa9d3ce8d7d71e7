"""How long things took within the hours of the team: true to a walk along the clock, minute by minute."""

from datetime import timedelta
from statistics import median

import pytest
from django.utils.timezone import localdate, now

from agents.models import Calendar
from automation.models import PolicyBook
from csat.period import Period
from reports import listing, mailing, overview, spreads, sums
from reports.durations import short
from reports.folding import fold
from reports.models import Answer, SavedReport
from reports.overview import Asked
from tests.reports.brute import figures_of, wall_of, work_of
from tests.reports.conftest import live_through
from tests.reports.test_reports import ninetieth
from tickets.models import Ticket


@pytest.fixture
def hours(orders, repairs):
    """One team works in Berlin with a pause and a free day, the other at night in Tehran and not at the weekend there."""
    wall_of.cache_clear()
    week = {str(day): [["08:30", "12:00"], ["13:00", "17:15"]] for day in range(5)}
    off = (localdate() - timedelta(days=6)).isoformat()
    Calendar.objects.create(team=orders, zone="Europe/Berlin", week=week, days_off=[off])
    night = {str(day): [["20:00", "04:00"]] for day in (5, 6, 0, 1, 2)}
    Calendar.objects.create(team=repairs, zone="Asia/Tehran", week=night)
    PolicyBook.renew()
    yield
    wall_of.cache_clear()


def asked(reader, days: int, **picked) -> Asked:
    return Asked(reader, Period(localdate() - timedelta(days=days), localdate(), **picked), by_work=True)


def test_it_is_what_a_walk_along_the_clock_says(hours, past, boss, orders):
    fold()
    for ticket in Ticket.objects.filter(spam_at=None):
        told = list(
            Answer.objects.filter(ticket=ticket).order_by("place").values_list("work_seconds", flat=True)
        )
        assert told == work_of(ticket)
    for one in (asked(boss, 12), asked(boss, 12, team=orders.pk)):
        start, teams = one.period.start, {one.period.team} if one.period.team else None
        tickets = [t for t in Ticket.objects.filter(spam_at=None) if not teams or t.team_id in teams]
        done = [
            row["done_work_seconds"]
            for t in tickets
            if (row := figures_of(t))["done_at"] and row["done_at"] >= start
        ]
        answers = [
            (answer.place, answer.work_seconds)
            for answer in Answer.objects.filter(ticket__in=tickets, at__gte=start)
        ]
        first, following = ([s for place, s in answers if bool(place) == later] for later in (False, True))
        whole = overview.whole(one)
        assert whole.first == sums.Total(len(first), median(first), pytest.approx(ninetieth(first)))
        assert whole.next == sums.Total(
            len(following), median(following), pytest.approx(ninetieth(following))
        )
        assert whole.done == sums.Total(len(done), median(done), pytest.approx(ninetieth(done)))
        assert sum(spreads.counted(one, "first")) == len(first)
        assert {row.key: row.first for row in overview.by(one, "team")}[orders.pk] == median(
            [a.work_seconds for a in Answer.objects.filter(team=orders, at__gte=start, place=0)]
        )


def test_over_a_long_time_cells_say_nearly_the_same(
    hours, dora, orders, repairs, ann, bea, carl, monkeypatch, boss
):
    live_through(dora, [orders, repairs], [ann, bea, carl], monkeypatch, many=80, days=200, seed=11)
    fold()
    one = asked(boss, 150)
    assert sums.is_long(one)
    start = one.period.start
    done = [
        t
        for row in map(figures_of, Ticket.objects.filter(spam_at=None))
        if row["done_at"] and row["done_at"] >= start
        for t in [row["done_work_seconds"]]
    ]
    told = overview.whole(one).done
    assert told.many == len(done)
    assert told.median == pytest.approx(sorted(done)[(len(done) - 1) // 2], rel=0.25, abs=120)


def test_without_hours_it_is_calendar_time(dora, orders, ann, monkeypatch, boss):
    Calendar.objects.create(team=orders, week={})
    PolicyBook.renew()
    live_through(dora, [orders], [ann], monkeypatch, many=12)
    fold()
    found = Answer.objects.values_list("seconds", "work_seconds")
    assert found
    assert all(seconds == work for seconds, work in found)


def test_the_page_tells_it_when_asked_to(client, hours, ticket, ann, boss, orders):
    asked_at = now() - timedelta(days=7)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=asked_at)
    ticket.refresh_from_db()
    ticket.messages.filter(kind="customer").update(created_at=asked_at)
    ticket.reply(ann, text="Sorry!", then="solved")
    fold()
    client.force_login(boss)
    said = client.get("/reports/?time=business").content.decode()
    assert 'name="time" value="business"' in said
    assert "in business time" in said
    assert "time=business" in said
    row = ticket.figures
    ticket.refresh_from_db()
    assert row.done_work_seconds == figures_of(ticket)["done_work_seconds"] < row.done_seconds / 3
    listed = client.get("/reports/tickets/?kind=solved&time=business").context["rows"][0]
    assert (listed["first"], listed["done"]) == tuple(
        map(short, (row.first_reply_work_seconds, row.done_work_seconds))
    )
    lines = list(listing.lines(asked(boss, 8), "solved"))
    assert str(row.done_work_seconds) in lines[1].split(",")
    report = SavedReport(owner=boss, name="Our month", span="30-days", time="business")
    days = localdate() + timedelta(days=1)
    told = mailing.asked_of(report, boss, days)
    assert "time=business" in told.query()
    assert overview.whole(told).done.median == row.done_work_seconds
