"""Line ends in what a customer or an agent wrote begin no header in the mail that leaves."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tickets.models import Delivery, Ticket

LINES = "Lid\r\nBcc: eve@evil.example\r\n\r\nHello"


@pytest.mark.parametrize(
    "header", [b"Subject: =?utf-8?q?Lid=0D=0ABcc:_eve@evil.example?=", b"Subject: Lid\rBcc: eve@evil.example"]
)
def test_in_a_subject(arrive, ann, mailoutbox, header):
    arrive(header + b"\r\n" + letter(Subject=None).as_bytes())
    Ticket.objects.get().reply(ann, text="Hello")
    drain(held=True)
    got = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    assert got["Bcc"] is None
    assert "eve@evil.example" not in str(mailoutbox[-1].recipients())


def test_in_names_and_addresses(arrive, ann, mailoutbox):
    sender = b"From: =?utf-8?q?Dora=0D=0ABcc:_eve@evil.example?= <dora@customer.example>\r\n"
    arrive(sender + letter(From=None).as_bytes())
    ticket = Ticket.objects.get()
    ticket.set_subject(LINES, ann)
    reply = ticket.reply(ann, text="Hello", cc=["bob@customer.example\r\nBcc: eve@evil.example"])
    drain(held=True)
    reply.refresh_from_db()
    got = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    assert got["Bcc"] is None
    assert not any(one.strip().startswith("eve@") for one in mailoutbox[-1].recipients())
    assert reply.delivery == Delivery.FAILED
