"""A forged sender, and everything about the conversation that can be known or guessed (CVE-2024-49193)."""

import random

import pytest

from channels_inbox import caps, signing
from channels_inbox.models import Parcel
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Message, Ticket

EVE = "eve@evil.example"


@pytest.fixture
def conversation(channel, ann) -> Message:
    """Dora wrote, Ann answered."""
    raw = letter(Message_ID="<first@customer.example>").as_bytes()
    Parcel.accept(channel, raw, {"from": "dora@customer.example", "to": [CARE]})
    drain()
    message = Ticket.objects.get().reply(ann, text="The code of your parcel is 4711.")
    drain(held=True)
    return message


def forgeries(message: Message):
    """Mails in Dora's name with the right ticket, message, domain and shape everywhere, and Eve on copy."""
    ticket, random_ = message.ticket_id, random.Random(7)
    domain = signing.message_id(ticket, message.pk).rpartition("@")[2]
    while True:
        mac = f"{random_.getrandbits(96):024x}"
        ids = (
            "first@customer.example",
            f"t{ticket}.{message.pk}.{mac}@{domain}",
            f"t{ticket}.{message.pk}@{domain}",
            f"{ticket}@{domain}",
            f"ticket-{ticket}.{message.pk}@{domain}",
        )
        for one in ids:
            yield {"In_Reply_To": f"<{one}>", "References": f"<{one}>"}
        yield {"To": f"care+t{ticket}.{mac}@shop.example"}
        yield {"To": f"care+t{ticket}@shop.example, care+id{ticket}@shop.example"}
        yield {"Subject": f"Re: [#{ticket}] Cracked lid"}
        yield {"Subject": f"Re: [#{ticket}-{mac[:12]}] Cracked lid"}
        yield {"Delivered_To": f"care+t{ticket}.{mac}@shop.example"}


def test_a_thousand_of_them_join_nothing_and_send_nobody_a_copy(
    conversation, channel, ann, mailoutbox, monkeypatch
):
    monkeypatch.setattr(caps, "MOST_FROM_ONE", 1001)
    ticket = conversation.ticket
    mailoutbox.clear()
    for number, forged in zip(range(1000), forgeries(conversation), strict=False):
        mail = letter(f"And the code? {number}", **{"Cc": EVE, "Reply_To": EVE} | forged)
        Parcel.accept(channel, mail.as_bytes(), {"from": EVE, "to": [CARE]})
    drain()
    assert Ticket.objects.count() == 1001
    assert ticket.messages.filter(kind="customer").count() == 1
    assert ticket.copied() == []
    ticket.reply(ann, text="Is all well?")
    drain(held=True)
    assert not any(EVE in str(mail.recipients()) and "4711" in mail.body for mail in mailoutbox)
    assert "dora@customer.example" in str(mailoutbox[-1].recipients())
