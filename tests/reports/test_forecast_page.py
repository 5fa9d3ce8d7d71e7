"""The page of the forecast: what it counts, whom it shows what, and how it says that it cannot tell."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.utils.timezone import localdate, localtime, now

from agents.hours import Hours
from agents.models import Calendar
from reports import arrivals, handling, outlook
from reports.forecasting import WEEK
from reports.handling import FEWEST, PAUSE, measured
from reports.models import Answer, StaffingAim, TicketFigures
from reports.shifts import Shifts, shifts
from tickets.models import Ticket


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def weeks(dora, orders, repairs) -> None:
    """Seven weeks of tickets of two teams: two mails in each hour from 8 to 11, a chat at 9 with the orders team."""
    rows = []
    first = datetime.combine(localdate() - 7 * WEEK, time(), UTC)
    for number in range(50):
        for hour in (8, 9, 10):
            at = first + timedelta(days=number, hours=hour, minutes=5)
            rows += [(orders, "email", at), (repairs, "email", at)] + [(orders, "chat", at)] * (hour == 9)
    found = [row for row in rows if row[2] < now()]
    tickets = Ticket.objects.bulk_create(
        Ticket(customer=dora, team=team, source=source, subject="Lid", sequence=1)
        for team, source, _at in found
    )
    TicketFigures.objects.bulk_create(
        TicketFigures(
            ticket=ticket, sequence=1, counts=True, team=ticket.team, source=ticket.source, created_at=at,
            replies=2, reopened=0, done_at=at + timedelta(hours=1), done_seconds=3600,
        )
        for ticket, (_team, _source, at) in zip(tickets, found, strict=True)
    )  # fmt: skip


def test_it_counts_each_ticket_in_the_hour_of_its_beginning(weeks, boss, bea):
    came = arrivals.long_ago(boss, None)
    day = localdate() - WEEK
    assert [came.all.counts.get((day, hour), 0) for hour in (7, 8, 9, 10, 11)] == [0, 2, 3, 2, 0]
    assert came.chats.counts[day, 9] == 1
    assert came.all.weeks == 7
    assert arrivals.long_ago(bea, None).all.counts[day, 9] == 2
    assert sum(came.all.counts.values()) == TicketFigures.objects.count()


def test_the_board_counts_the_same_of_fewer_hours(weeks, boss):
    first = localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    few, many = arrivals.around(boss, first, 4), arrivals.long_ago(boss, None)
    assert few.all.first == many.all.first
    for day in (localdate() - WEEK, localdate() - timedelta(days=3)):
        for hour in (8, 9, 10, 11):
            assert few.all.in_hour(day, hour) == many.all.in_hour(day, hour)


def test_what_came_each_week_is_expected_again(weeks, boss, ann):
    found = outlook.week(boss)
    by_hour = {(one.begins.date(), one.begins.hour): one for one in found.hours}
    tomorrow = localdate() + timedelta(days=1)
    assert by_hour[tomorrow, 9].expected.mean == pytest.approx(3)
    assert by_hour[tomorrow, 3].expected.mean == 0
    assert found.days[tomorrow].mean == pytest.approx(7)
    assert found.tested.daily == pytest.approx(0)
    assert by_hour[tomorrow, 9].needed.agents >= by_hour[tomorrow, 9].needed.for_chats == 1
    assert max(found.days) == localdate() + timedelta(days=7)
    assert found.hours[-1].begins.hour == 23


def test_one_team_alone(weeks, client, boss, bea, repairs, orders):
    assert outlook.week(boss, repairs.pk).days[localdate() + timedelta(days=1)].mean == pytest.approx(3)
    client.force_login(bea)
    page = text(client.get(f"/reports/forecast/?team={repairs.pk}"))
    assert "4 tickets" in page  # her own team's: what is not hers is as if it were not asked for
    assert "Repairs" not in page


def test_without_two_weeks_it_says_that_it_cannot_tell(client, boss, ticket):
    client.force_login(boss)
    assert "Too little has happened yet" in text(client.get("/reports/forecast/"))
    assert "Two weeks of tickets are needed to tell." in text(client.get("/now/"))


def test_the_page_tells_days_hours_and_its_own_error(weeks, client, boss):
    client.force_login(boss)
    page = text(client.get("/reports/forecast/"))
    assert page.count('class="day"') == 8
    assert page.count('<th scope="row">') == len(outlook.week(boss).hours)
    assert "How true it was" in page
    assert "Forecast load, next 4 hours" in text(client.get("/now/"))


def test_supervisors_say_what_is_promised(weeks, client, boss, bea):
    wanted = {"share_percent": 90, "within_seconds": 20, "at_once": 2, "promise_hours": 4, "chat_minutes": 12}
    for reader, status in ((bea, 403), (boss, 302)):
        client.force_login(reader)
        assert client.post("/reports/forecast/staffing/", wanted).status_code == status
    assert StaffingAim.current().aim.share == 0.9
    assert handling.times(boss, StaffingAim.current()).chat == 720
    assert client.post("/reports/forecast/staffing/", {**wanted, "at_once": 0}).status_code == 422
    assert StaffingAim.current().at_once == 2


def test_on_shift_is_who_belongs_to_a_team_that_works(orders, repairs, ann, bea, carl, boss):
    office = {day: ((time(9), time(17)),) for day in range(5)}
    Calendar.set(orders, None, zone="Asia/Tehran", week=office, days_off=())
    carl.is_active = False
    carl.save()
    repairs.members.add(ann)
    Calendar.set(repairs, None, zone="UTC", week={5: ((time(9), time(12)),)}, days_off=())
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    found = shifts(boss)
    at = [monday + timedelta(hours=hour) for hour in (5, 6, 13, 14)]  # 8:30, 9:30, 16:30, 17:30 in Tehran
    assert found.many(at) == [2, 2, 2, 0][: len(at)]
    saturday = monday + timedelta(days=5, hours=10)
    assert found.many([saturday]) == [1]
    assert found.works(saturday.date())
    assert not found.works((saturday + timedelta(days=1)).date())
    assert Shifts({1: Hours()}, {7: frozenset({1})}).many([saturday]) == [1]


def test_how_long_work_takes_is_told_by_answers_that_follow_each_other():
    begin = datetime(2026, 11, 2, 9, tzinfo=UTC)
    mails = [(begin + timedelta(minutes=4 * n), 1, n, "email") for n in range(FEWEST + 1)]
    assert measured(reversed(mails)).answer == 240
    assert measured(mails).answer_measured
    apart = [(begin + timedelta(seconds=(PAUSE + 1) * n), 1, n, "email") for n in range(FEWEST + 1)]
    assert measured(apart) == handling.Times()
    chats = [(begin + timedelta(minutes=n), 2, n // 7, "chat") for n in range(7 * FEWEST)]
    assert measured(chats).chat == 360
    assert not measured(chats).answer_measured


@pytest.mark.usefixtures("unhurried")
def test_it_asks_as_much_for_many_as_for_few(weeks, client, boss, django_assert_max_num_queries):
    client.force_login(boss)
    client.get("/reports/forecast/")
    with django_assert_max_num_queries(15):
        client.get("/reports/forecast/")
    assert not Answer.objects.exists()
