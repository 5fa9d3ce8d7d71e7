"""Who gets which ticket, and how much, is set in the settings."""

import pytest
from django.urls import reverse

from automation.models import Ability, RoutingPlan
from events.models import Event
from tests.automation.routing.conftest import be, opened, whose, work
from tickets.icons import SOURCES

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, admin):
    client.force_login(admin, backend="agents.backends.AgentBackend")
    return client


def said(**changes) -> dict:
    weights = {f"weight_{source}": 1 for source in SOURCES}
    facts = {"mode": "in_turn", "take_within": 45, "return_after": 120, "overflow_minutes": 30}
    return weights | facts | changes


def test_a_plan_is_written_and_counts_at_once(desk, ann, dora, orders, repairs):
    be(ann)
    ticket = opened(dora, orders)
    page = reverse("team-routing", args=[orders.pk])
    text = desk.get(page).text
    assert "Who gets which ticket" in text
    assert text.count("Live chat") == 1
    answer = desk.post(page, said(overflow_team=repairs.pk, weight_chat=5))
    assert answer.url == reverse("team", args=[orders.pk])
    plan = RoutingPlan.objects.get()
    assert (plan.mode, plan.is_sticky, plan.take_within) == ("in_turn", False, 45)
    assert (plan.overflow_team, plan.overflow_after, plan.weight("widget")) == (repairs, 1800, 5)
    work()
    assert whose(ticket) == ann


@pytest.mark.parametrize(
    "wrong", [{"mode": "dice"}, {"take_within": -1}, {"weight_email": 0}, {"overflow_team": "own"}]
)
def test_what_makes_no_sense_is_not_kept(desk, orders, wrong):
    wrong = {name: orders.pk if value == "own" else value for name, value in wrong.items()}
    answer = desk.post(reverse("team-routing", args=[orders.pk]), said(**wrong))
    assert answer.status_code == 422
    assert not RoutingPlan.objects.exists()


def test_an_agents_ability(desk, ann):
    page = reverse("agent-ability", args=[ann.pk])
    assert 'value="10"' in desk.get(page).text
    facts = {"capacity": 6, "languages": ["fa", "ar"], "skills": "Refund، Grinders, refund"}
    assert desk.post(page, facts).url == reverse("agent", args=[ann.pk])
    ability = Ability.objects.get(agent=ann)
    assert (ability.capacity, ability.languages) == (6, ["ar", "fa"])
    assert [tag.name for tag in ability.skills.all()] == ["Grinders", "Refund"]
    assert Event.objects.get(kind="agent.changed").payload == {"fields": ["ability"]}
    assert "Grinders, Refund" in desk.get(page).text


@pytest.mark.parametrize(
    "wrong", [{"capacity": -1}, {"capacity": 101}, {"languages": ["xx"]}, {"skills": "ـ"}]
)
def test_an_ability_that_makes_no_sense(desk, ann, wrong):
    answer = desk.post(reverse("agent-ability", args=[ann.pk]), {"capacity": 6} | wrong)
    assert answer.status_code == 422
    assert not Ability.objects.exists()
