"""An administrator says how a mailbox's mail leaves, and what it says by itself."""

import smtplib
from contextlib import suppress

import pytest
from django.core import mail

from channels_inbox import secrets
from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.adapters.email import sending
from channels_inbox.models import Channel, MailText, Outlet, Way
from channels_inbox.wording import words_of
from events.models import Event
from tests.drain import drain
from tickets.models import Delivery

OWN = {
    "way": "smtp",
    "smtp-host": "127.0.0.1",
    "smtp-security": "none",
    "smtp-user": "",
    "smtp-secret": "",
    "per_minute": "",
}


@pytest.fixture
def page(client, admin, channel):
    client.force_login(admin)
    return f"/settings/channels/{channel.pk}/sending/"


def outlet(channel) -> Outlet:
    return Outlet.of(Channel.objects.get(pk=channel.pk))


def test_a_mailbox_sends_by_a_server_of_its_own(page, client, channel, ticket, ann, choosy, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = client.post(page, OWN | {"smtp-port": choosy.port, "quotes": "on"})
    assert answer.status_code == 302
    message = ticket.reply(ann, text="A new one leaves today.")
    drain()
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    assert (len(choosy.taken), mail.outbox) == (1, [])


def test_the_password_is_kept_encrypted_shown_nowhere_and_stays_when_left_empty(page, client, channel):
    client.post(page, OWN | {"smtp-port": 587, "smtp-user": "care", "smtp-secret": "correct horse"})
    stored = outlet(channel)
    assert "correct" not in stored.secret
    assert secrets.decrypt(stored.secret) == "correct horse"
    assert "correct horse" not in client.get(page).content.decode()
    assert stored.secret not in client.get(page).content.decode()
    assert "correct" not in str(list(Event.objects.values_list("payload", flat=True)))
    client.post(page, OWN | {"smtp-port": 465, "smtp-user": "care"})
    assert secrets.decrypt(outlet(channel).secret) == "correct horse"
    assert outlet(channel).port == 465


@pytest.mark.parametrize(
    "wrong",
    [{"smtp-host": ""}, {"smtp-port": ""}, {"smtp-port": "70000"}, {"way": "post"}, {"per_minute": "-1"}],
)
def test_what_cannot_be_is_not_saved(page, client, channel, wrong):
    assert client.post(page, OWN | {"smtp-port": 587} | wrong).status_code == 422
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


# Providers -----------------------------------------------------------------------------------------------

TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
KEYS = {
    "ses": {"user": "AKID", "secret": "ses secret", "region": "eu-west-1", "hook_secret": TOPIC},
    "mailgun": {"domain": "mg.shop.example", "region": "eu", "secret": "key", "hook_secret": "signing key"},
    "postmark": {"secret": "token", "hook_secret": "a long password"},
    "sendgrid": {
        "secret": "key",
        "hook_secret": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1fl"
        "pVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
    },
}


def by(name: str, **facts: str) -> dict[str, str]:
    """What the form is sent with."""
    return {"way": name, "per_minute": ""} | {f"{name}-{field}": value for field, value in facts.items()}


@pytest.mark.parametrize("name", KEYS)
def test_a_mailbox_sends_by_a_provider_whose_keys_are_shown_nowhere(page, client, channel, name):
    assert client.post(page, by(name, **KEYS[name])).status_code == 302
    stored = outlet(channel)
    assert stored.way == name
    for column in ("secret", "hook_secret"):
        assert KEYS[name][column] not in getattr(stored, column)
        assert secrets.decrypt(getattr(stored, column)) == KEYS[name][column]
    shown = client.get(page).content.decode()
    assert f"/hooks/mail/{stored.hook_token}/" in shown
    assert f'value="{KEYS[name]["secret"]}"' not in shown
    assert f'value="{KEYS[name]["hook_secret"]}"' not in shown
    assert KEYS[name]["secret"] not in str(list(Event.objects.values_list("payload", flat=True)))
    kept = KEYS[name] | {"secret": "", "hook_secret": ""}
    assert client.post(page, by(name, **kept)).status_code == 302
    assert secrets.decrypt(outlet(channel).secret) == KEYS[name]["secret"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ses", {"region": "evil.example/#"}),
        ("ses", {"user": ""}),
        ("ses", {"secret": ""}),
        ("ses", {"hook_secret": "arn:aws:s3:::bucket"}),
        ("mailgun", {"domain": "mg.shop.example/../x"}),
        ("mailgun", {"region": "xx"}),
        ("postmark", {"secret": ""}),
        ("postmark", {"hook_secret": "short"}),
        ("sendgrid", {"hook_secret": "no key"}),
    ],
)
def test_keys_that_cannot_be_are_not_saved(page, client, channel, name, wrong):
    assert client.post(page, by(name, **KEYS[name] | wrong)).status_code == 422
    assert outlet(channel).way == Way.DESK


def test_the_next_provider_never_gets_the_keys_of_the_last(page, client, channel):
    client.post(page, by("postmark", **KEYS["postmark"]))
    assert client.post(page, by("sendgrid", secret="", hook_secret="")).status_code == 422
    client.post(page, by("sendgrid", secret="key", hook_secret=""))
    stored = outlet(channel)
    assert (secrets.decrypt(stored.secret), stored.hook_secret) == ("key", "")
    assert "Reports are refused" in client.get(page).content.decode()
    client.post(page, {"way": "desk", "per_minute": ""})
    assert (outlet(channel).secret, outlet(channel).hook_secret) == ("", "")


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
