"""Promises are written in the settings; before running clocks move, somebody is asked."""

from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from automation.models import Clock, Policy
from automation.sla import moving
from automation.sla.policy_forms import minutes_in, written
from automation.tasks import ring_clocks
from tests.automation.sla.conftest import HOUR
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, admin):
    client.force_login(admin, backend="agents.backends.AgentBackend")
    return client


def sent(policy: Policy, **changes) -> dict:
    """What the page sends."""
    facts = {
        "name": policy.name,
        "is_on": "on",
        "calendar": policy.calendar_id or "",
        "pauses": policy.pauses,
    }
    for promise, by_priority in policy.targets.items():
        facts |= {f"{promise}_{priority}": written(length) for priority, length in by_priority.items()}
    return facts | changes


@pytest.mark.parametrize(
    ("text", "found"), [("4h", 240), ("1h 30m", 90), ("45", 45), ("30M", 30), ("", 0), ("٣٠", 30)]
)
def test_people_write_lengths_as_they_like(text, found):
    assert minutes_in(text) == found


@pytest.mark.parametrize("text", ["soon", "-4h", "4d", "1h x", "9999999h"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(ValueError):
        minutes_in(text)


def test_the_usual_promise_is_there_from_the_first_start(desk):
    assert "Usual promises" in desk.get("/settings/promises/").content.decode()


def test_a_new_promise_comes_last_and_is_kept(desk, policy, orders):
    facts = {
        "name": "VIP", "is_on": "on", "if_tier": ["vip"], "if_team": [str(orders.pk)], "if_priority": ["4"],
        "first_reply_4": "15m", "resolution_2": "1h 30m", "warn_minutes": "5m", "pauses": ["pending"],
        "step-TOTAL_FORMS": 2, "step-INITIAL_FORMS": 0,
        "step-0-when": "before", "step-0-minutes": "10m", "step-0-do": "raise", "step-1-when": "after",
    }  # fmt: skip
    assert desk.post("/settings/promises/new/", facts).status_code == 302
    new = Policy.objects.get(name="VIP")
    assert new.position > policy.position
    assert new.conditions == {"tier": ["vip"], "team": [orders.pk], "priority": [4]}
    assert new.targets == {"first_reply": {"4": 15}, "next_reply": {}, "resolution": {"2": 90}}
    assert (new.warn_minutes, new.pauses) == (5, ["pending"])
    assert new.steps == [{"minutes": -10, "do": "raise", "to": None}]
    page = desk.get(f"/settings/promises/{new.pk}/").content.decode()
    assert "1h 30m" in page
    assert "10m" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_reply_2": "soon"},
        {"warn_minutes": "x"},
        {"calendar": "0"},
        {"if_tier": ["gold"]},
        {"step-TOTAL_FORMS": 1, "step-INITIAL_FORMS": 0, "step-0-when": "after", "step-0-do": "assign"},
    ],
)
def test_nonsense_is_told_in_words(desk, policy, wrong):
    assert desk.post(f"/settings/promises/{policy.pk}/", sent(policy, **wrong)).status_code == 422


class TestClocksThatRun:
    def test_it_says_how_many_would_move_and_asks(self, desk, policy, ticket, ann):
        answer = desk.post(f"/settings/promises/{policy.pk}/", sent(policy, first_reply_2="2h"))
        assert answer.status_code == 200
        assert "1 running clock." in answer.content.decode()
        policy.refresh_from_db()
        assert policy.targets["first_reply"]["2"] == 60

    def test_they_are_left_where_that_is_chosen(self, desk, policy, ticket):
        before = Clock.objects.get(ticket=ticket, kind="first_reply").due_at
        desk.post(f"/settings/promises/{policy.pk}/", sent(policy, first_reply_2="2h", running="keep"))
        ring_clocks()
        assert Clock.objects.get(ticket=ticket, kind="first_reply").due_at == before

    def test_they_move_where_that_is_chosen(self, desk, policy, ticket):
        desk.post(f"/settings/promises/{policy.pk}/", sent(policy, first_reply_2="2h", running="move"))
        ring_clocks()
        clock = Clock.objects.get(ticket=ticket, kind="first_reply")
        assert clock.due_at - clock.started_at == 2 * HOUR
        assert Ticket.objects.get(pk=ticket.pk).due_at == clock.due_at
        assert not Clock.objects.filter(is_stale=True).exists()

    def test_nobody_is_asked_where_none_moves(self, desk, policy, ticket):
        answer = desk.post(f"/settings/promises/{policy.pk}/", sent(policy, first_reply_4="5m"))
        assert answer.status_code == 302

    def test_what_is_said_comes_true(self, policy, ticket, ann, dora, orders):
        urgent = Ticket.open(dora, orders, subject="Other", source="email", priority=4)
        urgent.receive(dora, text="Hello")
        other = Policy(name="Urgent", targets={"first_reply": {"4": 5}}, conditions={"priority": [4]})
        other.calendar = policy.calendar
        assert moving.would_move(other) == 0  # it comes last, behind one that fits all
        other.position = policy.position
        policy.change(None, position=5)
        assert moving.would_move(other) == 2  # the reply is due sooner, the solution never


def test_the_order_changes_by_one(desk, policy):
    second = Policy(name="Second")
    second.change(None)
    desk.post(f"/settings/promises/{second.pk}/place/", {"to": "up"})
    assert [one.name for one in Policy.objects.all()] == ["Second", "All"]


def test_one_that_is_deleted_leaves_its_clocks(desk, policy, ticket):
    desk.post(f"/settings/promises/{policy.pk}/removal/")
    assert not Policy.objects.exists()
    assert Clock.objects.filter(ticket=ticket, policy=None).count() == 2


class TestOnTheTicket:
    def test_it_tells_each_promise_and_why_it_is_due_then(self, client, policy, ticket, ann, dora):
        client.force_login(ann)
        ticket.reply(ann, text="Which?", then="pending")
        ticket.receive(dora, text="The red one.")
        page = strip_tags(client.get(f"/tickets/{ticket.pk}/clocks/").content.decode())
        for words in (
            "First reply",
            "kept",
            "Solution",
            "due",
            "by “All” at priority Normal",
            "paused 1 time",
            "Always",
        ):
            assert words in page

    def test_the_head_and_the_row_hurry(self, client, policy, ticket, ann):
        client.force_login(ann)
        ticket.promise(ticket.created_at + timedelta(minutes=7), "first_reply")
        assert "Reply due in 6m" in client.get(f"/tickets/{ticket.pk}/").content.decode()
        ticket.promise(ticket.created_at - timedelta(minutes=90), "resolution")
        assert "1h 30m late" in client.get("/inbox/?view=unassigned").content.decode()
