"""What mail becomes: whose, on which ticket, once."""

import re
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from django.db import connection, connections

from channels_inbox import signing
from channels_inbox.models import Channel, Envelope, Parcel, ParcelState, Thread
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from text.folding import own_part
from tickets.models import Message, MessageKind, Status, Ticket

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501"
    "01b4d1ab4a0000000049454e44ae426082"
)


@pytest.fixture
def drop(channel):
    """Mails are in, as after the gateway's 250, and are worked on."""

    def drop(*mails: EmailMessage | bytes, meta: dict | None = None) -> None:
        for mail in mails:
            raw = mail if isinstance(mail, bytes) else mail.as_bytes()
            Parcel.accept(channel, raw, meta or {"from": "dora@customer.example", "to": [CARE]})
        drain()

    return drop


@pytest.fixture
def answered(drop, ann) -> Message:
    """Dora's letter, and Ann's answer on its way to her."""
    drop(letter(Message_ID="<first@customer.example>"))
    message = Ticket.objects.get().reply(ann, text="A new one leaves today.")
    drain(held=True)
    return message


def our_id(message: Message) -> str:
    return f"<{message.envelopes.outgoing().get().provider_id}>"


# New tickets ---------------------------------------------------------------------------------------------


def test_a_mail_becomes_a_ticket(drop, channel):
    drop(letter())
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert (ticket.subject, ticket.team, ticket.source) == ("Cracked lid", channel.team, "email")
    assert (ticket.status, ticket.language, ticket.hold_seconds) == (Status.NEW, "en", 10)
    assert (ticket.customer.name, ticket.customer.email) == ("Dora", "dora@customer.example")
    assert (message.kind, message.text, message.to) == (
        MessageKind.CUSTOMER,
        "Hello, the lid arrived cracked.",
        [CARE],
    )
    assert Parcel.objects.get().state == ParcelState.DONE
    assert Parcel.objects.get().message == message
    assert Thread.objects.get().key == str(ticket.pk)


def test_an_arabic_mail_reads_as_it_was_written(drop):
    drop(
        letter(
            "السلام عليكم، وصل الغطاء مكسورًا. ماذا أفعل؟",
            Subject="الغطاء مكسور",
            From="دورا <dora@customer.example>",
        )
    )
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.language, ticket.customer.name) == ("الغطاء مكسور", "ar", "دورا")


def test_html_is_cleaned_and_inline_images_stay(drop):
    mail = letter("See the picture.")
    mail.add_alternative(
        '<p onclick="x()">See <img src="cid:lid"><script>alert(1)</script></p>', subtype="html"
    )
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<lid>", filename="lid.png")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../bill.pdf")
    drop(mail)
    message = Message.objects.get()
    assert "cid:lid" in message.html
    assert "script" not in message.html
    assert "onclick" not in message.html
    image, bill = message.attachments.all()
    assert (image.content_id, image.inline, image.blob.open().read()) == ("lid", True, PNG)
    assert (bill.name, bill.inline) == ("bill.pdf", False)


def test_who_is_named_nowhere_is_quarantined_byte_for_byte(drop):
    raw = b"Subject: no sender\r\n\r\nHello\r\n"
    drop(raw, meta={"from": "", "to": [CARE]})
    parcel = Parcel.objects.get()
    assert (parcel.state, bytes(parcel.raw)) == (ParcelState.QUARANTINED, raw)
    assert not Ticket.objects.exists()


def test_the_envelopes_sender_stands_in_for_a_missing_one(drop):
    drop(letter(From=None))
    assert Ticket.objects.get().customer.email == "dora@customer.example"


# Once ----------------------------------------------------------------------------------------------------


def test_the_same_mail_again_changes_nothing(drop):
    mail = letter()
    drop(mail, b"Received: by elsewhere\r\n" + mail.as_bytes())
    assert Message.objects.count() == Ticket.objects.count() == 1
    assert {parcel.message_id for parcel in Parcel.objects.all()} == {Message.objects.get().pk}


def test_the_same_mail_to_another_of_our_addresses_changes_nothing(drop, channel, repairs):
    mail = letter()
    drop(mail)
    other = Channel.objects.create(kind="email", name="Repairs", team=repairs, address="repairs@shop.example")
    Parcel.accept(other, mail.as_bytes(), {"from": "dora@customer.example", "to": [other.address]})
    drain()
    assert Message.objects.count() == 1


def test_the_same_id_with_other_words_is_a_new_flagged_message(drop):
    drop(letter("One", Message_ID="<a@b.example>"), letter("Two", Message_ID="<a@b.example>"))
    assert [message.flags for message in Message.objects.order_by("pk")] == [[], ["same-id"]]


def test_mails_without_an_id_are_told_apart_by_what_they_say(drop):
    drop(letter("One", Message_ID=None), letter("One", Message_ID=None), letter("Two", Message_ID=None))
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_become_one_message(channel):
    raw = letter().as_bytes()
    for _round in range(3):
        Parcel.objects.all().delete()
        parcels = [
            Parcel.accept(channel, raw, {"from": "dora@customer.example", "to": [CARE]}) for _ in range(6)
        ]

        def work(parcel: Parcel) -> None:
            try:
                unpack(parcel.pk)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(6) as workers:
            list(workers.map(work, parcels))
        drain()
        assert set(Parcel.objects.values_list("state", flat=True)) == {ParcelState.DONE}
    assert Message.objects.count() == Ticket.objects.count() == Envelope.objects.count() == 1


