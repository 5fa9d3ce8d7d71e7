"""Who may open which page of the settings, and by which method."""

import pytest
from django.urls import reverse

from channels_inbox.models import Channel, Parcel, ParcelState
from events.models import Event, Receipt, ReceiptState

OWN = ["settings", "profile", "account_change_password", "tokens"]
PAGES = [
    "company",
    "agents",
    "agent-invitation",
    "agent",
    "agent-deactivation",
    "teams",
    "team-new",
    "team",
    "dead-letters",
    "first-steps",
    "channels",
    "channel-new",
    "channel",
    "channel-test",
    "quarantine",
    "parcel",
    "parcel-raw",
]
ACTS = [
    "agent-invitation-again",
    "agent-reactivation",
    "dead-letters-retry",
    "dead-letter-retry",
    "parcel-retry",
    "parcel-discard",
    "first-steps-closing",
]


@pytest.fixture
def address(ann, orders):
    channel = Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    parcel = Parcel.objects.create(kind="email", channel=channel, raw=b"x", state=ParcelState.QUARANTINED)
    event = Event.objects.create(
        kind="ticket.solved", subject_kind="ticket", subject_id=1, actor_kind="system"
    )
    receipt = Receipt.objects.create(event=event, subscriber="gone", state=ReceiptState.DEAD)
    places = {
        "agent": ann.pk,
        "team": orders.pk,
        "channel": channel.pk,
        "parcel": parcel.pk,
        "dead-letter": receipt.pk,
    }

    def find(name: str) -> str:
        whole = name in {
            "agents",
            "teams",
            "channels",
            "team-new",
            "channel-new",
            "agent-invitation",
            "dead-letters",
        }
        place = next((pk for start, pk in places.items() if name.startswith(start)), None)
        return reverse(name, args=[place] if place and not whole and name != "dead-letters-retry" else [])

    return find


@pytest.mark.parametrize("page", OWN)
def test_ones_own_pages_are_every_agents_and_nobody_elses(client, ann, carl, admin, address, page):
    assert client.get(address(page)).url.startswith(reverse("account_login"))
    for agent in (ann, carl, admin):
        client.force_login(agent)
        assert client.get(address(page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_the_desks_pages_are_the_administrators(client, ann, bea, carl, admin, address, page):
    assert client.get(address(page)).url.startswith(reverse("account_login"))
    for agent in (ann, bea, carl):
        client.force_login(agent)
        assert client.get(address(page)).status_code == 403
    client.force_login(admin)
    assert client.get(address(page)).status_code == 200


@pytest.mark.parametrize("act", ACTS)
def test_so_is_what_changes_it_and_only_by_post(client, ann, bea, carl, admin, address, act):
    assert client.get(address(act)).status_code == 405
    assert client.post(address(act)).url.startswith(reverse("account_login"))
    for agent in (ann, bea, carl):
        client.force_login(agent)
        assert client.post(address(act)).status_code == 403
    client.force_login(admin)
    for _again in range(2):
        assert client.post(address(act)).status_code == 302


@pytest.mark.parametrize("page", [*OWN, *PAGES])
def test_no_page_takes_a_method_it_was_not_made_for(client, admin, address, page):
    client.force_login(admin)
    assert client.delete(address(page)).status_code in {
        405,
        200 if page == "account_change_password" else 405,
    }


@pytest.mark.parametrize("act", ACTS)
def test_a_form_from_elsewhere_changes_nothing(admin, address, act):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    answer = client.post(address(act))
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]


def test_a_fragment_is_told_to_sign_in_on_a_page_of_its_own(client, ann):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/?view=mine"}
    answer = client.post(reverse("presence"), {"presence": "away"}, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Finbox%2F%3Fview%3Dmine"
