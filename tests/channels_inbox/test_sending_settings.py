"""An administrator says how a mailbox's mail leaves, and what it says by itself."""

import smtplib
from contextlib import suppress

import pytest
from django.core import mail

from channels_inbox import secrets
from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.adapters.email import sending
from channels_inbox.automatic import words_of
from channels_inbox.models import Channel, MailText, Outlet, Way
from events.models import Event
from tests.drain import drain
from tickets.models import Delivery

OWN = {"way": "smtp", "host": "127.0.0.1", "security": "none", "user": "", "password": "", "per_minute": ""}


@pytest.fixture
def page(client, admin, channel):
    client.force_login(admin)
    return f"/settings/channels/{channel.pk}/sending/"


def outlet(channel) -> Outlet:
    return Outlet.of(Channel.objects.get(pk=channel.pk))


def test_a_mailbox_sends_by_a_server_of_its_own(page, client, channel, ticket, ann, choosy, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = client.post(page, OWN | {"port": choosy.port, "quotes": "on"})
    assert answer.status_code == 302
    message = ticket.reply(ann, text="A new one leaves today.")
    drain()
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    assert (len(choosy.taken), mail.outbox) == (1, [])


def test_the_password_is_kept_encrypted_shown_nowhere_and_stays_when_left_empty(page, client, channel):
    client.post(page, OWN | {"port": 587, "user": "care", "password": "correct horse"})
    stored = outlet(channel)
    assert "correct" not in stored.secret
    assert secrets.decrypt(stored.secret) == "correct horse"
    assert "correct horse" not in client.get(page).content.decode()
    assert stored.secret not in client.get(page).content.decode()
    assert "correct" not in str(list(Event.objects.values_list("payload", flat=True)))
    client.post(page, OWN | {"port": 465, "user": "care", "password": ""})
    assert secrets.decrypt(outlet(channel).secret) == "correct horse"
    assert outlet(channel).port == 465


@pytest.mark.parametrize(
    "wrong", [{"host": ""}, {"port": ""}, {"port": "70000"}, {"way": "ses"}, {"per_minute": "-1"}]
)
def test_what_cannot_be_is_not_saved(page, client, channel, wrong):
    assert client.post(page, OWN | {"port": 587} | wrong).status_code == 422
    assert outlet(channel).way == Way.DESK


def test_where_desks_are_hosted_inner_hosts_are_refused(channel, choosy, settings):
    settings.HOSTED = True
    own = Outlet(channel=channel, way=Way.SMTP, host="127.0.0.1", port=choosy.port, security="none")
    with pytest.raises(DeliveryError) as failure:
        sending.send(mail.EmailMessage("a", "b", "care@shop.example", ["dora@customer.example"]), own)
    assert failure.value.reason == sending.INSIDE
    assert choosy.taken == []


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"port": 1}, sending.NO_PORT),
        ({"host": "no-such-host.invalid"}, sending.NO_HOST),
        ({"security": "tls"}, sending.NO_TLS),
        ({"security": "starttls"}, sending.NO_TLS),
        ({"user": "care"}, sending.NO_TLS),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(channel, choosy, facts, reason):
    facts = {"host": "127.0.0.1", "port": choosy.port, "security": "none"} | facts
    own = Outlet(channel=channel, way=Way.SMTP, **facts)
    if own.user:
        own.secret = secrets.encrypt("pw")
    with pytest.raises(DeliveryError) as failure, suppress(smtplib.SMTPException):
        sending.send(mail.EmailMessage("a", "b", "care@shop.example", ["dora@customer.example"]), own)
    assert (failure.value.reason, failure.value.permanent) == (reason, False)


# Words ---------------------------------------------------------------------------------------------------


def ours(channel) -> dict[str, str]:
    return {code: words_of(channel, "acknowledgement", code) for code in ("en", "ar", "fa")}


def test_words_are_changed_for_each_language(page, client, channel):
    place = f"/settings/channels/{channel.pk}/texts/acknowledgement/"
    assert client.get(place).status_code == 200
    client.post(place, ours(channel) | {"ar": "وصلت رسالتكم، {customer.name}."})
    assert list(MailText.objects.values_list("language", "body")) == [
        ("ar", "وصلت رسالتكم، {customer.name}.")
    ]
    assert client.post(place, ours(channel) | {"en": "{agent.password}"}).status_code == 422
    assert client.get(f"/settings/channels/{channel.pk}/texts/nonsense/").status_code == 404


def test_the_preview_shows_a_text_as_it_arrives_and_keeps_nothing(page, client, channel):
    place = f"/settings/channels/{channel.pk}/preview/"
    shown = client.post(
        place + "ar/", {"ar": "مرحبًا {customer.name} <script>\n\nOrder {ticket.number}"}
    ).content.decode()
    assert '<p dir="rtl">مرحبًا دورا &lt;script&gt;</p>' in shown
    assert '<p dir="ltr">Order 1042</p>' in shown
    assert MailText.objects.count() == 0
    assert client.post(place + "xx/", {"xx": "a"}).status_code == 404


def test_a_mailbox_that_is_connected_confirms_from_the_beginning(client, admin, orders):
    client.force_login(admin)
    facts = {"name": "New", "address": "new@shop.example", "team": orders.pk, "is_active": "on"}
    assert client.post("/settings/channels/new/", facts).status_code == 302
    assert Outlet.of(Channel.objects.get(address="new@shop.example")).acknowledges
