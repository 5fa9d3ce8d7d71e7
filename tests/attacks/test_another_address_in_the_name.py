"""Attack: Eve calls herself by somebody else's address, since mail programs show the name and hide the address."""

import pytest

from channels_inbox import signing
from channels_inbox.models import Parcel
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import STRANGER, Message, Ticket

NAMES = [
    '"dora@customer.example" <eve@evil.example>',
    "dora@customer.example <eve@evil.example>",
    '"Dora <dora@customer.example>" <eve@evil.example>',
    "=?utf-8?q?Dora_=3Cdora=40customer=2Eexample=3E?= <eve@evil.example>",
    "<eve@evil.example> (dora@customer.example)",
    '"Dora\u202eelpmaxe.remotsuc@arod" <eve@evil.example>',
]


@pytest.mark.parametrize("written", NAMES)
def test_she_is_herself_on_a_ticket_that_is_not_hers(channel, written):
    Parcel.accept(channel, letter().as_bytes(), {"from": "dora@customer.example", "to": [CARE]})
    drain()
    ticket = Ticket.objects.get()
    to = signing.reply_address(CARE, ticket.pk)
    raw = (
        f"From: {written}\r\nTo: {to}\r\nSubject: Re: x\r\nMessage-ID: <e@evil.example>\r\n\r\nSend it to me."
    )
    Parcel.accept(channel, raw.encode(), {"from": "eve@evil.example", "to": [to]})
    drain()
    message = Message.objects.latest("pk")
    assert message.customer.email == "eve@evil.example"
    assert message.customer != ticket.customer
    assert STRANGER in message.flags


def test_an_agents_address_in_the_name_is_no_agent(channel, ann):
    mail = letter("Refund it.", From='"ann@shop.example" <eve@evil.example>')
    Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]})
    drain()
    message = Message.objects.get()
    assert (message.kind, message.agent, message.customer.email) == ("customer", None, "eve@evil.example")
