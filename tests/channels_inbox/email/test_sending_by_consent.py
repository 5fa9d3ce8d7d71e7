"""A mailbox sends by its provider's own server, with the consent's token."""

import time

import pytest
from django.core.mail import EmailMessage

from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.adapters.email import sending
from channels_inbox.models import Channel, Consent, Envelope, EnvelopeState, Outlet, Tokens
from tests.drain import drain
from tickets.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

GOOGLE = "google"
OWN = {"way": GOOGLE, "security": "starttls", "quotes": "on"}


@pytest.fixture
def page(channel) -> str:
    return f"/settings/channels/{channel.pk}/sending/"


def give(channel, oauth_server, admin, seconds: float = 3600) -> Consent:
    access, refresh = oauth_server.issue("care")
    return Consent.give(
        channel, GOOGLE, "care@shop.example", Tokens(access, refresh, time.time() + seconds), admin
    )


@pytest.fixture
def consent(channel, oauth_server, registration, admin) -> Consent:
    return give(channel, oauth_server, admin)


@pytest.fixture
def answer(ticket, ann, channel):
    """Ann answers Dora, and it goes as far as it goes."""

    def answer(text: str = "A new one leaves today."):
        message = ticket.reply(ann, text=text)
        drain()
        message.refresh_from_db()
        return message

    return answer


def test_it_is_chosen_once_the_mailbox_is_connected(desk, page, channel, oauth_server, registration, admin):
    refused = desk.post(page, OWN)
    assert "Connect the mailbox there first." in refused.context["form"].errors["way"]
    give(channel, oauth_server, admin)
    assert desk.post(page, OWN).status_code == 302
    assert Outlet.of(Channel.objects.get()).way == GOOGLE


def test_answers_leave_by_the_providers_server(desk, page, consent, providers_smtp, answer):
    desk.post(page, OWN)
    assert answer().delivery == Delivery.SENT
    assert providers_smtp.signed_in == ["care@shop.example"]
    assert b"A new one leaves today." in providers_smtp.taken[0]


def test_a_token_that_ran_out_is_renewed_first(
    desk, page, consent, providers_smtp, answer, oauth_server, channel, admin
):
    desk.post(page, OWN)
    give(channel, oauth_server, admin, seconds=0)
    assert answer().delivery == Delivery.SENT
    assert providers_smtp.refused == 0
    assert [asked["grant_type"] for asked in oauth_server.asked] == ["refresh_token"]


def test_a_token_that_is_refused_early_is_replaced(desk, page, consent, providers_smtp, answer, oauth_server):
    desk.post(page, OWN)
    oauth_server.tokens.clear()
    assert answer().delivery == Delivery.SENT
    assert providers_smtp.refused == 1


def test_when_the_consent_has_ended_answers_wait_and_say_why(
    desk, page, consent, providers_smtp, answer, oauth_server, channel, admin
):
    desk.post(page, OWN)
    oauth_server.revoke("care")
    message = answer()
    assert message.delivery != Delivery.FAILED
    envelope = Envelope.objects.outgoing().get()
    assert envelope.state == EnvelopeState.PENDING
    assert Consent.objects.get().ended_at
    give(channel, oauth_server, admin)
    Envelope.objects.update(next_try_at=envelope.created_at)
    envelope.enqueue()
    drain()
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ({"error": "invalid_grant"}, sending.CONSENT),
        ({"error": "invalid_client"}, sending.REGISTRATION),
        ({"status": 503}, sending.PROVIDER),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(consent, oauth_server, channel, admin, mood, reason):
    give(channel, oauth_server, admin, seconds=0)
    for fact, value in mood.items():
        setattr(oauth_server, fact, value)
    assert said_by(Outlet(channel=channel, way=GOOGLE)) == (reason, False)


def test_a_server_that_refuses_the_account(consent, providers_smtp, channel):
    providers_smtp.closed = True
    assert said_by(Outlet(channel=channel, way=GOOGLE)) == (sending.ACCOUNT, False)
    assert providers_smtp.refused == 2


def test_the_other_providers_consent_is_none(consent, channel):
    assert said_by(Outlet(channel=channel, way="microsoft")) == (sending.CONSENT, False)


def said_by(outlet: Outlet) -> tuple[str, bool]:
    with pytest.raises(DeliveryError) as failure:
        sending.send(EmailMessage("a", "b", "care@shop.example", ["dora@customer.example"]), outlet)
    return failure.value.reason, failure.value.permanent
