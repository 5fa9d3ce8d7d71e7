"""The mail that customers get: how it threads, reads and cannot be tricked; part of it through real servers."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail

from channels_inbox import signing
from channels_inbox.models import Envelope, Parcel
from customers.models import Customer
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Attachment, Blob, Delivery, Message, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def conversation(channel):
    """Dora's mail, as a ticket."""
    raw = letter(Message_ID="<first@customer.example>").as_bytes()
    Parcel.accept(channel, raw, {"from": "dora@customer.example", "to": [CARE]})
    drain()
    return Ticket.objects.get()


def sent(number: int = -1):
    """The last mail sent, as the customer's program reads it."""
    return message_from_bytes(mail.outbox[number].message().as_bytes(), policy=default)


def answer(ticket: Ticket, ann, text: str = "A new one leaves today.", **options) -> Message:
    message = ticket.reply(ann, text=text, **options)
    drain(held=True)
    return message


# Headers -------------------------------------------------------------------------------------------------


def test_it_threads_by_ids_and_answers_come_back_signed(conversation, ann):
    first = answer(conversation, ann)
    got = sent()
    assert got["Message-ID"] == f"<{signing.message_id(conversation.pk, first.pk)}>"
    assert got["In-Reply-To"] == got["References"] == "<first@customer.example>"
    assert got["Reply-To"] == signing.reply_address(CARE, conversation.pk)
    assert got["Subject"] == "Re: Cracked lid"
    assert got["From"] == "Ann · Fanoos Coffee <care@shop.example>"
    assert got["Auto-Submitted"] is None
    second = answer(conversation, ann, "And a second one.")
    assert sent()["In-Reply-To"] == "<first@customer.example>"
    assert sent()["References"].split() == [
        "<first@customer.example>",
        f"<{signing.message_id(conversation.pk, first.pk)}>",
    ]
    assert second.envelopes.get().thread.ticket == conversation


def test_the_first_letter_of_a_conversation_answers_nothing(channel, dora, orders, ann):
    ticket = Ticket.open(dora, orders, subject="Your order", source="email", by=ann)
    answer(ticket, ann)
    assert (sent()["Subject"], sent()["In-Reply-To"], sent()["References"]) == ("Your order", None, None)


@pytest.mark.parametrize(
    "subject", ["Re: Cracked lid", "RE : Cracked lid", "رد: غطاء", "AW: Deckel", "Re[2]: Cracked lid"]
)
def test_an_answer_is_marked_as_such_once(conversation, ann, subject):
    conversation.set_subject(subject, ann)
    answer(conversation, ann)
    assert sent()["Subject"] == subject


@pytest.mark.parametrize(
    ("purpose", "said"), [("acknowledgement", "auto-replied"), ("survey", "auto-generated")]
)
def test_a_notice_says_that_a_machine_wrote_it(conversation, purpose, said):
    conversation.notify(text="We have your message.", purpose=purpose)
    drain()
    assert sent()["Auto-Submitted"] == said
    assert sent()["X-Auto-Response-Suppress"] == "All"
    assert sent()["From"] == "Fanoos Coffee <care@shop.example>"


def test_control_characters_in_names_and_subjects_make_no_headers(channel, orders, ann):
    """CR/LF in headers: nothing that a customer, an agent or a provider wrote begins a header of its own."""
    evil = "x\r\nBcc: victim@customer.example\r\n\r\nbody"
    customer = Customer.identify("email", "dora@customer.example", name=evil)
    ticket = Ticket.open(customer, orders, subject=evil, source="email")
    Ticket.objects.filter(pk=ticket.pk).update(subject=evil)
    ann.name = evil
    ann.save()
    message = ticket.receive(customer, text="Hello")
    Envelope.objects.create(
        message=message,
        channel=channel,
        direction="in",
        address=customer.email,
        provider_id=f"a@b>{evil}",
        state="done",
    )
    answer(Ticket.objects.get(), ann)
    got = sent()
    assert got["Bcc"] is None
    assert got["To"].addresses[0].addr_spec == "dora@customer.example"
    assert len(got["To"].addresses) == len(got["From"].addresses) == 1
    assert got["In-Reply-To"] is None
    assert "\nBcc" not in got.get_body(("plain",)).get_content()


def test_an_address_that_is_none_fails_visibly(conversation, ann):
    message = answer(conversation, ann, to=["x@y.example\r\nBcc: victim@customer.example"])
    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert not mail.outbox


# Words ---------------------------------------------------------------------------------------------------


