"""What is mailed without anybody writing it: the confirmation of a new request, in the channel's own words."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from channels_inbox.models import Envelope, MailText, Outlet, Parcel
from channels_inbox.wording import words_of
from tests.channels_inbox.conftest import CARE, letter
from tests.channels_inbox.test_outgoing import sent
from tests.drain import drain
from tickets.models import Ticket


@pytest.fixture
def confirming(channel, ann):
    Outlet.objects.create(channel=channel)
    return channel


def come(channel, **headers) -> None:
    Parcel.accept(channel, letter(**headers).as_bytes(), {"from": "dora@customer.example", "to": [CARE]})
    drain()


def test_a_new_request_is_confirmed_once(confirming):
    come(confirming)
    (one,) = mail.outbox
    got = sent()
    assert one.to == ["Dora <dora@customer.example>"]
    assert got["Auto-Submitted"] == "auto-replied"
    assert got["X-Auto-Response-Suppress"] == "All"
    assert got["Subject"] == "Re: Cracked lid"
    plain = got.get_body(("plain",)).get_content()
    assert plain.startswith("Hello Dora,")
    assert f"number {Ticket.objects.get().number}." in plain
    assert "{" not in plain
    Ticket.objects.get().receive(Ticket.objects.get().customer, text="And another thing.")
    drain()
    assert len(mail.outbox) == 1


def test_without_a_name_nobody_is_called_by_an_empty_one(confirming):
    come(confirming, From="dora@customer.example")
    assert sent().get_body(("plain",)).get_content().startswith("Hello,")


def test_it_touches_no_clock(confirming):
    come(confirming)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.first_replied_at, ticket.unread) == ("new", None, True)


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}])
def test_machines_get_none(confirming, headers):
    come(confirming, **headers)
    assert mail.outbox == []


def test_a_mailbox_can_be_silent(confirming, ann):
    Outlet.of(confirming).change(ann, acknowledges=False)
    confirming.refresh_from_db()
    come(confirming)
    assert mail.outbox == []


def test_a_mailbox_that_nobody_asked_to_confirm_does_not(channel):
    come(channel)
    assert mail.outbox == []


def test_a_ticket_that_an_agent_opened_is_not_confirmed(confirming, dora, orders, ann):
    Ticket.open(dora, orders, subject="Call", source="phone", by=ann)
    drain()
    assert mail.outbox == []


def test_at_most_three_an_hour_to_one_address(confirming):
    for number in range(6):
        come(confirming, Subject=f"Number {number}")
    assert (Ticket.objects.count(), len(mail.outbox)) == (6, 3)
    Envelope.objects.update(created_at=now() - timedelta(minutes=61))
    come(confirming, Subject="Later")
    assert len(mail.outbox) == 4


def test_each_language_has_words_of_ours_and_may_have_its_own(confirming, ann):
    assert "سلام" in words_of(confirming, "acknowledgement", "fa")
    assert "مرحبًا" in words_of(confirming, "acknowledgement", "ar")
    MailText.write(ann, confirming, "acknowledgement", "en", "We have it, {customer.name}. {ticket.subject}")
    come(confirming)
    assert sent().get_body(("plain",)).get_content().startswith("We have it, Dora. Cracked lid")
    MailText.write(ann, confirming, "acknowledgement", "en", "")
    assert words_of(confirming, "acknowledgement", "en").startswith("Hello")


def test_a_persian_letter_is_confirmed_in_persian_right_to_left(confirming):
    mailed = letter("سلام، در قابلمه شکسته رسید. لطفاً راهنمایی کنید که چه کار کنم.", Subject="در شکسته")
    Parcel.accept(confirming, mailed.as_bytes(), {"from": "dora@customer.example", "to": [CARE]})
    drain()
    html = sent().get_body(("html",)).get_content()
    assert '<html lang="fa" dir="rtl">' in html
    assert '<p dir="rtl"' in html
