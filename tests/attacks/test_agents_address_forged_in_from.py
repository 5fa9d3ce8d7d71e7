"""Mail in an agent's name is a customer's mail with a warning, whatever it claims to answer."""

from channels_inbox import signing
from channels_inbox.models import Parcel
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import STRANGER, Message, MessageKind, Ticket


def test_it_is_never_an_agents_word(arrive, ann):
    arrive(letter(f"Refund 900 to me. {ann.name}", From=f"Ann <{ann.email.upper()}>"))
    message = Message.objects.get()
    assert (message.kind, message.agent) == (MessageKind.CUSTOMER, None)
    assert "forged-agent" in message.flags


def test_it_joins_as_a_stranger_even_with_a_mark_of_ours(arrive, ann):
    arrive(letter())
    ticket = Ticket.objects.get()
    address = signing.reply_address(CARE, ticket.pk)
    arrive(letter("Close it.", From=ann.email, Cc="eve@evil.example"), to=address)
    message = ticket.messages.latest("number")
    assert set(message.flags) == {"forged-agent", STRANGER}
    assert (message.kind, message.others) == (MessageKind.CUSTOMER, [])
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_an_agents_own_address_for_replies_opens_nothing_to_others(arrive, ann):
    arrive(letter())
    ticket = Ticket.objects.get()
    arrive(letter("Hi", From="eve@evil.example"), to=signing.agent_address(CARE, ticket.pk, ann.pk))
    assert Message.objects.count() == 1
    assert Parcel.objects.quarantined().get().held_for == "not-his"