def test_each_paragraph_runs_its_own_way(conversation, ann):
    answer(conversation, ann, "مرحبًا دورا،\nشكرًا لك.\n\nOrder 4711 left today.\n\nمع التحية")
    got = sent()
    assert got.get_body(("plain",)).get_content().startswith("مرحبًا دورا،\nشكرًا لك.\n\nOrder 4711")
    html = got.get_body(("html",)).get_content()
    answered = html.partition("gmail_quote")[0]
    assert answered.count('<p dir="rtl"') == 2
    assert answered.count('<p dir="ltr"') == 1
    assert "مرحبًا دورا،<br>شكرًا لك." in html
    assert 'dir="rtl">\n<head>' in html


def test_what_agents_type_is_no_markup(conversation, ann):
    answer(conversation, ann, "Use <b>&</b> {{ settings }}")
    assert sent().get_body(("plain",)).get_content().startswith("Use <b>&</b> {{ settings }}")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in sent().get_body(("html",)).get_content()


def test_signatures_the_agents_own_before_the_teams(conversation, ann, orders):
    orders.signature = "Fanoos Coffee\nRiyadh"
    orders.save()
    answer(conversation, ann)
    assert sent().get_body(("plain",)).get_content().count("\n-- \nFanoos Coffee\nRiyadh\n") == 1
    assert "Fanoos Coffee<br>Riyadh" in sent().get_body(("html",)).get_content()
    ann.signature = "Ann, who likes lids"
    ann.save()
    answer(Ticket.objects.get(), ann)
    assert sent().get_body(("plain",)).get_content().count("\n-- \nAnn, who likes lids\n") == 1


def test_files_and_inline_images_travel(conversation, ann):
    files = [
        Attachment(
            blob=Blob.of(PNG), name="lid.png", content_type="image/png", content_id="lid", inline=True
        ),
        Attachment(blob=Blob.of(b"%PDF-1.4 x"), name="فاتورة ٤٧١١.pdf", content_type="application/pdf"),
    ]
    answer(conversation, ann, html='<p>See <img src="cid:lid"></p>', attachments=files)
    image, bill = sent().iter_attachments()
    assert (image["Content-ID"], image.get_content_disposition(), image.get_content()) == (
        "<lid>",
        "inline",
        PNG,
    )
    assert (bill.get_filename(), bill.get_content()) == ("فاتورة ٤٧١١.pdf", b"%PDF-1.4 x")
    assert "cid:lid" in sent().get_body(("html",)).get_content()


# Through real servers ------------------------------------------------------------------------------------


@pytest.mark.servers
def test_through_a_real_server_into_a_real_mailbox(conversation, ann, sent_by_smtp):
    message = answer(conversation, ann, "الطلب في الطريق.\n\nOrder 4711", cc=["emil@customer.example"])
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    (got,) = sent_by_smtp.wait_for("dora")
    sent_by_smtp.wait_for("emil")
    assert got["Message-ID"] == f"<{signing.message_id(conversation.pk, message.pk)}>"
    assert got["In-Reply-To"] == "<first@customer.example>"
    assert got["From"] == "Ann · Fanoos Coffee <care@shop.example>"
    assert got["Cc"] == "emil@customer.example"
    assert got["Return-Path"] == f"<{signing.return_path(CARE, message.envelopes.outgoing().get().pk)}>"
    assert got.get_body(("plain",)).get_content().startswith("الطلب في الطريق.")


@pytest.mark.servers
def test_put_off_by_a_real_server_it_arrives_later_under_the_same_id(conversation, ann, sent_by_smtp):
    with sent_by_smtp.busy():
        message = answer(conversation, ann, to=["later@customer.example"])
        envelope = message.envelopes.get()
        assert (envelope.state, envelope.attempts) == ("pending", 1)
        assert envelope.error.startswith("451")
    Envelope.objects.update(next_try_at=envelope.created_at)
    drain()
    (got,) = sent_by_smtp.wait_for("later")
    assert got["Message-ID"] == f"<{envelope.provider_id}>"


@pytest.mark.servers
@pytest.mark.parametrize(
    ("mailbox", "reason"),
    [("nobody", "There is no mailbox with this address."), ("full", "The customer's mailbox is full.")],
)
def test_refused_by_a_real_server_it_fails_with_a_plain_reason(
    conversation, ann, sent_by_smtp, mailbox, reason
):
    message = answer(conversation, ann, to=[f"{mailbox}@customer.example"])
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == (Delivery.FAILED, reason)


@pytest.mark.servers
def test_one_connection_serves_many_and_a_server_that_left_is_greeted_anew(conversation, ann, sent_by_smtp):
    for number in range(3):
        answer(conversation, ann, f"Number {number}", to=["many@customer.example"])
    assert len(sent_by_smtp.wait_for("many", 3)) == 3
    from channels_inbox.adapters.email.sending import _open

    _open.connection.connection.sock.close()
    message = answer(conversation, ann, "After the break", to=["many@customer.example"])
    Envelope.objects.filter(message=message).update(next_try_at=message.created_at)
    drain()
    sent_by_smtp.wait_for("many", 4)
