"""Whether, when and how often customers are asked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from csat.models import AskingRules, ChannelRule, Survey
from customers.models import Customer
from events.models import Event
from tests.csat.test_survey import wait
from tests.drain import drain
from tickets.models import Message, Ticket


@pytest.fixture
def solve(orders, ann, dora):
    """Another solved ticket, Dora's unless said otherwise."""

    def solve(customer: Customer = dora, by: object = ann) -> Ticket:
        ticket = Ticket.open(customer, orders, subject="Lid", source="email")
        ticket.receive(customer, text="It is cracked.")
        ticket.solve(by)
        return ticket

    return solve


def questions() -> int:
    return Survey.objects.asked().count()


def test_each_channel_waits_as_long_as_it_should(solve, channel, admin):
    ChannelRule.of(channel).change(admin, delay_minutes=60)
    solve()
    wait(59 * 60)
    assert not mail.outbox
    wait(61)
    assert len(mail.outbox) == 1
    assert Survey.objects.get().channel == channel


def test_a_longer_wait_holds_for_what_was_planned_before(solve, channel, admin):
    solve()
    drain()
    ChannelRule.of(channel).change(admin, delay_minutes=5)
    wait()
    assert not mail.outbox
    wait(5 * 60)
    assert len(mail.outbox) == 1


def test_a_channel_can_be_left_out(solve, channel, admin):
    ChannelRule.of(channel).change(admin, is_on=False)
    solve()
    wait()
    assert questions() == 0


def test_nobody_is_asked_when_it_is_off(solve, channel, admin):
    AskingRules.current().change(admin, is_on=False)
    solve()
    wait()
    assert not Survey.objects.exists()


def test_turned_off_also_for_what_was_planned(solve, channel, admin):
    solve()
    drain()
    AskingRules.current().change(admin, is_on=False)
    wait()
    assert questions() == 0


@pytest.mark.parametrize("wanted", [False, True])
def test_what_was_solved_by_no_hand_only_when_that_is_wanted(solve, channel, admin, wanted):
    AskingRules.current().change(admin, after_automatic=wanted)
    solve(by=None)
    wait()
    assert questions() == wanted


def test_whoever_solved_it_is_rated_when_it_was_nobodys(solve, channel, ann):
    solve()
    drain()
    assert Survey.objects.get().agent == ann


def test_closing_asks_nothing(orders, ann, dora, channel):
    ticket = Ticket.open(dora, orders, subject="Lid", source="email")
    ticket.receive(dora, text="It is cracked.")
    ticket.close(ann)
    wait()
    assert not Survey.objects.exists()


# Not too often -------------------------------------------------------------------------------------------


def test_one_customer_is_not_asked_again_within_the_pause(solve, channel):
    for _time in range(2):
        solve()
        wait()
    assert questions() == 1
    Survey.objects.asked().update(asked_at=now() - timedelta(days=7, minutes=1))
    solve()
    wait()
    assert questions() == 2


def test_of_two_that_are_due_at_once_one_is_asked(solve, channel):
    for _time in range(2):
        solve()
    wait()
    assert questions() == 1


def test_others_are_asked_meanwhile(solve, channel, eve):
    solve()
    solve(eve)
    wait()
    assert questions() == 2


def test_no_pause_asks_after_each(solve, channel, admin):
    AskingRules.current().change(admin, pause_days=0)
    for _time in range(2):
        solve()
    wait()
    assert questions() == 2


# Not now -------------------------------------------------------------------------------------------------


def test_not_now_is_no_answer_and_no_refusal(solve, channel, client):
    solve()
    wait()
    survey = Survey.objects.get()
    assert "Not now" in client.get(f"/rate/{survey.token}/").content.decode()
    for _time in range(2):
        response = client.post(f"/rate/{survey.token}/", {"later": "yes", "score": "1"})
        assert response.status_code == 200
    survey.refresh_from_db()
    assert (survey.score, survey.refused_at) == (None, None)
    assert survey.declined_at
    assert Event.objects.filter(kind="survey.declined").count() == 1
    client.post(f"/rate/{survey.token}/", {"score": "5"})
    survey.refresh_from_db()
    assert survey.score == 5


def test_no_face_is_chosen_beforehand(solve, channel, client):
    solve()
    wait()
    assert "checked" not in client.get(f"/rate/{Survey.objects.get().token}/").content.decode()


# The settings --------------------------------------------------------------------------------------------


def test_the_settings_change_what_holds(client, admin, channel):
    client.force_login(admin)
    assert client.get("/settings/questions/").status_code == 200
    said = {"is_on": "on", "after_automatic": "on", "pause_days": "30"}
    said |= {f"channel-{channel.pk}-is_on": "on", f"channel-{channel.pk}-delay_minutes": "240"}
    assert client.post("/settings/questions/", said).status_code == 302
    rules = AskingRules.current()
    assert (rules.is_on, rules.after_automatic, rules.pause_days) == (True, True, 30)
    assert ChannelRule.of(channel).delay_minutes == 240
    changes = Event.objects.filter(kind="asking.changed").values_list("payload__fields", flat=True)
    assert sorted(map(sorted, changes)) == [["after_automatic", "pause_days"], ["delay_minutes"]]


@pytest.mark.parametrize(("days", "delay"), [("-1", "0"), ("366", "0"), ("x", "0"), ("7", "17"), ("7", "")])
def test_what_makes_no_sense_is_refused(client, admin, channel, days, delay):
    client.force_login(admin)
    said = {"pause_days": days, f"channel-{channel.pk}-delay_minutes": delay}
    assert client.post("/settings/questions/", said).status_code == 422
    assert not ChannelRule.objects.exists()
    assert not AskingRules.objects.exists()


# On channels with buttons --------------------------------------------------------------------------------


def test_the_question_carries_five_faces_and_a_way_out(solve, channel):
    solve()
    wait()
    choices = Message.objects.get(purpose="survey").choices
    assert [one.get("mark", "") for one in choices] == ["😞", "🙁", "😐", "🙂", "😄", ""]
