"""Who is there is found out by itself, unless he says otherwise."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from agents.models import Agent
from agents.tasks import mark_idle

pytestmark = pytest.mark.django_db


def later(agent: Agent, minutes: int, *, page_open: bool) -> str:
    """So many minutes after he touched anything; his presence then."""
    then = now() - timedelta(minutes=minutes)
    Agent.objects.filter(pk=agent.pk).update(active_at=then, seen_at=now() if page_open else then)
    mark_idle()
    agent.refresh_from_db()
    return agent.presence


@pytest.mark.parametrize(
    ("minutes", "page_open", "presence"),
    [
        (14, True, "online"),
        (16, True, "away"),
        (600, True, "away"),
        (4, False, "online"),
        (6, False, "offline"),
    ],
)
def test_who_touches_nothing_is_away_and_who_closes_his_desk_is_offline(ann, minutes, page_open, presence):
    ann.be_here(idle=False)
    assert later(ann, minutes, page_open=page_open) == presence


def test_who_is_away_is_offline_once_his_desk_is_closed_and_online_once_he_is_back(ann):
    ann.be_here(idle=False)
    assert later(ann, 16, page_open=True) == "away"
    assert later(ann, 20, page_open=False) == "offline"
    ann.be_here(idle=False)
    assert later(ann, 1, page_open=True) == "online"


def test_a_desk_that_nobody_touches_makes_nobody_online(ann):
    ann.be_here(idle=True)
    ann.refresh_from_db()
    assert ann.presence == "away"


@pytest.mark.parametrize("chosen", ["away", "offline"])
def test_what_he_chose_stays(ann, chosen):
    ann.be(chosen, by_hand=True)
    ann.be_here(idle=False)
    assert later(ann, 600, page_open=False) == chosen


def test_one_change_is_told_once(ann, django_assert_num_queries):
    ann.be_here(idle=False)
    assert later(ann, 16, page_open=True) == "away"
    with django_assert_num_queries(2):
        mark_idle()
