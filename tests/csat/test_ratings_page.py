"""The supervisors' page: right figures, for the right eyes."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from agents.models import Role
from csat import figures
from csat.models import Survey
from csat.period import Period
from tests.conftest import hire
from tickets.models import Ticket


@pytest.fixture
def answers(asked, carl, repairs):
    """Of the orders team, Ann's: 5, 4, 1 and one without an answer. Of the repairs team, Carl's: 2."""
    asked(5, "So quick!")
    asked(4, days=2)
    asked(1, "Never again.", days=3)
    asked(days=4)
    asked(2, "It leaks.", team=repairs, agent=carl)


def last(days: int = 30, **picked: int) -> Period:
    return Period(localdate() - timedelta(days=days - 1), localdate(), **picked)


@pytest.fixture
def boss(db):
    return hire("Boss", None, Role.SUPERVISOR)


def text(response) -> str:
    return " ".join(response.content.decode().split())


# Figures -------------------------------------------------------------------------------------------------


def test_what_is_counted(answers, boss, ann, carl, orders, repairs, channel):
    report = figures.report(boss, last())
    whole = report.whole
    assert (whole.asked, whole.answered, whole.low) == (5, 4, 2)
    assert (whole.average, whole.answer_rate, whole.content) == (3.0, 0.8, 0.5)
    assert whole.scores == {1: 1, 2: 1, 3: 0, 4: 1, 5: 1}
    assert {pk: one.answered for pk, one in report.by_agent.items()} == {ann.pk: 3, carl.pk: 1}
    assert {pk: one.asked for pk, one in report.by_team.items()} == {orders.pk: 4, repairs.pk: 1}
    assert {pk: one.low for pk, one in report.by_channel.items()} == {channel.pk: 2}
    assert len(report.by_day) == 30
    assert sum(one.answered for one in report.by_day.values()) == 4
    assert figures.whole(boss, last()) == whole


def test_leads_see_their_teams(answers, bea, orders):
    report = figures.report(bea, last())
    assert report.by_team.keys() == {orders.pk}
    assert (report.whole.asked, report.whole.low) == (4, 1)


def test_what_is_picked_is_counted(answers, boss, carl, orders, channel):
    assert figures.report(boss, last(agent=carl.pk)).whole.asked == 1
    assert figures.report(boss, last(team=orders.pk)).whole.asked == 4
    assert figures.report(boss, last(channel=channel.pk)).whole.asked == 5
    assert figures.report(boss, last(2, team=orders.pk)).whole.answered == 1


def test_days_are_the_readers(asked, boss, settings):
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    survey = asked(5)
    Survey.objects.filter(pk=survey.pk).update(asked_at="2026-03-01T21:00:00Z")
    for zone, day in {"UTC": "2026-03-01", "Asia/Tehran": "2026-03-02", "Asia/Kolkata": "2026-03-02"}.items():
        with timezone.override(ZoneInfo(zone)):
            report = figures.report(
                boss, Period(localdate().replace(2026, 3, 1), localdate().replace(2026, 3, 3))
            )
            assert [str(one) for one, found in report.by_day.items() if found.asked] == [day]


@pytest.mark.parametrize(("days", "step", "bars"), [(30, "day", 30), (90, "week", 14), (400, "month", 14)])
def test_long_periods_have_wider_bars(asked, boss, days, step, bars):
    asked(5, days=days - 2)
    report = figures.report(boss, last(days))
    assert report.step == step
    assert bars - 1 <= len(report.by_day) <= bars + 1
    assert sum(one.answered for one in report.by_day.values()) == 1


# The page ------------------------------------------------------------------------------------------------


def test_it_shows_figures_and_comments(answers, client, boss):
    client.force_login(boss)
    page = text(client.get("/ratings/"))
    for words in (
        "3.00",
        "80%",
        "4 of 5 questions",
        "So quick!",
        "Never again.",
        "It leaks.",
        "Ann",
        "Repairs",
    ):
        assert words in page


def test_a_lead_reads_nothing_of_other_teams(answers, client, bea):
    client.force_login(bea)
    for address in ("/ratings/", "/ratings/comments/", "/ratings/export/"):
        response = client.get(address)
        said = b"".join(response).decode()
        assert "Never again." in said
        assert "It leaks." not in said
        assert "Carl" not in said


def test_a_lead_cannot_pick_another_team(answers, client, bea, repairs, carl):
    client.force_login(bea)
    for pick in (f"team={repairs.pk}", f"agent={carl.pk}"):
        assert "It leaks." not in text(client.get(f"/ratings/?{pick}"))


@pytest.mark.parametrize("name", ["ann", "carl"])
def test_agents_do_not_judge_each_other(client, request, name):
    client.force_login(request.getfixturevalue(name))
    assert client.get("/ratings/").status_code == 403
    assert "/ratings/" not in client.get("/inbox/").content.decode()


def test_only_low_ones(answers, client, boss):
    client.force_login(boss)
    page = text(client.get("/ratings/?kind=low"))
    assert "It leaks." in page
    assert "So quick!" not in page


def test_comments_follow_page_by_page(asked, client, boss):
    for number in range(45):
        asked(5, f"Comment {number}.", days=number / 10 + 1)
    client.force_login(boss)
    seen, address = [], "/ratings/comments/"
    while address:
        page = client.get(address)
        seen += [one["survey"].comment for one in page.context["comments"]]
        address = f"/ratings/comments/?{page.context['more']}" if page.context["more"] else ""
    assert seen == [f"Comment {number}." for number in range(45)]


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y",
        "from=2026-02-31",
        "from=9999-12-31",
        "from=0001-01-01&to=0001-01-01",
        "to=9999-12-31",
        "from=2026-05-01&to=2026-04-01",
        "team=999999999999999999999",
        "team=x&agent=-1&channel=0",
        "kind=<script>",
        "team=1%00",
    ],
)
def test_nonsense_in_the_address_is_as_if_not_said(client, boss, query):
    client.force_login(boss)
    for address in ("/ratings/", "/ratings/comments/", "/ratings/export/"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 200
        b"".join(response)


@pytest.mark.parametrize("before", ["x", "1", "1-", "-", "9" * 40 + "-1", "1-%00"])
def test_forged_cursors_are_refused(client, boss, before):
    client.force_login(boss)
    assert client.get(f"/ratings/comments/?before={before}").status_code == 400


def test_a_wide_cursor_is_an_empty_page(answers, client, boss):
    client.force_login(boss)
    assert client.get("/ratings/comments/?before=1-" + "9" * 30).context["comments"] == []


def test_the_number_of_queries_does_not_grow(asked, client, boss, orders, django_assert_max_num_queries):
    asked(5, "One.")
    client.force_login(boss)
    client.get("/ratings/")
    with django_assert_max_num_queries(16) as few:
        client.get("/ratings/")
    for number in range(12):
        agent = hire(f"Agent{number}", orders)
        asked(number % 5 + 1, f"Comment {number}.", agent=agent, days=number + 1)
    with django_assert_max_num_queries(len(few)):
        client.get("/ratings/")


def test_what_moved_to_another_team_is_named_but_not_linked(answers, client, bea, repairs):
    ticket = Survey.objects.get(comment="Never again.").ticket
    Ticket.objects.filter(pk=ticket.pk).update(team=repairs, subject="Nothing for Bea")
    client.force_login(bea)
    page = text(client.get("/ratings/"))
    assert "Never again." in page
    assert "Nothing for Bea" not in page
    assert f"/tickets/{ticket.pk}/" not in page


# On the desk ---------------------------------------------------------------------------------------------


def test_the_rating_stands_in_the_list_and_beside_other_tickets(asked, client, ann, dora, orders):
    survey = asked(2, "Late.")
    Ticket.objects.get(pk=survey.ticket_id).solve(ann)
    client.force_login(ann)
    assert "Rated 2 of 5" in client.get("/inbox/?view=solved").content.decode()
    other = Ticket.open(dora, orders, subject="Another", source="email")
    other.receive(dora, text="Hello")
    page = client.get(f"/tickets/{other.pk}/").content.decode()
    assert "Rated 2 of 5" in page
