"""What is added to an answer: signatures with blanks, what the customer wrote, and the direction of each block."""

import pytest

from channels_inbox.models import Outlet
from customers.models import Customer
from tests.channels_inbox.test_outgoing import answer, conversation, sent  # noqa: F401
from text.directions import with_directions
from text.placeholders import fill, unknown
from text.quotes import new_text

pytestmark = pytest.mark.django_db


def plain() -> str:
    return sent().get_body(("plain",)).get_content()


def html() -> str:
    return sent().get_body(("html",)).get_content()


# Blanks --------------------------------------------------------------------------------------------------


def test_blanks_are_filled_once_and_from_the_list_only():
    facts = {"agent.name": "{team.name}", "team.name": "Orders"}
    assert fill("{agent.name}, {team.name}", facts) == "{team.name}, Orders"
    assert fill("{agent.password} {x} {{agent.name}}", facts) == "{agent.password} {x} {{team.name}}"
    assert unknown("{agent.name} {agent.email}", facts.keys()) == ["{agent.email}"]


def test_a_signature_names_agent_team_and_company(conversation, ann, orders):  # noqa: F811
    orders.signature = "{agent.name}, {team.name}\n{company.name}, {channel.address}"
    orders.save()
    answer(conversation, ann)
    assert f"-- \nAnn, {orders.name}\nFanoos Coffee, care@shop.example\n" in plain()
    assert f"Ann, {orders.name}<br>Fanoos Coffee, care@shop.example" in html()


def test_a_signature_cannot_tell_of_the_customer(conversation, ann, orders):  # noqa: F811
    orders.signature = "{customer.name} {ticket.subject}"
    orders.save()
    answer(conversation, ann)
    assert "{customer.name} {ticket.subject}" in plain()


# What the customer wrote ---------------------------------------------------------------------------------


def test_below_the_answer_stands_what_the_customer_wrote(conversation, ann):  # noqa: F811
    answer(conversation, ann)
    assert plain().rstrip().endswith("Dora wrote:\n> Hello, the lid arrived cracked.")
    assert '<blockquote class="gmail_quote"' in html()
    assert new_text(plain()).strip() == "A new one leaves today."


def test_a_channel_may_send_answers_without(conversation, ann, channel):  # noqa: F811
    Outlet.of(channel).change(ann, quotes=False)
    answer(conversation, ann)
    assert "cracked" not in plain() + html()


def test_notes_other_peoples_mails_and_redacted_ones_are_never_quoted(conversation, ann):  # noqa: F811
    emil = Customer.identify("email", "emil@customer.example", name="Emil")
    conversation.note(ann, text="A secret note")
    conversation.receive(emil, text="A secret mail")
    answer(conversation, ann)
    assert "secret" not in plain() + html()
    assert "> Hello, the lid" in plain()
    conversation.messages.filter(kind="customer").first().redact(ann)
    answer(conversation, ann, "And one more.")
    assert "wrote:" not in plain()


def test_an_arabic_quote_stands_on_the_right(conversation, ann):  # noqa: F811
    conversation.receive(conversation.customer, text="وصل الغطاء مكسورًا.")
    answer(conversation, ann)
    quote = html().partition("<blockquote")[2]
    assert 'dir="rtl"' in quote.partition(">")[0]
    assert "border-right" in quote.partition(">")[0]
    assert "border-inline" not in html()


# Directions ----------------------------------------------------------------------------------------------


def test_every_block_says_which_way_it_runs():
    made = with_directions("<p>سلام</p><ul><li>Order 4711</li></ul><p dir='ltr'>نعم</p>")
    assert '<p dir="rtl" style="text-align: right">سلام' in made
    assert '<li dir="ltr" style="text-align: left">Order 4711' in made
    assert '<p dir="ltr" style="text-align: left">نعم' in made


def test_what_says_so_itself_is_kept():
    assert "text-align: center" in with_directions('<p style="text-align: center">Hello</p>')
    assert with_directions("") == ""
