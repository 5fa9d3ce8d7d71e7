"""A mailbox at Google or Microsoft is connected by its owner's consent, and read and sent by with tokens."""

import threading
import time
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from django.db import connection
from django.urls import reverse

from channels_inbox.adapters.email import tokens
from channels_inbox.adapters.email.accounts import connection_to
from channels_inbox.adapters.email.keeping import Keeper
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Archive, Consent, Mailbox, Registration, Tokens
from channels_inbox.secrets import decrypt
from events.models import Event
from tests.channels_inbox.email.test_mailbox import look, mails
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.django_db(transaction=True)

GOOGLE = "google"


@pytest.fixture
def ask(channel) -> str:
    return reverse("consent", args=[channel.pk, GOOGLE])


def to_the_provider_and_back(desk, ask, user: str, **more):
    """As a browser does: from the desk to the provider, and to where he sends it."""
    away = desk.post(ask, {"user": user} | more)
    assert away.status_code == 302, away.context["asking"].errors
    back = httpx.get(away.url).headers["Location"]
    return desk.get(back.removeprefix("http://127.0.0.1:8000"))


@pytest.fixture
def consent(admin, channel, oauth_server, registration) -> Consent:
    """Given, and good for an hour."""
    return given(channel, oauth_server, admin)


def given(channel, oauth_server, admin, user: str = "care", seconds: float = 3600) -> Consent:
    access, refresh = oauth_server.issue(user)
    found = Tokens(access, refresh, time.time() + seconds)
    return Consent.give(channel, GOOGLE, user, found, admin)


def tokens_of(consent: Consent) -> Tokens:
    return Consent.objects.get(pk=consent.pk).tokens


# The app at the provider ---------------------------------------------------------------------------------


def test_the_app_is_registered_once_for_all_mailboxes(desk, ask, channel):
    page = desk.get(ask).content.decode()
    assert "http://127.0.0.1:8000/settings/consents/google/" in page
    assert "Connect with Google" not in page
    where = reverse("consent-registration", args=[channel.pk, GOOGLE])
    assert desk.post(where, {"client_id": CLIENT_ID, "secret": ""}).status_code == 422
    assert desk.post(where, {"client_id": CLIENT_ID, "secret": CLIENT_SECRET}).status_code == 302
    stored = Registration.objects.get()
    assert (stored.provider, stored.client_id, decrypt(stored.secret)) == (GOOGLE, CLIENT_ID, CLIENT_SECRET)
    page = desk.get(ask).content.decode()
    assert "Connect with Google" in page
    assert CLIENT_SECRET not in page
    assert stored.secret not in page
    assert desk.post(where, {"client_id": CLIENT_ID, "secret": ""}).status_code == 302
    assert decrypt(Registration.objects.get().secret) == CLIENT_SECRET


@pytest.mark.parametrize(
    ("provider", "wrong"),
    [
        ("google", {"client_id": "two words"}),
        ("google", {"client_id": "another", "secret": ""}),
        ("microsoft", {"tenant": "../evil"}),
        ("microsoft", {"tenant": "evil.example/x?"}),
    ],
)
def test_what_cannot_be_an_app_is_refused(desk, channel, registration, provider, wrong):
    where = reverse("consent-registration", args=[channel.pk, provider])
    facts = {"client_id": "id", "secret": "secret", "tenant": ""} | wrong
    assert desk.post(where, facts).status_code == 422
    assert Registration.objects.get().client_id == CLIENT_ID


def test_there_are_no_other_providers(desk, channel):
    assert desk.get(reverse("consent", args=[channel.pk, "yahoo"])).status_code == 404


# There and back ------------------------------------------------------------------------------------------


def test_the_owner_consents(desk, ask, channel, oauth_server, registration):
    answer = to_the_provider_and_back(desk, ask, "care@shop.example")
    assert answer.url == reverse("mailbox", args=[channel.pk]) + "?by=google"
    consent = Consent.objects.get()
    assert (consent.channel, consent.provider, consent.user) == (channel, GOOGLE, "care@shop.example")
    assert oauth_server.tokens[consent.tokens.access] == "care"
    question, redeemed = oauth_server.asked
    assert question["scope"] == "https://mail.google.com/"
    assert (question["access_type"], question["prompt"]) == ("offline", "consent")
    assert question["login_hint"] == "care@shop.example"
    assert redeemed["redirect_uri"] == question["redirect_uri"]


def test_microsoft_is_asked_for_its_own(desk, channel, oauth_server, admin):
    registration = Registration(provider="microsoft")
    registration.change(admin, client_id=CLIENT_ID, secret=CLIENT_SECRET, tenant="shop.example")
    away = desk.post(reverse("consent", args=[channel.pk, "microsoft"]), {"user": "care@shop.example"})
    asked = parse_qs(urlsplit(away.url).query)
    assert asked["scope"][0].split() == [
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
        "offline_access",
    ]
    assert asked["code_challenge_method"] == ["S256"]


