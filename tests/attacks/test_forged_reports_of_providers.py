"""Reports about our mail that no provider sent: unsigned, forged, replayed, for another outlet, or signed by a key that
lies on somebody else's host."""

import json
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from channels_inbox.models import Channel, Outlet, Report, Silence
from tests.channels_inbox.providers.conftest import DORA, NAMES, outlet, sends_by
from tests.channels_inbox.providers.hooks import hook, said
from tests.drain import drain
from tests.servers.providers import TOPIC
from tickets.models import Delivery, Message

__all__ = ["outlet"]

FORGED = {
    "mailgun": [{"key": "guessed"}, {"key": ""}],
    "postmark": [{"password": "guessed"}, {"password": ""}, {"user": "postmark"}],
    "sendgrid": [{"key": ec.generate_private_key(ec.SECP256R1())}],
    "ses": [
        {"key": rsa.generate_private_key(65537, 2048)},
        {"SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://evil.s3.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com:444/x.pem"},
        {"SigningCertURL": "https://[::1/x.pem"},
        {"TopicArn": "arn:aws:sns:eu-west-1:666666666666:mail"},
        {"SignatureVersion": "3"},
    ],
}


@pytest.fixture
def sent(outlet, ticket, ann) -> Message:
    message = ticket.reply(ann, text="A new one leaves today.")
    drain()
    return message


def body(outlet: Outlet, message: Message, what: str = "bounced"):
    envelope = message.envelopes.get()
    return said(outlet, what, DORA, remote_id=envelope.recipients.get().remote_id, envelope=envelope.pk)


def is_untouched(message: Message) -> bool:
    message.refresh_from_db()
    return message.delivery == Delivery.SENT and not Report.objects.exists() and not Silence.objects.exists()


def knock(client, outlet, post) -> int:
    answer = client.post(f"/hooks/mail/{outlet.hook_token}/", **post)
    drain()
    return answer.status_code


def test_reports_without_a_proof_are_refused(sent, outlet, client):
    told = json.dumps(body(outlet, sent))
    for content in (told, f"[{told}]", "{}", "[]", "null", "1", '"', "", "\x00", "{" * 10_000):
        post = {"data": content, "content_type": "application/json"}
        assert knock(client, outlet, post) == 400
    assert knock(client, outlet, {"data": {"event": "bounced", "recipient": DORA}}) == 400
    assert is_untouched(sent)


@pytest.mark.parametrize(("name", "forged"), [(name, one) for name in NAMES for one in FORGED[name]])
def test_reports_with_a_forged_proof_are_refused(channel, ticket, ann, client, providers, name, forged):
    outlet = sends_by(channel, name)
    message = ticket.reply(ann, text="Hello")
    drain()
    assert knock(client, outlet, hook(outlet, body(outlet, message), providers, **forged)) == 400
    assert is_untouched(message)
    assert not any("evil" in path for path in providers.fetched)


@pytest.mark.parametrize("name", ["sendgrid", "ses"])
def test_what_was_changed_after_signing_is_refused(channel, ticket, ann, client, providers, name):
    outlet = sends_by(channel, name)
    message = ticket.reply(ann, text="Hello")
    drain()
    post = hook(outlet, body(outlet, message, "delivered"), providers)
    content = post["data"] if isinstance(post["data"], str) else post["data"].decode()
    post["data"] = content.replace("delivered", "bounced").replace("Delivery", "Bounce")
    assert knock(client, outlet, post) == 400
    assert is_untouched(message)


def test_a_replayed_report_changes_nothing_again(sent, outlet, client, providers):
    post = hook(outlet, body(outlet, sent), providers)
    assert knock(client, outlet, post) == 200
    sent.mark_queued()
    sent.envelopes.get().retry()
    drain()
    for _again in range(3):
        assert knock(client, outlet, post) == 200
    sent.refresh_from_db()
    assert sent.delivery == Delivery.SENT
    assert Report.objects.count() == 1


def test_a_seen_signature_of_mailgun_proves_no_other_report(channel, ticket, ann, client, providers):
    """It signs a number and the time, not what is told."""
    outlet = sends_by(channel, "mailgun")
    message = ticket.reply(ann, text="Hello")
    drain()
    seen = {"token": "a" * 50}
    assert knock(client, outlet, hook(outlet, body(outlet, message, "delivered"), providers, **seen)) == 200
    assert knock(client, outlet, hook(outlet, body(outlet, message, "bounced"), providers, **seen)) == 200
    old = {"at": str(int(time.time()) - 2 * 24 * 3600)}
    assert knock(client, outlet, hook(outlet, body(outlet, message, "bounced"), providers, **old)) == 400
    message.refresh_from_db()
    assert message.delivery == Delivery.DELIVERED


def test_a_provider_of_one_mailbox_says_nothing_about_anothers_mail(sent, outlet, client, providers, orders):
    other = Channel.objects.create(kind="email", name="Eve's", team=orders, address="eve@shop.example")
    others = sends_by(other, outlet.way)
    assert knock(client, others, hook(others, body(outlet, sent), providers)) == 200
    assert is_untouched(sent)


def test_a_report_about_somebody_else_fails_nobody(sent, outlet, client, providers):
    told = said(outlet, "bounced", "victim@customer.example", envelope=sent.envelopes.get().pk)
    assert knock(client, outlet, hook(outlet, told, providers)) == 200
    assert is_untouched(sent)


def test_addresses_of_webhooks_are_not_guessed(channel, client, providers):
    outlet = sends_by(channel, "postmark")
    post = hook(outlet, {}, providers)
    for token in ("0" * 32, outlet.hook_token[:-1], outlet.hook_token.swapcase()):
        assert client.post(f"/hooks/mail/{token}/", **post).status_code == 404
    outlet.change(None, way="desk")
    assert client.post(f"/hooks/mail/{outlet.hook_token}/", **post).status_code == 404


def test_without_a_secret_nothing_is_proved(channel, client, providers):
    for name in NAMES:
        outlet = sends_by(channel, name)
        outlet.change(None, hook_secret="")
        for forged in ({}, {"key": ""}, {"password": ""}):
            try:
                post = hook(outlet, {}, providers, **forged)
            except (TypeError, AttributeError):
                continue
            assert knock(client, outlet, post) == 400, name


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/?Action=ConfirmSubscription",
        "http://169.254.169.254/latest/meta-data/",
        "https://sns.eu-west-1.amazonaws.com.evil.example/",
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
    ],
)
def test_only_amazon_is_told_that_we_listen(channel, client, providers, address):
    outlet = sends_by(channel, "ses")
    asked = {"Type": "SubscriptionConfirmation", "Token": "x", "Message": "", "SubscribeURL": address}
    assert knock(client, outlet, hook(outlet, {}, providers, **asked)) == 400
    assert [path for path in providers.fetched if not path.endswith(".pem")] == []


def test_a_topic_of_eves_is_not_joined(channel, client, providers):
    """SNS signs for everybody who pays."""
    outlet = sends_by(channel, "ses")
    asked = {
        "Type": "SubscriptionConfirmation",
        "Token": "x",
        "Message": "",
        "TopicArn": TOPIC.replace("123456789012", "666666666666"),
        "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    }
    assert knock(client, outlet, hook(outlet, {}, providers, **asked)) == 400
    assert providers.fetched == []
