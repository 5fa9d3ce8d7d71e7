"""Agents answer by mail what told them by mail: their words become the reply to the customer, or a note."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from agents.models import Agent, Mails
from channels_inbox import caps, signing
from channels_inbox.models import Envelope, Parcel, ParcelState
from events.models import Event
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from text.quotes import own_words
from tickets.models import Delivery, Message, MessageKind, Ticket


@pytest.fixture
def drop(channel):
    def drop(mail, to: str = CARE, sender: str = "dora@customer.example") -> Parcel:
        parcel = Parcel.accept(channel, mail.as_bytes(), {"from": sender, "to": [to]})
        drain()
        parcel.refresh_from_db()
        return parcel

    return drop


@pytest.fixture
def told(drop, ann, bea, mailoutbox):
    """The mail that told Ann that Dora's ticket is hers."""
    drop(letter())
    ann.change(ann, mails=Mails.ALWAYS)
    Ticket.objects.get().assign(ann, by=bea)
    drain()
    return message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)


@pytest.fixture
def answer(drop, told, ann):
    """Ann answers as her mail program writes it, with all of what told her below."""

    def answer(text: str, **headers: str) -> Parcel:
        quoted = "\n".join(f"> {line}" for line in told.get_body(("plain",)).get_content().splitlines())
        words = f"{text}\n\nOn Mon, 4 May 2026 at 10:00, {told['From']} wrote:\n{quoted}\n"
        return drop(to_us(told, words, **headers), to=told["Reply-To"], sender=ann.email)

    return answer


def to_us(told, words: str, **headers: str):
    facts = {"From": "Ann <Ann@shop.example>", "To": told["Reply-To"], "Subject": f"Re: {told['Subject']}"}
    return letter(words, **(facts | {"In_Reply_To": told["Message-ID"]} | headers))


def newest() -> Message:
    return Ticket.objects.get().messages.order_by("-number").first()


def test_it_becomes_his_reply_and_waits_as_long_as_any_other(answer, ann, mailoutbox):
    answer("A new one leaves today.\n\nAnn")
    reply = newest()
    assert (reply.kind, reply.agent, reply.text) == (MessageKind.REPLY, ann, "A new one leaves today.\n\nAnn")
    assert reply.delivery == Delivery.HELD
    drain(held=True)
    sent = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    assert "dora@customer.example" in sent["To"]
    shown = sent.get_body(("plain",)).get_content()
    assert "A new one leaves today." in shown
    assert not re.search(r"above this line|\[note\]|is yours now|/tickets/", shown)
    assert Ticket.objects.get().status == "pending"


def test_whom_the_customer_put_on_copy_gets_it_too_and_the_agent_is_told_so(drop, ann, bea, mailoutbox):
    drop(letter(Cc="Frank <frank@customer.example>"))
    ann.change(ann, mails=Mails.ALWAYS)
    Ticket.objects.get().assign(ann, by=bea)
    drain()
    told = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    for kind in ("plain", "html"):
        assert "frank@customer.example" in told.get_body((kind,)).get_content()
    drop(to_us(told, "A new one leaves today."), to=told["Reply-To"], sender=ann.email)
    assert newest().cc == ["frank@customer.example"]
    drain(held=True)
    sent = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    assert ("dora@customer.example" in sent["To"], sent["Cc"]) == (True, "frank@customer.example")
    assert "A new one leaves today." in mailoutbox[-1].body


def test_the_customers_answer_to_it_joins_and_tells_him_again(answer, drop, told, mailoutbox):
    answer("Which colour?")
    drain(held=True)
    sent = mailoutbox[-1].message()
    drop(letter("Blue.", In_Reply_To=sent["Message-ID"], To=sent["Reply-To"]), to=sent["Reply-To"])
    assert newest().text == "Blue."
    again = mailoutbox[-1].message()
    assert "ann@shop.example" in again["To"]
    assert again["References"] == told["References"]


def test_his_own_message_id_is_nothing_for_the_customer(answer, mailoutbox):
    answer("Hello.", Message_ID="<secret@laptop.ann.example>")
    drain(held=True)
    assert "laptop" not in str(mailoutbox[-1].message())
    assert mailoutbox[-1].message()["In-Reply-To"]


@pytest.mark.parametrize("mark", ["[note]", "[NOTE]\n", " [ note ] ", "[ملاحظة] ", "[یادداشت]"])
def test_what_begins_with_note_is_for_colleagues_alone(answer, mailoutbox, mark):
    before = len(mailoutbox)
    answer(f"{mark}She is a VIP.")
    assert (newest().kind, newest().text) == (MessageKind.NOTE, "She is a VIP.")
    drain(held=True)
    assert len(mailoutbox) == before


def test_files_come_along_and_html_is_read(drop, told, ann):
    mail = to_us(told, "See the picture.")
    mail.add_alternative("<p>See the <b>picture</b>.</p>", subtype="html")
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", "image", "png", filename="lid.png")
    drop(mail, to=told["Reply-To"], sender=ann.email)
    assert newest().text == "See the picture."
    assert [file.name for file in newest().attachments.all()] == ["lid.png"]


def test_it_comes_once_however_often_it_is_delivered(answer):
    for _ in range(2):
        answer("Once.", Message_ID="<once@shop.example>")
    assert Ticket.objects.get().messages.filter(kind=MessageKind.REPLY).count() == 1


