"""Agents' timeline: when each was online and away, true to looking at every minute."""

import random
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.timezone import localdate, localtime, now

from agents.models import Agent, Presence
from csat.period import midnight
from events.history import as_of
from events.models import Event
from reports.presence import by_day, spells
from tests.conftest import hire
from tests.reports.test_now import text

MINUTE = timedelta(minutes=1)


@pytest.fixture
def comings(ann, bea, carl):
    """Random comings and goings on full minutes over five days; Carl came before that and stayed."""
    chance, start = random.Random(3), midnight(localdate()) - timedelta(days=5)
    with as_of(start - timedelta(days=1)):
        carl.be("online", by_hand=True)
    for agent in (ann, bea):
        at = start - timedelta(hours=7)
        for _step in range(40):
            at += MINUTE * chance.randrange(1, 400)
            if at < now():
                with as_of(at):
                    agent.be(chance.choice(Presence.values), by_hand=True)


def minutes_of(agent: Agent, start, end) -> Counter:
    """(day, presence) by looking at each minute."""
    told = [(one.at, one.payload["presence"]) for one in Event.objects.about("agent", agent.pk).order_by("at", "pk")
            if one.kind == "agent.presence_changed"]  # fmt: skip
    counted: Counter = Counter()
    at = start
    while at < end:
        state = next((presence for moment, presence in reversed(told) if moment <= at), "offline")
        counted[localtime(at).date(), state] += 1
        at += MINUTE
    return counted


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_it_is_what_looking_at_every_minute_says(comings, ann, bea, carl, zone):
    with timezone.override(ZoneInfo(zone)):
        start, end = midnight(localdate() - timedelta(days=4)), midnight(localdate())
        found = spells(Agent.objects.all(), start, end)
        for agent in (ann, bea, carl):
            told = {
                (day, presence): seconds / 60
                for day, times in by_day(found.get(agent.pk, ())).items()
                for presence, seconds in times.items()
            }
            counted = minutes_of(agent, start, end)
            assert told == {key: many for key, many in counted.items() if key[1] != "offline"}
        assert by_day(found[carl.pk])[localdate() - timedelta(days=2)] == {"online": 86400}


def test_who_left_for_good_is_gone(ann, boss):
    start = now()
    with as_of(start - timedelta(hours=3)):
        ann.be("online", by_hand=False)
    with as_of(start - timedelta(hours=1)):
        ann.deactivate(boss, None, 0)
    assert (
        sum(one.seconds for one in spells(Agent.objects.all(), start - timedelta(days=1), start)[ann.pk])
        == 7200
    )


def test_the_page_shows_the_day_that_is_chosen(client, bea, ann, carl):
    day = localdate() - timedelta(days=2)
    for hour, presence in ((9, "online"), (12, "away"), (13, "online"), (17, "offline")):
        with as_of(midnight(day) + timedelta(hours=hour)):
            ann.be(presence, by_hand=True)
    client.force_login(bea)
    page = text(client.get(f"/reports/agents/?day={day}"))
    assert "09:00–12:00" in page
    assert "12:00–13:00" in page
    assert "<b><bdi>7h</bdi></b>" in page
    assert "<svg" in page
    assert "Carl" not in page
    assert "09:00–12:00" not in text(client.get("/reports/agents/?day=nonsense"))
    client.force_login(ann)
    assert client.get("/reports/agents/").status_code == 403


def test_it_asks_as_much_for_many_as_for_few(client, boss, comings, orders, django_assert_max_num_queries):
    client.force_login(boss)
    client.get("/reports/agents/")
    for number in range(5):
        hire(f"Agent{number}", orders).be("online", by_hand=True)
    with django_assert_max_num_queries(12):
        client.get("/reports/agents/")
