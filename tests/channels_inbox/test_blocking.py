"""Spam from a ticket's menu blocks its sender too, and can be taken back; the head tells what is known of him."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_inbox.adapters.email.sending import NO_MAILBOX
from channels_inbox.hints import about_sender
from channels_inbox.models import Parcel, ParcelState, Sender, Silence
from customers.models import Identity
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Ticket

DORA = "dora@customer.example"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def drop(channel):
    def drop(mail) -> Parcel:
        parcel = Parcel.accept(channel, mail.as_bytes(), {"from": DORA, "to": [CARE]})
        drain()
        parcel.refresh_from_db()
        return parcel

    return drop


@pytest.fixture
def spam(drop) -> Ticket:
    drop(letter("Buy watches", From=f"Dora <{DORA.upper()}>"))
    return Ticket.objects.get()


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann)
    return client


def place(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}/sender/"


def verdicts() -> dict[str, str]:
    return dict(Sender.objects.values_list("pattern", "verdict"))


def test_the_ticket_is_spam_and_what_the_sender_writes_next_is_held(as_ann, spam, drop, ann):
    answer = as_ann.post(place(spam), **HTMX)
    spam.refresh_from_db()
    assert spam.spam_at
    assert verdicts() == {DORA: "block"}
    assert Sender.objects.get().agent == ann
    assert f'action="{place(spam)}"' in answer.text
    assert drop(letter("More watches")).state == ParcelState.QUARANTINED


def test_it_is_taken_back(as_ann, spam, drop):
    as_ann.post(place(spam), **HTMX)
    as_ann.post(place(spam), {"_method": "DELETE", "was": ""}, **HTMX)
    spam.refresh_from_db()
    assert (spam.spam_at, verdicts()) == (None, {})
    assert drop(letter("I am no spam")).state == ParcelState.DONE


@pytest.mark.parametrize("was", ["allow", "block"])
def test_taking_it_back_leaves_what_was_said_before(as_ann, spam, admin, was):
    Sender.judge(DORA, was, admin)
    answer = as_ann.post(place(spam), **HTMX)
    assert f'name="was" value="{was}"' in answer.text
    as_ann.post(place(spam), {"_method": "DELETE", "was": was}, **HTMX)
    assert verdicts() == {DORA: was}


def test_our_own_addresses_are_never_blocked_whoever_takes_them(as_ann, drop, ann):
    drop(letter("Watches", From=f"Ann <{ann.email}>"))
    ticket = Ticket.objects.get()
    answer = as_ann.post(place(ticket), **HTMX)
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert (ticket.spam_at, verdicts()) == (None, {})


def test_who_does_not_see_the_ticket_blocks_nobody(client, carl, spam):
    client.force_login(carl)
    assert client.post(place(spam)).status_code == 404
    assert verdicts() == {}
    assert client.get(place(spam)).status_code in (404, 405)


def test_the_menu_offers_it_for_mail_alone(as_ann, spam):
    assert place(spam) in as_ann.get(f"/tickets/{spam.pk}/").text
    Ticket.objects.update(source="phone")
    assert place(spam) not in as_ann.get(f"/tickets/{spam.pk}/").text


# What the head tells -------------------------------------------------------------------------------------


def told(ticket: Ticket) -> list[str]:
    return [str(hint.says).replace("<bdi>", "").replace("</bdi>", "") for hint in about_sender(ticket)]


def test_blocked_and_unblocked_from_the_head(as_ann, spam, admin):
    Sender.judge(DORA, "block", admin)
    page = as_ann.get(f"/tickets/{spam.pk}/head/").text
    assert "Mail from <bdi>dora@customer.example</bdi> is blocked." in page
    as_ann.post(place(spam), {"_method": "DELETE"}, **HTMX)
    assert told(spam) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"customer.example": "block"}, ["Mail from customer.example is blocked."]),
        (
            {"customer.example": "block", DORA: "allow"},
            ["Mail from dora@customer.example is always let through."],
        ),
        ({"other.example": "block", "eve@customer.example": "block"}, []),
    ],
)
def test_what_is_said_of_an_address_outweighs_its_domain(spam, admin, said, shown):
    for pattern, verdict in said.items():
        Sender.judge(pattern, verdict, admin)
    assert told(spam) == shown


def test_silenced_and_suspected(spam):
    Silence.objects.create(address=DORA, reason=NO_MAILBOX)
    message = spam.messages.get()
    message.flags = ["unproved"]
    message.save()
    shown = told(spam)
    assert len(shown) == 2
    assert f"No mail is sent to {DORA}: it failed again and again, or its owner wants none." in shown


def test_it_costs_one_query_however_many_addresses_he_has(spam):
    for number in range(5):
        Identity.objects.create(
            customer=spam.customer, kind="email", value=f"d{number}@x.example", key=f"d{number}@x.example"
        )
    with CaptureQueriesContext(connection) as seen:
        about_sender(spam)
    assert len(seen) == 1