# Threads -------------------------------------------------------------------------------------------------


def test_a_reply_that_names_our_id_joins(drop, answered):
    drop(letter("Blue, please.", In_Reply_To=our_id(answered), Subject="Re: anything"))
    ticket = Ticket.objects.get()
    assert ticket.messages.filter(kind=MessageKind.CUSTOMER).count() == 2
    assert ticket.status == Status.OPEN


def test_our_id_among_the_references_is_enough(drop, answered):
    drop(letter("Blue.", References=f"<first@customer.example> {our_id(answered)} <other@customer.example>"))
    assert Ticket.objects.count() == 1


def test_a_reply_to_our_signed_address_joins(drop, answered):
    ours = signing.reply_address(CARE, answered.ticket_id)
    drop(letter("Blue.", To=ours), meta={"from": "dora@customer.example", "to": [ours]})
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda ours: "<first@customer.example>",
        lambda ours: ours.replace("<t", "<t9"),
        lambda ours: re.sub(r"[0-9a-f]{24}@", "0" * 24 + "@", ours),
        lambda ours: re.sub(r"\.[0-9a-f]{24}@", "@", ours),
    ],
    ids=["theirs", "another ticket", "another signature", "no signature"],
)
def test_an_unsigned_or_forged_reference_does_not_join(drop, answered, forge):
    reference = forge(our_id(answered))
    drop(letter("Let me in.", From="eve@evil.example", In_Reply_To=reference, References=reference))
    assert Ticket.objects.count() == 2
    assert answered.ticket.messages.filter(kind=MessageKind.CUSTOMER).count() == 1


def test_the_number_in_the_subject_opens_no_door(drop, answered):
    drop(letter("Let me in.", From="eve@evil.example", Subject=f"Re: [#{answered.ticket_id}] Cracked lid"))
    assert Ticket.objects.count() == 2


def test_someone_else_who_holds_our_id_joins_as_himself(drop, answered):
    drop(letter("I am her brother.", From="Emil <emil@customer.example>", In_Reply_To=our_id(answered)))
    joined = Message.objects.latest("pk")
    assert joined.ticket == answered.ticket
    assert joined.customer.name == "Emil"
    assert joined.ticket.customer.name == "Dora"


def test_a_reply_to_a_ticket_closed_long_ago_opens_a_follow_up_and_stays_there(drop, answered, ann):
    ticket = answered.ticket
    ticket.close(ann)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at="2020-01-01T00:00Z")
    drop(letter("It cracked again.", In_Reply_To=our_id(answered)))
    follow_up = Ticket.objects.latest("pk")
    assert follow_up.follow_up_of == ticket
    drop(letter("Hello?", In_Reply_To=our_id(answered)))
    assert Ticket.objects.count() == 2
    answer = follow_up.reply(ann, text="We look into it.")
    drain(held=True)
    drop(letter("Thank you, when?", In_Reply_To=our_id(answer)))
    assert follow_up.messages.filter(kind=MessageKind.CUSTOMER).count() == 3


# Machines and pretenders ---------------------------------------------------------------------------------


def test_automatic_mail_is_kept_and_reopens_nothing(drop, answered, ann):
    answered.ticket.solve(ann)
    drop(letter("I am away.", In_Reply_To=our_id(answered), Auto_Submitted="auto-replied"))
    ticket = Ticket.objects.get()
    assert ticket.messages.filter(automatic=True, kind=MessageKind.CUSTOMER).count() == 1
    assert ticket.status == Status.SOLVED


def test_a_null_sender_is_a_machine(drop, answered):
    drop(letter("Not delivered.", In_Reply_To=our_id(answered)), meta={"from": "", "to": [CARE]})
    assert Message.objects.latest("pk").automatic


def test_our_own_mail_come_back_is_a_machines(drop, answered):
    drop(letter("A new one leaves today.", From=CARE, Message_ID=our_id(answered)))
    assert Message.objects.filter(kind=MessageKind.CUSTOMER).latest("pk").automatic


def test_an_agents_address_in_from_is_a_customers_mail_with_a_warning(drop, ann):
    drop(letter("Please refund.", From=f"Ann <{ann.email}>"))
    message = Message.objects.get()
    assert (message.kind, message.flags, message.agent) == (MessageKind.CUSTOMER, ["forged-agent"], None)


def test_all_or_nothing(drop, channel, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the last step failed")

    monkeypatch.setattr(Envelope.objects, "create", broken)
    drop(letter())
    assert not Ticket.objects.exists()
    assert not connection.needs_rollback
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.attempts) == (ParcelState.WAITING, 1)


@pytest.mark.parametrize(
    ("subject", "is_folded"), [("Re: Lid", True), ("Fwd: Lid", False), ("إعادة توجيه: الغطاء", False)]
)
def test_history_is_folded_away_but_not_what_is_passed_on_to_be_read(drop, subject, is_folded):
    mail = letter(
        "Please look.\n\nOn Thu, 19 Nov 2026, Care wrote:\n> The lid is cracked.\n", Subject=subject
    )
    quote = "<div class='gmail_quote'>On Thu, 19 Nov 2026, Care wrote:<blockquote>The lid is cracked.</blockquote></div>"
    mail.add_alternative(f"<p>Please look.</p>{quote}", subtype="html")
    drop(mail)
    message = Message.objects.get(kind=MessageKind.CUSTOMER)
    assert "The lid is cracked." in message.html
    assert ("The lid is cracked." not in own_part(message.html)) is is_folded
    assert bool(message.quoted) is is_folded
