"""What no event tells, and the sweep finds."""

import pytest

from agents.models import Presence
from automation.routing import watching
from events.models import Event
from tests.automation.routing.conftest import able, be, later, opened, planned, whose, work
from tickets.history import Names, sentence
from tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(plan, crew, ann, dora, orders) -> Ticket:
    """Given to Ann."""
    chat = opened(dora, orders, "widget", "Hello?")
    work()
    assert whose(chat) == ann
    chat.refresh_from_db()
    return chat


def test_a_chat_that_is_not_opened_goes_on_once(chat, plan, ann, bea):
    watching.sweep()
    assert whose(chat) == ann
    later(plan.take_within + 1)
    watching.sweep()
    assert whose(chat) == bea
    event = Event.objects.filter(kind="ticket.assigned").last()
    assert event.payload == {"was": ann.pk, "now": bea.pk, "because": "missed"}
    assert "was not opened in time" in sentence(event, Names([event]))
    watching.sweep()
    assert whose(chat) == bea


def test_where_nobody_else_can_it_stays(chat, plan, ann, bea):
    be(bea, Presence.AWAY)
    for _ in range(3):
        later(plan.take_within + 1)
        watching.sweep()
    assert whose(chat) == ann
    assert Event.objects.filter(kind="ticket.assigned").count() == 1


def test_it_does_not_go_in_circles(chat, plan, ann, bea):
    for _ in range(4):
        later(plan.take_within + 1)
        watching.sweep()
    assert whose(chat) == bea
    assert Event.objects.filter(kind="ticket.assigned").count() == 2


@pytest.mark.parametrize("taken", ["opened", "writing", "answered"])
def test_a_chat_that_was_taken_stays(chat, plan, ann, dora, taken):
    if taken == "opened":
        chat.read_by(ann)
    elif taken == "writing":
        Draft.keep(chat, ann, "reply", "Good mor")
    else:
        chat.reply(ann, text="Good morning!")
        chat.receive(dora, text="My lid is cracked.")
    later(plan.take_within + 1)
    watching.sweep()
    assert whose(chat) == ann


def test_what_a_colleague_gave_him_stays(plan, crew, bea, ann, dora, orders):
    chat = opened(dora, orders, "widget", "Hello?")
    chat.assign(bea, ann)
    work()
    later(plan.take_within + 1)
    watching.sweep()
    assert whose(chat) == bea


def test_chats_of_who_is_gone_come_back_after_a_while(chat, plan, ann, bea):
    chat.read_by(ann)
    be(ann, Presence.AWAY)
    watching.sweep()
    assert whose(chat) == ann
    later(plan.return_after + 1)
    watching.sweep()
    assert whose(chat) == bea
    assert Event.objects.filter(kind="ticket.assigned", payload__because="absent").count() == 1


def test_with_nobody_there_it_waits_for_who_comes(chat, plan, ann, bea):
    be(ann, Presence.OFFLINE)
    be(bea, Presence.OFFLINE)
    later(plan.return_after + 1)
    watching.sweep()
    assert whose(chat) is None
    be(bea)
    work()
    assert whose(chat) == bea


def test_a_chat_that_was_answered_waits_with_him(chat, plan, ann):
    chat.reply(ann, text="One moment.")
    be(ann, Presence.OFFLINE)
    later(plan.return_after + 1)
    watching.sweep()
    assert whose(chat) == ann


def test_mails_of_who_is_gone_stay_his(plan, crew, ann, dora, orders):
    ticket = opened(dora, orders)
    work()
    be(ann, Presence.OFFLINE)
    later(plan.return_after + 1)
    watching.sweep()
    assert whose(ticket) == ann


def test_what_waits_too_long_goes_to_who_helps_out(ann, bea, carl, dora, orders, repairs):
    planned(orders, overflow_team=repairs, overflow_after=600)
    planned(repairs, overflow_team=orders, overflow_after=600)
    ticket = opened(dora, orders)
    work()
    later(601)
    watching.sweep()
    ticket.refresh_from_db()
    assert ticket.team == orders, "nobody is there"
    be(carl)
    watching.sweep()
    watching.sweep()
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (repairs, carl)


def test_it_does_not_go_to_and_fro(ann, bea, carl, dora, orders, repairs):
    planned(orders, overflow_team=repairs, overflow_after=600)
    planned(repairs, overflow_team=orders, overflow_after=600)
    for agent in (ann, bea, carl):
        able(be(agent), 0)
    ticket = opened(dora, orders)
    for _ in range(4):
        later(601)
        watching.sweep()
    ticket.refresh_from_db()
    assert ticket.team == repairs
    assert Event.objects.filter(kind="ticket.team_changed").count() == 1


def test_the_net_finds_what_no_event_told(plan, ann, dora, orders):
    type(ann).objects.filter(pk=ann.pk).update(presence=Presence.ONLINE)
    ticket = opened(dora, orders)
    watching.sweep()
    assert whose(ticket) == ann
