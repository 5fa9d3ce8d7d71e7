"""Mailboxes, and the test mail that goes there and back."""

import pytest
from django.core import mail
from django.urls import reverse

from channels_inbox import round_trip
from channels_inbox.models import Channel, Parcel, ParcelState
from channels_inbox.unpacking import unpack
from tickets.models import Ticket

CARE = {"name": "Care", "address": "Care@Shop.Example", "from_name": "Shop", "is_active": "on"}


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def channel(orders):
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


def test_connecting_one_keeps_its_address_in_one_spelling(desk, orders):
    answer = desk.post(reverse("channel-new"), CARE | {"team": orders.pk})
    channel = Channel.objects.get()
    assert answer.url == reverse("channel", args=[channel.pk])
    assert (channel.kind, channel.address, channel.team, channel.is_active) == (
        "email",
        "care@shop.example",
        orders,
        True,
    )


def test_an_address_belongs_to_one_mailbox(desk, channel, orders):
    assert desk.post(reverse("channel-new"), CARE | {"team": orders.pk}).status_code == 422
    assert Channel.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"address": "nobody"}, {"team": ""}, {"name": ""}, {"address": "a@b.example\r\nBcc: x@y.example"}],
)
def test_what_is_no_mailbox_is_refused(desk, orders, wrong):
    assert desk.post(reverse("channel-new"), CARE | {"team": orders.pk} | wrong).status_code == 422
    assert not Channel.objects.exists()


def test_changing_one_keeps_what_it_knows_of_its_test_mail(desk, channel, repairs):
    round_trip.begin(channel)
    desk.post(reverse("channel", args=[channel.pk]), CARE | {"team": repairs.pk, "is_active": ""})
    channel.refresh_from_db()
    assert (channel.team, channel.is_active) == (repairs, False)
    assert channel.config["round_trip"]["token"]


@pytest.fixture
def sent(channel):
    """The test mail on its way."""
    mail.outbox = []
    round_trip.begin(channel)
    round_trip.send(channel.pk)
    (letter,) = mail.outbox
    channel.refresh_from_db()
    return letter


def arrive(channel: Channel, to: str) -> Parcel:
    raw = b"From: care@shop.example\r\nMessage-ID: <1@x.example>\r\nSubject: Test\r\n\r\nHello\r\n"
    parcel = Parcel.objects.create(
        kind="email", channel=channel, raw=raw, meta={"from": "care@shop.example", "to": [to]}
    )
    unpack(parcel.pk)
    parcel.refresh_from_db()
    return parcel


def test_a_test_mail_is_known_again_when_it_arrives_and_becomes_no_ticket(channel, sent):
    assert round_trip.trip(channel)["sent_at"]
    assert not round_trip.trip(channel)["arrived_at"]
    assert arrive(channel, sent.to[0]).state == ParcelState.DONE
    channel.refresh_from_db()
    assert round_trip.trip(channel)["arrived_at"]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "to", ["care+test-@shop.example", "care+test-guess@shop.example", "care@shop.example"]
)
def test_nobody_passes_for_it_without_its_token(channel, sent, to):
    arrive(channel, to)
    channel.refresh_from_db()
    assert not round_trip.trip(channel)["arrived_at"]
    assert Ticket.objects.exists()


def test_a_new_test_forgets_the_old_one(channel, sent):
    round_trip.begin(channel)
    arrive(channel, sent.to[0])
    channel.refresh_from_db()
    assert not round_trip.trip(channel)["arrived_at"]


def test_why_it_could_not_be_sent_is_told(desk, channel, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    round_trip.begin(channel)
    round_trip.send(channel.pk)
    page = desk.get(reverse("channel-test", args=[channel.pk])).content.decode()
    assert "does not answer on this port" in page
    assert "every 2s" not in page


def test_the_page_asks_again_until_it_has_arrived(desk, channel, sent):
    assert "every 2s" in desk.get(reverse("channel-test", args=[channel.pk])).content.decode()
    arrive(channel, sent.to[0])
    assert "every 2s" not in desk.get(reverse("channel-test", args=[channel.pk])).content.decode()