def test_the_page_lets_its_form_lead_to_the_provider_only(desk, ask, oauth_server, registration):
    policy = desk.get(ask).headers["Content-Security-Policy"]
    assert f"form-action 'self' {oauth_server.url};" in policy + ";"


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ({"denies": True}, "Not everything was permitted"),
        ({"scopes": ["openid"]}, "Not everything was permitted"),
        ({"refreshes": False}, "Not everything was permitted"),
        ({"error": "invalid_client"}, "no longer accepts the client ID"),
        ({"status": 503}, "does not answer as it should"),
        ({"status": 302}, "does not answer as it should"),
        ({"error": "invalid_grant"}, "Please connect it again"),
        ({"lifetime": "soon"}, "does not answer as it should"),
    ],
)
def test_what_went_wrong_is_said_in_plain_words(desk, ask, oauth_server, registration, mood, said):
    for fact, value in mood.items():
        setattr(oauth_server, fact, value)
    answer = to_the_provider_and_back(desk, ask, "care@shop.example")
    assert said in desk.get(answer.url).content.decode()
    assert not Consent.objects.exists()


def test_secrets_are_nowhere_to_be_read(desk, ask, channel, oauth_server, registration, caplog):
    caplog.set_level("DEBUG")
    to_the_provider_and_back(desk, ask, "care@shop.example")
    consent = Consent.objects.get()
    known = [CLIENT_SECRET, consent.tokens.access, consent.tokens.refresh]
    pages = [
        desk.get(url).content.decode()
        for url in (ask, reverse("mailbox", args=[channel.pk]) + "?by=google", reverse("channels"))
    ]
    told = [*pages, str(list(Event.objects.values_list("payload", flat=True))), caplog.text, consent.secret]
    assert not [secret for secret in known for text in told if secret in text]


def test_forgotten_the_tokens_are_gone(desk, channel, consent):
    desk.post(reverse("consent-removal", args=[channel.pk, GOOGLE]))
    assert not Consent.objects.exists()


# Renewing ------------------------------------------------------------------------------------------------


def test_a_token_is_renewed_before_it_runs_out(consent, oauth_server, admin, channel):
    assert tokens.access(consent) == tokens_of(consent).access
    assert oauth_server.asked == []
    old = given(channel, oauth_server, admin, seconds=200).tokens
    fresh = tokens.access(consent)
    assert fresh != old.access
    assert oauth_server.tokens[fresh] == "care"
    assert tokens_of(consent).refresh == old.refresh


def test_a_refresh_token_that_is_replaced_is_kept(consent, oauth_server, admin, channel):
    oauth_server.rotates, oauth_server.lifetime = True, 10
    given(channel, oauth_server, admin, seconds=0)
    seen = {tokens.access(consent) for _ in range(3)}
    assert len(seen) == 3
    assert tokens_of(consent).refresh in oauth_server.refresh_tokens


def test_many_workers_ask_once(consent, oauth_server, admin, channel):
    oauth_server.seconds, oauth_server.rotates = 0.3, True
    given(channel, oauth_server, admin, seconds=0)
    found = []

    def work() -> None:
        found.append(tokens.access(consent))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(oauth_server.asked) == 1
    assert found == [tokens_of(consent).access] * 6


def test_taken_back_it_is_over_until_it_is_given_again(consent, oauth_server, admin, channel):
    given(channel, oauth_server, admin, seconds=0)
    oauth_server.revoke("care")
    for _ in range(3):
        with pytest.raises(Trouble, match="consent"):
            tokens.access(consent)
    assert len(oauth_server.asked) == 1
    assert Consent.objects.get().ended_at
    given(channel, oauth_server, admin)
    assert not Consent.objects.get().ended_at
    assert tokens.access(consent)


@pytest.mark.parametrize("mood", [{"status": 503}, {"status": 429}, {"error": "temporarily_unavailable"}])
def test_a_provider_in_trouble_is_asked_again(consent, oauth_server, admin, channel, mood):
    given(channel, oauth_server, admin, seconds=0)
    for fact, value in mood.items():
        setattr(oauth_server, fact, value)
    with pytest.raises(Trouble, match="provider"):
        tokens.access(consent)
    assert not Consent.objects.get().ended_at
    oauth_server.status, oauth_server.error = 200, ""
    assert tokens.access(consent)


def test_while_the_provider_does_not_answer_a_token_serves_to_its_end(
    consent, oauth_server, admin, channel, monkeypatch
):
    monkeypatch.setattr("channels_inbox.adapters.email.oauth.ANSWER_SECONDS", 0.2)
    oauth_server.seconds = 1
    known = given(channel, oauth_server, admin, seconds=200).tokens
    assert tokens.access(consent) == known.access
    given(channel, oauth_server, admin, seconds=10)
    with pytest.raises(Trouble, match="provider"):
        tokens.access(consent)


