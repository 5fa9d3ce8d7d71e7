"""Attack: a program answers in an agent's mailbox, as when he is away; its words would go to the customer, whose own
program answers, and so on."""

import pytest

from channels_inbox import caps, signing
from channels_inbox.models import Parcel, ParcelState
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Message, MessageKind, Ticket


@pytest.fixture
def ticket(channel, ann):
    Parcel.accept(channel, letter().as_bytes(), {"from": "dora@customer.example", "to": [CARE]})
    drain()
    return Ticket.objects.get()


@pytest.fixture
def answers(channel, ticket, ann):
    def answers(text: str, sender: str = "ann@shop.example", **headers: str) -> Parcel:
        to = signing.agent_address(CARE, ticket.pk, ann.pk)
        mail = letter(text, **({"From": ann.email, "To": to} | headers))
        parcel = Parcel.accept(channel, mail.as_bytes(), {"from": sender, "to": [to]})
        drain()
        parcel.refresh_from_db()
        return parcel

    return answers


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "All"},
        {"Subject": "Automatic reply: [#10001] Cracked lid"},
        {"Subject": "Out of Office: Ann"},
        {"Subject": "رد تلقائي: الغطاء"},
        {"Subject": "پاسخ خودکار: درپوش"},
        {"sender": ""},
    ],
    ids=lambda headers: next(iter(headers.values())) or "null sender",
)
def test_that_an_agent_is_away_is_told_to_nobody(answers, mailoutbox, headers):
    parcel = answers("I am away until Monday.", **headers)
    drain(held=True)
    assert parcel.state == ParcelState.DONE
    assert Message.objects.count() == 1
    assert mailoutbox == []


def test_a_program_that_says_nothing_of_itself_is_stopped(answers, ticket, mailoutbox):
    held = [answers(f"Away, {number}").held_for for number in range(caps.MOST_ANSWERS + 3)]
    assert held == [""] * caps.MOST_ANSWERS + ["loop"] * 3
    assert ticket.messages.filter(kind=MessageKind.REPLY).count() == caps.MOST_ANSWERS


def test_a_notification_that_comes_back_is_no_answer(answers, ticket, ann):
    ours = f"<{signing.notification_id(ticket.pk, ann.pk, 7)}>"
    answers("What told Ann", Message_ID=ours)
    assert Message.objects.count() == 1
