"""The board of now: figures of this moment and of today, for whoever leads, true to a count by hand."""

from collections import Counter
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.timezone import localdate, now

from agents.models import Role
from automation.models import Ability
from csat.period import midnight
from events.history import as_of
from events.models import Event
from reports import now as board
from reports.durations import short
from reports.folding import fold
from tests.conftest import hire
from tests.reports.brute import answers_of
from tickets.models import Ticket


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/New_York"])
def test_it_says_what_a_count_by_hand_says(past, boss, ann, zone):
    fold()
    with timezone.override(ZoneInfo(zone)):
        today = midnight(localdate()) - timedelta(days=0)
        tickets = list(Ticket.objects.filter(spam_at=None))
        waits = [t for t in tickets if t.pile == "active" and t.waiting_since]
        asked = [t.waiting_since for t in waits if not answers_of(t)]
        assert board.waiting(boss) == board.Waiting(len(asked), min(asked, default=None))
        longest = sorted(waits, key=lambda t: t.waiting_since)[: board.LONGEST]
        assert board.longest(boss) == longest
        first = [one for t in tickets for one in answers_of(t) if one[1] == 0]
        start = today - timedelta(days=9)
        seconds = [one[4] for one in first if one[3] >= start]
        assert board.median(board.first_replies(boss, start)) == median(seconds)
        assert board.median(board.first_replies(boss, now())) is None
        by_agent = {one[2]: median(o[4] for o in first if o[2] == one[2]) for one in first}
        assert (
            board.medians(board.first_replies(boss, midnight(localdate().replace(2020))), "agent") == by_agent
        )
        new = Counter(t.source for t in tickets if t.created_at >= today)
        assert {source: many for source, many, _middle in board.channels(boss) if many} == new
        hours = Counter(timezone.localtime(t.created_at).hour for t in tickets if t.created_at >= today)
        assert {hour: done + still for hour, done, still in board.hours(boss) if done + still} == hours
        load = Counter()
        for t in Ticket.objects.filter(pile="active"):
            is_live = (
                t.source == "chat" and t.status == "pending" and t.activity_at > now() - timedelta(minutes=10)
            )
            if t.status in {"new", "open"} or is_live:
                load[t.assignee_id] += 3 if t.source == "chat" else 1
        assert load[ann.pk]
        assert all(one.load == load[one.agent.pk] for one in board.agents(boss))


def test_a_lead_sees_her_teams(past, bea, carl, orders):
    fold()
    mine = Ticket.objects.filter(team=orders, spam_at=None, pile="active", waiting_since__isnull=False)
    assert board.waiting(bea).many == sum(not answers_of(ticket) for ticket in mine)
    assert {ticket.team_id for ticket in board.longest(bea)} <= {orders.pk}
    assert carl not in [one.agent for one in board.agents(bea)]


def test_the_page_is_true_at_once(client, bea, ticket, ann):
    client.force_login(bea)
    page = text(client.get("/now/"))
    assert f"#{ticket.pk}" in page
    assert "Cracked lid" in page
    assert 'Waiting for a first reply</h2><p class="big"><bdi>1</bdi>' in page
    ticket.reply(ann, text="Sorry!", then="solved")
    from reports.models import Position

    Position.objects.update(folded_at=now() - timedelta(minutes=1))
    fragment = client.get("/now/", headers={"X-Live": "1"})
    assert b"<html" not in fragment.content
    assert "Nobody waits." in text(fragment)
    assert f"#{ticket.pk}" not in text(fragment)


def test_a_lead_gives_a_ticket_to_somebody_else(client, bea, ticket, ann):
    client.force_login(bea)
    address = f"/now/tickets/{ticket.pk}/assignee/"
    assert client.get(address).status_code == 405
    for _again in range(2):
        assert "Cracked lid" in text(client.post(address, {"agent": ann.pk}))
        ticket.refresh_from_db()
        assert ticket.assignee == ann
    client.post(address, {"agent": ""})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_not_to_whoever_is_not_of_the_team_nor_by_another_teams_lead(client, bea, ticket, carl, repairs):
    client.force_login(bea)
    address = f"/now/tickets/{ticket.pk}/assignee/"
    for nobody in (carl.pk, 0, "x", 10**30):
        assert client.post(address, {"agent": nobody}).status_code == 404
    client.force_login(hire("Lena", repairs, Role.LEAD))
    assert client.post(address, {"agent": ""}).status_code == 404


def test_load_stands_beside_capacity_and_presence_since_when(past, bea, ann, orders):
    start = now()
    for hours, presence in ((5, "online"), (3, "away")):
        with as_of(start - timedelta(hours=hours)):
            ann.be(presence, by_hand=True)
    found = {one.agent.pk: one for one in board.agents(bea)}[ann.pk]
    assert (found.agent.presence, found.since) == ("away", start - timedelta(hours=3))
    assert found.capacity == 10
    Ability.of(ann).take_at_most(found.load, bea)
    found = {one.agent.pk: one for one in board.agents(bea)}[ann.pk]
    assert found.is_full
    assert found.capacity == found.load


def test_a_lead_changes_what_an_agent_takes_at_a_time(client, bea, ann):
    client.force_login(bea)
    address = f"/now/agents/{ann.pk}/capacity/"
    assert client.get(address).status_code == 405
    Ability.of(ann).change(bea, capacity=4, languages=["fa"], skills=["vip"])
    for _again in range(2):
        assert 'name="capacity" value="7"' in text(client.post(address, {"capacity": "7"}))
    ability = Ability.of(ann)
    assert (ability.capacity, ability.languages) == (7, ["fa"])
    assert [tag.name for tag in ability.skills.all()] == ["vip"]
    assert Event.objects.about("agent", ann.pk).filter(kind="agent.changed").count() == 2
    for wrong in ("", "x", "-1", "101", "9" * 30):
        assert client.post(address, {"capacity": wrong}).status_code == 400
    assert "<bdi>0 / 7</bdi>" in text(client.get("/now/?wall"))


def test_not_of_other_teams_agents_nor_of_those_who_left(client, bea, carl, ann, boss):
    client.force_login(bea)
    assert client.post(f"/now/agents/{carl.pk}/capacity/", {"capacity": "1"}).status_code == 404
    ann.deactivate(boss, None, 0)
    assert client.post(f"/now/agents/{ann.pk}/capacity/", {"capacity": "1"}).status_code == 404
    client.force_login(boss)
    assert client.post(f"/now/agents/{carl.pk}/capacity/", {"capacity": "1"}).status_code == 200


def test_only_leads_come_in(client, ann):
    client.force_login(ann)
    assert client.get("/now/").status_code == 403
    assert "/now/" not in text(client.get("/inbox/"))


@pytest.mark.usefixtures("unhurried")
def test_it_asks_as_much_for_many_as_for_few(client, boss, past, orders, dora, django_assert_max_num_queries):
    fold()
    client.force_login(boss)
    client.get("/now/")
    for number in range(5):
        hire(f"Agent{number}", orders)
    with django_assert_max_num_queries(24):
        client.get("/now/?wall")


def test_durations_are_short():
    said = [short(seconds) for seconds in (None, 0, 59.9, 192, 2700, 7200, 7500, 100 * 3600, 172800)]
    assert said == ["–", "0s", "59s", "3m 12s", "45m", "2h", "2h 5m", "4d 4h", "2d"]
