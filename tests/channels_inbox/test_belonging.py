"""Where mail belongs, and who is on a conversation: told by signatures, and by agents."""

import pytest

from channels_inbox import signing
from channels_inbox.models import Channel
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import STRANGER, Message, Ticket


@pytest.fixture
def answered(drop, ann) -> Message:
    """Dora's letter with Bob on copy, and Ann's answer to her."""
    drop(letter(Message_ID="<first@customer.example>", Cc="Bob <bob@customer.example>, repairs@shop.example"))
    message = Ticket.objects.get().reply(ann, text="A new one leaves today.")
    drain(held=True)
    return message


@pytest.fixture
def other(drop, answered) -> Ticket:
    """Another ticket of Dora's."""
    return drop(letter("Something else", Subject="Beans")).ticket


def our_id(message: Message) -> str:
    return f"<{message.envelopes.outgoing().get().provider_id}>"


# The order of proofs -------------------------------------------------------------------------------------


def test_the_mail_it_answers_comes_before_the_address_it_goes_to(drop, answered, other):
    address = signing.reply_address(CARE, other.pk)
    assert (
        drop(letter("Blue.", In_Reply_To=our_id(answered), To=address), to=address).ticket == answered.ticket
    )


def test_the_address_it_goes_to_comes_before_older_references(drop, answered, other):
    address = signing.reply_address(CARE, other.pk)
    assert drop(letter("Blue.", References=our_id(answered)), to=address).ticket == other


def test_of_all_references_the_newest_that_is_ours_counts(drop, answered, other, ann):
    theirs = other.reply(ann, text="Which beans?")
    drain(held=True)
    references = f"{our_id(answered)} <x@customer.example> {our_id(theirs)} <y@customer.example>"
    assert drop(letter("The dark ones.", References=references)).ticket == other


def test_the_address_under_which_it_was_delivered_is_enough(drop, answered):
    address = signing.reply_address(CARE, answered.ticket_id)
    assert drop(letter("Blue.", Delivered_To=address)).ticket == answered.ticket


def test_a_token_in_the_subject_is_good_from_the_customer_and_from_who_is_on_copy(drop, answered):
    subject = f"Re: Cracked lid {signing.subject_token(answered.ticket_id)}"
    assert drop(letter("Blue.", Subject=subject)).ticket == answered.ticket
    assert drop(letter("Or red.", Subject=subject, From="bob@customer.example")).ticket == answered.ticket


def test_a_token_in_the_subject_is_nothing_from_anybody_else(drop, answered):
    subject = f"Re: Cracked lid {signing.subject_token(answered.ticket_id)}"
    assert drop(letter("Blue.", Subject=subject, From="eve@evil.example")).ticket != answered.ticket


def test_a_token_that_is_not_ours_is_nothing_from_the_customer_either(drop, answered):
    for token in (f"[#{answered.ticket_id}]", f"[#{answered.ticket_id}-0123456789ab]"):
        assert drop(letter("Blue.", Subject=f"Re: Cracked lid {token}")).ticket != answered.ticket


# Who is on it --------------------------------------------------------------------------------------------


def test_who_holds_our_mail_but_is_not_on_the_ticket_is_shown_as_himself_and_brings_nobody(drop, answered):
    message = drop(
        letter(
            "I am her brother.",
            From="Emil <emil@elsewhere.example>",
            Cc="eve@evil.example",
            Reply_To="eve@evil.example",
            In_Reply_To=our_id(answered),
        )
    )
    ticket = message.ticket
    assert ticket == answered.ticket
    assert (message.customer.name, message.flags) == ("Emil", [STRANGER])
    assert (message.others, message.answer_to) == ([], "")
    assert ticket.customer.name == "Dora"
    assert not ticket.includes(message.customer)
    assert "eve@evil.example" not in ticket.copied()


def test_who_was_on_copy_is_no_stranger(drop, answered):
    message = drop(letter("Me too.", From="bob@customer.example", In_Reply_To=our_id(answered)))
    assert message.flags == []
    assert message.ticket.includes(message.customer)


def test_whom_a_stranger_puts_on_copy_stays_a_stranger(drop, answered):
    reply = {"In_Reply_To": our_id(answered)}
    drop(letter("Hi.", From="emil@elsewhere.example", Cc="eve@evil.example", **reply))
    assert drop(letter("Hi.", From="eve@evil.example", **reply)).flags == [STRANGER]


def test_an_agent_adds_him_once(drop, answered, ann):
    reply = {"From": "emil@elsewhere.example", "In_Reply_To": our_id(answered)}
    message = drop(letter("I am her brother.", **reply))
    ticket = message.ticket
    assert ticket.admit(message, ann)
    assert not ticket.admit(message, ann)
    assert ticket.participants.count() == 1
    assert "emil@elsewhere.example" in ticket.audience()["others"]
    assert drop(letter("Thank you.", **reply)).flags == []


def test_only_answers_without_a_choice_of_address_go_to_the_customer_alone(drop, answered, ann, mailoutbox):
    drop(letter("Hi.", From="emil@elsewhere.example", In_Reply_To=our_id(answered)))
    mailoutbox.clear()
    answered.ticket.reply(ann, text="Who is Emil?")
    drain(held=True)
    assert mailoutbox[0].recipients() == ["Dora <dora@customer.example>"]


# Copies and Reply-To -------------------------------------------------------------------------------------


def test_our_own_addresses_and_the_writers_are_not_among_the_others(drop, channel, repairs):
    Channel.objects.create(kind="email", name="Repairs", team=repairs, address="repairs@shop.example")
    message = drop(
        letter(
            To=f"{CARE}, repairs+x@shop.example, Bob <bob@customer.example>",
            Cc="Dora <DORA@customer.example>, carol@else.example",
        )
    )
    assert message.others == ["bob@customer.example", "carol@else.example"]
    assert message.to == [CARE, "repairs+x@shop.example", "bob@customer.example"]


def test_reply_to_is_honoured_where_a_conversation_begins(drop, ann, mailoutbox):
    message = drop(letter(From="Form <noreply@form.example>", Reply_To="Dora <dora@customer.example>"))
    assert (message.answer_to, message.flags) == ("dora@customer.example", ["reply-to"])
    message.ticket.reply(ann, text="Hello")
    drain(held=True)
    assert "dora@customer.example" in mailoutbox[-1].recipients()[0]


def test_later_reply_to_cannot_carry_the_conversation_elsewhere(drop, answered, ann, mailoutbox):
    message = drop(letter("Send it there.", Reply_To="eve@evil.example", In_Reply_To=our_id(answered)))
    assert (message.ticket, message.flags) == (answered.ticket, ["reply-to-refused"])
    message.ticket.reply(ann, text="Done.")
    drain(held=True)
    assert "dora@customer.example" in mailoutbox[-1].recipients()[0]


def test_later_reply_to_within_the_same_domain_is_honoured(drop, answered):
    message = drop(letter("Hi.", Reply_To="dora.home@customer.example", In_Reply_To=our_id(answered)))
    assert message.answer_to == "dora.home@customer.example"


@pytest.mark.parametrize("reply_to", [CARE, "care+x@shop.example", "dora@customer.example", "no address"])
def test_reply_to_ourselves_or_to_nowhere_is_none(drop, reply_to):
    message = drop(letter(Reply_To=reply_to))
    assert (message.answer_to, message.flags) == ("dora@customer.example", [])
