"""Machines that answer each other come to an end, and nobody is flooded with confirmations."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from channels_inbox import caps
from channels_inbox.models import Envelope, Outlet, Parcel, Recipient, RecipientState
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Delivery, Message, Ticket

THEIRS = "desk@other.example"


@pytest.fixture
def ours(channel) -> Ticket:
    return take(channel, letter(From=f"Other desk <{THEIRS}>")).ticket


def take(channel, mail) -> Message:
    """The other desk's mail comes in; nothing in it admits that a machine wrote it."""
    Parcel.accept(channel, mail.as_bytes(), {"from": THEIRS, "to": [CARE]})
    drain()
    return Message.objects.filter(kind="customer").latest("pk")


def say(ticket: Ticket, text: str = "We got your message.") -> Message:
    message = ticket.notify(text=text, purpose="update")
    drain()
    message.refresh_from_db()
    return message


def sent_to(address: str) -> int:
    return Recipient.objects.filter(address=address, state=RecipientState.SENT).count()


def test_two_desks_that_answer_each_other_end_after_ten_mails(channel, ours):
    for _round in range(60):
        said = say(ours)
        if said.delivery == Delivery.SENT:
            sent = f"<{said.envelopes.outgoing().get().provider_id}>"
            take(channel, letter("Thank you for your mail.", From=THEIRS, In_Reply_To=sent, Subject="Re: Re"))
    assert sent_to(THEIRS) == 10
    assert (said.delivery, said.delivery_error) == (Delivery.FAILED, caps.LOOP)
    assert caps.LOOP_FLAG in said.flags


def test_however_slowly_they_end_after_thirty(ours):
    for _round in range(60):
        say(ours)
        Envelope.objects.update(created_at=now() - timedelta(hours=1))
    assert sent_to(THEIRS) == 30


def test_an_agent_sends_it_anyway_and_the_count_begins_anew(ours, ann, client):
    held = [say(ours) for _number in range(11)][-1]
    client.force_login(ann, backend="agents.backends.AgentBackend")
    assert "Send anyway" in client.get(f"/tickets/{ours.pk}/").text
    client.post(f"/messages/{held.pk}/retry/")
    drain()
    held.refresh_from_db()
    assert held.delivery == Delivery.SENT
    assert say(ours).delivery == Delivery.SENT


def test_another_recipient_and_another_ticket_are_not_held(ours, ann, channel):
    for _number in range(11):
        say(ours)
    other = take(channel, letter("Another matter", From=THEIRS)).ticket
    assert say(other).delivery == Delivery.SENT
    message = ours.reply(ann, text="Hello?", to=["person@other.example"])
    drain(held=True)
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT


def test_one_address_gets_three_confirmations_an_hour(channel):
    Outlet.objects.create(channel=channel, acknowledges=True)
    for number in range(10):
        take(channel, letter(f"Subscribe me {number}", From="victim@other.example"))
    drain()
    assert sent_to("victim@other.example") == 3
    assert not caps.may_acknowledge("VICTIM@other.example")
    assert caps.may_acknowledge("person@other.example")
    Envelope.objects.update(created_at=now() - timedelta(minutes=61))
    assert caps.may_acknowledge("victim@other.example")
