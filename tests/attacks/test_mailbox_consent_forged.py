"""Eve wants a mailbox of hers connected in place of the shop's, or the shop's tokens: she leads an administrator's
browser back from the provider with answers that he never asked for."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from channels_inbox import consent_views
from channels_inbox.models import Channel, Consent, Registration
from events.models import Event
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.django_db

BACK = "/settings/consents/google/"


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@pytest.fixture
def ask(channel, admin, oauth_server) -> str:
    registration = Registration(provider="google")
    registration.change(admin, client_id=CLIENT_ID, secret=CLIENT_SECRET)
    return reverse("consent", args=[channel.pk, "google"])


def browser_of(agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def adam(admin) -> Client:
    return browser_of(admin)


def begin(client: Client, ask: str) -> dict[str, str]:
    """What the provider would send the browser back with."""
    away = client.post(ask, {"user": "care@shop.example"})
    back = httpx.get(away.url).headers["Location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def is_refused(client: Client, answer: dict[str, str], page: str = BACK) -> bool:
    shown = client.get(page, answer, follow=True).content.decode()
    return "was not begun here" in shown and not Consent.objects.exists()


def test_a_state_that_is_missing(adam, ask):
    answer = begin(adam, ask)
    assert is_refused(adam, {"code": answer["code"]})
    assert is_refused(adam, answer | {"state": ""})


def test_a_state_that_is_forged(adam, ask):
    answer = begin(adam, ask)
    for forged in ("x", answer["state"][:-1], answer["state"] + "x", answer["state"].swapcase(), "ستيت"):
        assert is_refused(adam, answer | {"state": forged})


def test_an_answer_that_nobody_asked_for(adam, ask):
    assert is_refused(adam, {"code": "eves-code", "state": "eves-state"})


def test_an_answer_that_is_replayed(adam, ask, oauth_server):
    answer = begin(adam, ask)
    adam.get(BACK, answer)
    Consent.objects.all().delete()
    asked = len(oauth_server.asked)
    assert is_refused(adam, answer)
    assert len(oauth_server.asked) == asked


def test_an_answer_that_comes_late(adam, ask, monkeypatch):
    answer = begin(adam, ask)
    monkeypatch.setattr(consent_views, "time", lambda: 1e12)
    assert is_refused(adam, answer)


def test_the_answer_to_another_session(admin, adam, ask):
    """Eve begins at her own desk and has Adam's browser end it: he would connect her mailbox."""
    assert is_refused(adam, begin(browser_of(admin), ask))


def test_a_code_of_another_session_is_of_no_use_to_who_began_as_well(admin, adam, ask):
    """Eve gives her browser, with a state of its own, a code that was meant for Adam's: PKCE binds it to him."""
    adams, eves = begin(adam, ask), begin(eve := browser_of(admin), ask)
    shown = eve.get(BACK, eves | {"code": adams["code"]}, follow=True).content.decode()
    assert "Please connect it again." in shown
    assert not Consent.objects.exists()


def test_the_answer_of_another_provider(adam, ask):
    """Mix-up: each provider has an address of his own to come back to."""
    assert is_refused(adam, begin(adam, ask), "/settings/consents/microsoft/")


def test_a_redirect_address_of_eves(adam, ask, settings):
    """Whatever the request says of its host, the address is the one that is configured."""
    settings.ALLOWED_HOSTS = ["*"]
    away = adam.post(
        ask,
        {"user": "care@shop.example"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    asked = parse_qs(urlsplit(away.url).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000" + BACK]


@pytest.mark.parametrize("who", ["ann", "bea", "carl"])
def test_others_than_administrators(request, who, adam, ask, channel):
    """An answer in the hands of an agent, and the pages before and after it."""
    answer = begin(adam, ask)
    client = browser_of(request.getfixturevalue(who))
    assert client.get(BACK, answer).status_code == 403
    for page in ("consent", "consent-registration", "consent-removal"):
        assert (
            client.post(reverse(page, args=[channel.pk, "google"]), {"user": "e@evil.example"}).status_code
            == 403
        )
    assert not Consent.objects.exists()


def test_a_page_elsewhere_begins_nothing(admin, ask):
    """Without the token of a form of ours no sign-in begins, and HEAD ends none."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.post(ask, {"user": "eve@evil.example"}).status_code == 403
    assert client.head(BACK).status_code == 405


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "inbox", "mailbox/../../"])
def test_afterwards_it_leads_nowhere_else(adam, ask, channel, wanted):
    away = adam.post(ask, {"user": "care@shop.example", "next": wanted})
    back = httpx.get(away.url).headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert adam.get(back).url == reverse("mailbox", args=[channel.pk]) + "?by=google"


def test_what_the_provider_says_is_not_shown(adam, ask):
    """An error's description comes by the address bar: anybody could have written it."""
    state = begin(adam, ask)["state"]
    answer = {"state": state, "error": "server_error", "error_description": "Call +1 555 0100 <script>"}
    shown = adam.get(BACK, answer, follow=True).content.decode()
    assert "does not answer as it should" in shown
    assert "555" not in shown


def test_tokens_and_codes_are_in_no_event_and_no_log(adam, ask, caplog, capfd):
    caplog.set_level("DEBUG")
    answer = begin(adam, ask)
    adam.get(BACK, answer, follow=True)
    given = Consent.objects.get()
    told = caplog.text + "".join(capfd.readouterr()) + str(list(Event.objects.values()))
    secrets = [CLIENT_SECRET, given.tokens.access, given.tokens.refresh, given.secret]
    assert not [one for one in secrets if one in told]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert not [line for line in ours if answer["code"] in line or answer["state"] in line]