def test_an_app_whose_secret_ran_out_is_told_from_a_consent_that_ended(consent, oauth_server, admin, channel):
    given(channel, oauth_server, admin, seconds=0)
    oauth_server.error = "invalid_client"
    with pytest.raises(Trouble, match="registration"):
        tokens.access(consent)
    assert not Consent.objects.get().ended_at


# The mailbox ---------------------------------------------------------------------------------------------

servers = pytest.mark.servers


@pytest.fixture
def box() -> str:
    """A mailbox on the server that no other test knows."""
    return f"m{uuid4().hex[:12]}"


@pytest.fixture
def page(channel) -> str:
    return reverse("mailbox", args=[channel.pk]) + "?by=google"


@pytest.fixture
def at_dovecot(mail_server, box, oauth_server, registration, channel, admin) -> Consent:
    """Given for a mailbox at a real server, which asks the provider whether a token is good."""
    return given(channel, oauth_server, admin, user=box)


FACTS = {"folder": "INBOX", "afterwards": "read", "begin": "now"}


@servers
def test_its_mail_is_fetched(desk, page, at_dovecot, mail_server, box):
    mail_server.put(box, *mails(2))
    assert "It works." in desk.post(page, FACTS | {"test": "yes"}).content.decode()
    assert not Mailbox.objects.exists()
    assert desk.post(page, FACTS).status_code == 302
    mailbox = Mailbox.objects.active().get()
    assert (mailbox.sign_in, mailbox.user, mailbox.host) == (GOOGLE, box, "127.0.0.1")
    assert look(mailbox) == 0
    mail_server.put(box, *mails(1))
    assert look(mailbox) == 1


@servers
def test_the_last_days_are_asked_for_at_connecting(desk, page, at_dovecot):
    assert desk.post(page, FACTS | {"begin": "archive", "days": ""}).status_code == 422
    assert desk.post(page, FACTS | {"begin": "archive", "days": "7"}).status_code == 302
    assert Archive.objects.get().mailbox == Mailbox.objects.get()


@servers
def test_a_token_that_a_server_refuses_early_is_replaced(desk, page, at_dovecot, oauth_server):
    desk.post(page, FACTS)
    oauth_server.tokens.clear()
    connection_to(Mailbox.objects.get()).close()
    assert tokens_of(at_dovecot).access in oauth_server.tokens


@servers
def test_a_mailbox_that_is_not_the_accounts(desk, page, at_dovecot, oauth_server, channel, admin):
    given(channel, oauth_server, admin, user="another")
    Consent.objects.update(user="care")
    answer = desk.post(page, FACTS)
    assert answer.status_code == 422
    assert "refuses the account" in answer.content.decode()


@servers
def test_when_the_consent_has_ended_the_mailbox_says_what_to_do(
    desk, page, at_dovecot, oauth_server, channel, admin, box
):
    desk.post(page, FACTS)
    mailbox = Mailbox.objects.get()
    oauth_server.revoke(box)
    given(channel, oauth_server, admin, user=box, seconds=0)
    oauth_server.revoke(box)
    keeper = Keeper(mailbox.pk)
    keeper.start()
    for _ in range(100):
        mailbox.refresh_from_db()
        if mailbox.trouble:
            break
        time.sleep(0.1)
    keeper.ended.set()
    keeper.join(10)
    assert mailbox.trouble == "consent"
    shown = desk.get(page).content.decode()
    assert "Please connect it again." in shown
    assert f'href="{reverse("consent", args=[channel.pk, GOOGLE])}">Connect again' in shown
    assert "Connect again" in desk.get(reverse("channels")).content.decode()
    changed = mailbox.changed_at
    given(channel, oauth_server, admin, user=box)
    mailbox.refresh_from_db()
    assert (mailbox.trouble, mailbox.changed_at > changed) == ("", True)


def test_with_a_new_secret_of_the_app_mailboxes_are_tried_again_at_once(desk, channel, registration):
    mailbox = Mailbox.objects.create(channel=channel, host="127.0.0.1", user="care", sign_in=GOOGLE)
    where = reverse("consent-registration", args=[channel.pk, GOOGLE])
    desk.post(where, {"client_id": CLIENT_ID, "secret": "a new one"})
    assert Mailbox.objects.get().changed_at > mailbox.changed_at


@servers
def test_from_a_password_to_consent_the_password_is_forgotten(
    desk, page, at_dovecot, mail_server, box, channel
):
    by_password = FACTS | {
        "host": "127.0.0.1", "port": mail_server.imap_port, "encryption": "none", "user": box, "password": "pw",
    }  # fmt: skip
    desk.post(reverse("mailbox", args=[channel.pk]) + "?by=password", by_password)
    before = Mailbox.objects.get()
    assert before.credentials == {"password": "pw"}
    desk.post(page, FACTS)
    after = Mailbox.objects.get()
    assert (after.credentials, after.sign_in) == ({}, GOOGLE)
    assert after.uid_validity == before.uid_validity


def test_without_consent_the_page_asks_for_it_first(desk, page, ask):
    assert desk.get(page).url == ask