def test_it_may_come_to_the_address_under_which_it_was_delivered_only(drop, told, ann):
    mail = to_us(told, "By IMAP.", To=CARE)
    mail["Delivered-To"] = told["Reply-To"]
    drop(mail, to="", sender=ann.email)
    assert newest().text == "By IMAP."


SHAPES = {
    "gmail": "{words}\n\nOn Mon, May 4, 2026 at 10:00 AM Dora · Care <care@shop.example> wrote:\n\n{quoted}",
    "outlook": "{words}\n\n________________________________\nFrom: Dora · Care <care@shop.example>\n"
    "Sent: Monday, 4 May 2026 10:00\nTo: Ann <ann@shop.example>\nSubject: [#10001] Cracked lid\n\n{plain}",
    "arabic gmail": "{words}\n\nفي الاثنين، 4 مايو 2026 في 10:00 ص تمت كتابة ما يلي بواسطة "
    "Dora <care@shop.example>:\n\n{quoted}",
    "persian outlook": "{words}\n\nاز: Dora · Care <care@shop.example>\nارسال شده: دوشنبه 4 مه 2026 10:00\n"
    "به: Ann <ann@shop.example>\nموضوع: [#10001] Cracked lid\n\n{plain}",
    "nothing said of it": "{words}\n\n{plain}",
    "below": "{quoted}\n\n{words}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_only_what_is_new_goes_to_the_customer(told, shape):
    plain = told.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in plain.splitlines())
    written = SHAPES[shape].format(words="A new one leaves today.", plain=plain, quoted=quoted)
    assert own_words(written) == "A new one leaves today."


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "below"])
def test_an_answer_without_a_new_word_goes_to_nobody(drop, told, ann, shape):
    plain = told.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in plain.splitlines())
    written = SHAPES[shape].format(words="", plain=plain, quoted=quoted)
    parcel = drop(to_us(told, written), to=told["Reply-To"], sender=ann.email)
    assert (parcel.state, parcel.held_for) == (ParcelState.QUARANTINED, "empty")
    assert not Message.objects.filter(kind=MessageKind.REPLY).exists()


def test_what_an_administrator_releases_is_the_agents_if_it_may_be(drop, told, ann, admin, monkeypatch):
    monkeypatch.setattr(caps, "MOST_ANSWERS", 1)
    drop(to_us(told, "One."), to=told["Reply-To"], sender=ann.email)
    parcel = drop(to_us(told, "Two."), to=told["Reply-To"], sender=ann.email)
    assert parcel.held_for == "loop"
    parcel.release(admin)
    drain()
    assert (newest().text, newest().kind) == ("Two.", MessageKind.REPLY)


def test_what_is_refused_and_released_is_a_customers_mail_on_a_ticket_of_its_own(drop, told, admin):
    mail = to_us(told, "Send it to me.", From="eve@evil.example")
    parcel = drop(mail, to=told["Reply-To"], sender="eve@evil.example")
    parcel.release(admin)
    drain()
    message = Message.objects.latest("pk")
    assert (message.kind, message.customer.email) == (MessageKind.CUSTOMER, "eve@evil.example")
    assert message.ticket.messages.count() == 1


def test_the_ticket_and_the_quarantine_tell_of_what_was_refused(drop, told, ann, admin, bea, client):
    ticket = Ticket.objects.get()
    ann.deactivate(admin, None, 0)
    drop(to_us(told, "I am still here."), to=told["Reply-To"], sender=ann.email)
    event = Event.objects.get(kind="ticket.answer_refused")
    assert event.payload == {"agent": ann.pk, "reason": "agent-gone"}
    client.force_login(bea)
    assert "A mail in the name of" in client.get(f"/tickets/{ticket.pk}/").text
    client.force_login(admin)
    assert "no longer an active agent" in client.get("/settings/quarantine/").text


def test_erasing_the_customer_forgets_whom_it_told(answer, admin):
    answer("Hello.")
    drain(held=True)
    ticket = Ticket.objects.get()
    ticket.customer.erase(admin)
    drain()
    assert not Envelope.objects.filter(message__ticket=ticket, address__contains="@").exists()
    assert Agent.objects.filter(email="ann@shop.example").exists()


def test_in_an_archive_it_is_old_mail_like_any_other(channel, told, ann):
    before = Ticket.objects.get()
    meta = {"from": ann.email, "to": [told["Reply-To"]], "archive": 1}
    Parcel.accept(channel, to_us(told, "Done long ago.").as_bytes(), meta)
    drain()
    message = Message.objects.latest("pk")
    assert (message.kind, message.ticket.status) == (MessageKind.CUSTOMER, "closed")
    assert message.ticket != before


def test_addresses_of_agents_are_known_for_a_quarter_of_a_year(monkeypatch):
    address = signing.agent_address(CARE, 1, 2)
    assert signing.agent_of_addresses([address]) == (1, 2, True)
    later = signing._this_week() + signing.GOOD_FOR + 1
    monkeypatch.setattr(signing, "_this_week", lambda: later)
    assert signing.agent_of_addresses([address]) == (1, 2, False)
    assert len(address.partition("@")[0]) < 64
