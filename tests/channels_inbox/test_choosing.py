"""A button pressed outside, on any channel: who may press which, and that each press has its effect once."""

import pytest

from channels_inbox.adapters.contract import Choice
from channels_inbox.choosing import choose
from channels_inbox.links import buttons
from channels_inbox.models import Channel, Envelope
from csat.models import Survey
from customers.models import Customer
from events.models import Event
from tests.channels_inbox.conftest import CARE
from tests.drain import drain
from tickets.models import Message

CHOICES = [
    {"value": "colour:red", "label": "Red"},
    {"value": "colour:blue", "label": "Blue", "mark": "🔵"},
    {"value": "rate:comment", "label": "Say more", "opens": True},
]


@pytest.fixture
def envelope(ticket, channel) -> Envelope:
    ticket.notify(text="Which one?", purpose="offer", choices=CHOICES)
    drain()
    return Envelope.objects.outgoing().get()


@pytest.fixture
def press(channel, envelope):
    def press(value: str = "colour:red", address: str = "dora@customer.example", **how) -> Message | None:
        how = how or {"provider_id": envelope.provider_id}
        return choose(channel, Choice("email", address, value, **how))

    return press


def made() -> list[dict]:
    return [event.payload for event in Event.objects.filter(kind="choice.made").order_by("pk")]


def test_a_press_is_told_once(press, envelope, dora):
    for _time in range(2):
        assert press() == envelope.message
    assert made() == [{"message": envelope.message_id, "value": "colour:red"}]
    event = Event.objects.get(kind="choice.made")
    assert (event.actor_kind, event.actor_id) == ("customer", dora.pk)
    assert Message.objects.get(pk=envelope.message_id).chosen == "colour:red"


def test_one_may_think_better_of_it(press):
    for value in ("colour:red", "colour:blue", "colour:red"):
        assert press(value)
    assert [one["value"] for one in made()] == ["colour:red", "colour:blue", "colour:red"]


def test_known_by_the_envelope_as_well(press, envelope):
    assert press(envelope_id=envelope.pk)


@pytest.mark.parametrize("value", ["colour:green", "", "rate:comment", "rate:5", "colour:red\x00"])
def test_what_is_not_offered_cannot_be_chosen(press, value):
    assert press(value) is None
    assert made() == []


@pytest.mark.parametrize("address", ["eve@evil.example", "nobody@nowhere.example", "", "no address"])
def test_others_cannot_press_it(press, eve, address):
    assert press(address=address) is None
    assert made() == []


@pytest.mark.parametrize("how", [{"provider_id": "guessed"}, {"provider_id": ""}, {"envelope_id": 0}])
def test_unknown_messages_have_no_buttons(press, how):
    assert press(**how) is None


def test_the_customers_own_letters_have_no_buttons(channel, ticket, dora):
    Envelope.objects.create(
        message=ticket.messages.get(), channel=channel, direction="in", provider_id="his", address=dora.email
    )
    assert choose(channel, Choice("email", dora.email, "colour:red", provider_id="his")) is None


def test_another_channels_message_cannot_be_named(envelope, orders, dora):
    other = Channel.objects.create(kind="email", name="Sales", team=orders, address="sales@shop.example")
    press = Choice("email", "dora@customer.example", "colour:red", provider_id=envelope.provider_id)
    assert choose(other, press) is None
    assert envelope.channel.address == CARE


def test_removed_words_take_their_buttons_along(press, envelope, ann):
    envelope.message.redact(ann)
    assert press() is None


def test_whoever_turned_out_to_be_the_same_person_may_press(press, dora, eve, ann):
    eve.absorb(dora, by=ann)
    assert press()
    assert press("colour:blue", address="eve@evil.example")


# The question at the end ----------------------------------------------------------------------------------


@pytest.fixture
def question(ticket, channel) -> Envelope:
    Survey.objects.create(ticket=ticket, team=ticket.team, asked_at=ticket.created_at)
    choices = [{"value": f"rate:{score}", "label": str(score)} for score in (1, 5)]
    ticket.notify(text="How did we do?", purpose="survey", choices=choices)
    drain()
    return Envelope.objects.outgoing().get()


def rating(question: Envelope) -> int | None:
    return Survey.objects.get(ticket=question.message.ticket_id).score


def test_a_pressed_face_is_the_rating(question, channel, ticket):
    press = Choice("email", "dora@customer.example", "rate:5", provider_id=question.provider_id)
    assert choose(channel, press)
    ticket.refresh_from_db()
    assert (rating(question), ticket.rating) == (5, 5)


def test_a_face_pressed_too_late_changes_nothing(question, channel):
    Survey.objects.update(asked_at="2020-01-01T00:00:00Z")
    press = Choice("email", "dora@customer.example", "rate:5", provider_id=question.provider_id)
    assert choose(channel, press) is None
    assert rating(question) is None
    assert made() == []
    assert Message.objects.get(pk=question.message_id).chosen == ""


# How they are shown ---------------------------------------------------------------------------------------


def test_pressed_where_a_channel_has_buttons_links_where_it_has_none(envelope):
    Survey.objects.create(ticket=envelope.message.ticket)
    shown = buttons(envelope.message, pressed=True)
    assert [(one.label, one.mark, one.value, bool(one.url)) for one in shown] == [
        ("Red", "", "colour:red", False),
        ("Blue", "🔵", "colour:blue", False),
        ("Say more", "", "rate:comment", True),
    ]
    linked = buttons(envelope.message, pressed=False)
    assert [one.label for one in linked] == ["Say more"], "a colour leads nowhere"


def test_what_another_customer_is_called_does_not_matter(press):
    Customer.identify("handle", "dora@customer.example")
    assert press()
