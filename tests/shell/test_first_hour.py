"""The checklist of the first hour checks itself against what is there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from agents.models import Workspace
from channels_inbox import round_trip
from channels_inbox.first_hour import steps
from channels_inbox.models import Channel


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def done() -> list[str]:
    return [step.name for step in steps() if step.done]


def test_on_an_empty_desk_nothing_is_done(admin):
    assert done() == []


def test_each_step_is_done_when_it_is_true(desk, orders, ann):
    assert done() == ["colleague"]
    desk.post(reverse("company"), {"name": "Dallah Coffee", "sender": "Dallah"})
    assert done() == ["company", "colleague"]
    channel = Channel.connect(ann, kind="email", name="Care", team=orders, address="care@shop.example")
    assert done() == ["company", "mailbox", "colleague"]
    round_trip.begin(channel)
    assert "test" not in done()
    channel.refresh_from_db()
    token = channel.config["round_trip"]["token"]
    assert round_trip.arrived([f"care+test-{token}@shop.example"])
    assert done() == ["company", "mailbox", "test", "colleague"]
    assert "The desk is ready" in desk.get(reverse("first-steps")).content.decode()


def test_a_test_mail_that_does_not_arrive_is_not_waited_for_without_a_word(desk, orders):
    channel = Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    page = reverse("first-steps")

    def begun(ago: timedelta) -> str:
        moment = (now() - ago).isoformat()
        trip = {"token": "t", "began_at": moment, "sent_at": moment, "arrived_at": None, "reason": ""}
        channel.config = channel.config | {"round_trip": trip}
        channel.save(update_fields=["config"])
        return desk.get(page).text

    assert "every 2s" in (soon := begun(timedelta(seconds=5)))
    assert "Waiting for it to arrive" in soon
    assert "every 15s" in (late := begun(timedelta(minutes=2)))
    assert "and not arrived" in late
    assert "every " not in begun(timedelta(hours=2))


def test_a_mailbox_that_is_switched_off_counts_for_nothing(admin, orders):
    channel = Channel.connect(admin, kind="email", name="Care", team=orders, address="care@shop.example")
    channel.change(admin, is_active=False)
    assert "mailbox" not in done()


def test_it_is_put_away_once_and_for_all(desk):
    for _again in range(2):
        assert desk.post(reverse("first-steps-closing")).status_code == 302
    assert Workspace.current().guide_closed_at


def test_the_inbox_offers_it_to_administrators_until_it_is_put_away(desk, ann, client):
    offer = reverse("first-steps")
    assert offer in desk.get(reverse("inbox")).content.decode()
    desk.post(reverse("first-steps-closing"))
    assert offer not in desk.get(reverse("inbox")).content.decode()
    Workspace.objects.update(guide_closed_at=None)
    client.force_login(ann)
    assert offer not in client.get(reverse("inbox")).content.decode()


def test_there_is_one_workspace(admin):
    assert Workspace.current() == Workspace.current()
    assert Workspace.objects.count() == 1
