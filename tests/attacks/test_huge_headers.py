"""Attack: headers of 20 MB, or a hundred thousand of them: each mail is read in two seconds, and no field of a ticket
takes more than it can hold."""

import time

import pytest

from channels_inbox.adapters.email.parse import parse
from channels_inbox.models import Parcel, ParcelState
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE
from tickets.models import Message

MEGA = 1_000_000
FIRST = b"From: Eve <eve@evil.example>\r\nMessage-ID: <1@evil.example>\r\n"
MAILS = {
    "one subject": FIRST + b"Subject: " + b"x" * 20 * MEGA + b"\r\n\r\nhi",
    "one subject, folded": FIRST + b"Subject: " + b"x y\r\n " * (4 * MEGA) + b"\r\n\r\nhi",
    "an encoded subject": FIRST + b"Subject: " + b"=?utf-8?B?0YLQtdGB0YI=?= " * 800_000 + b"\r\n\r\nhi",
    "one name": b'From: "' + b"x" * 20 * MEGA + b'" <eve@evil.example>\r\n\r\nhi',
    "one address": b"From: " + b"x" * 20 * MEGA + b"@evil.example\r\n\r\nhi",
    "copies": FIRST + b"Cc: " + b"a@b.example, " * 1_500_000 + b"\r\n\r\nhi",
    "references": FIRST + b"References: " + b"<a@b.example> " * 1_400_000 + b"\r\n\r\nhi",
    "results": FIRST + b"Authentication-Results: mx; " + b"spf=pass; " * 2 * MEGA + b"\r\n\r\nhi",
    "fields": FIRST + b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + b"\r\nhi",
    "the same field": FIRST + b"To: a@b.example\r\n" * 100_000 + b"\r\nhi",
    "no end": FIRST + b"X: " + b"y" * 20 * MEGA,
    "a file's name": FIRST
    + b'Content-Type: text/x; name="'
    + b"n" * 20 * MEGA
    + b'"\r\nContent-Disposition: attachment\r\n\r\nhi',
}


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_in_two_seconds(name):
    began = time.process_time()
    parse(MAILS[name])
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "name", ["one subject", "one name", "one address", "copies", "references", "a file's name"]
)
def test_no_field_of_the_ticket_takes_more_than_it_can_hold(channel, name):
    raw = MAILS[name][: 2 * MEGA]
    parcel = Parcel.accept(channel, raw, {"from": "eve@evil.example", "to": [CARE]})
    unpack(parcel.pk)
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.DONE
    assert bytes(parcel.raw) == raw
    message = Message.objects.select_related("ticket__customer").get()
    assert len(message.ticket.subject) <= 255
    assert len(message.ticket.customer.name) <= 160
    assert len(message.cc) <= 200
