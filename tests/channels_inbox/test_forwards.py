"""Customers' mails that agents pass on become the customers' tickets, where the channel says so and it is proved."""

from email.message import EmailMessage

import pytest

from channels_inbox import signing
from channels_inbox.adapters.email.authentication import is_proved
from channels_inbox.models import Channel, Parcel
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Message, MessageKind, Ticket

PROVED = "mx.shop.example; dmarc=pass header.from=shop.example"
GMAIL = (
    "He is a friend of mine, please hurry.\n\n-- \nAnn\n\n---------- Forwarded message ---------\n"
    "From: Dora <dora@customer.example>\nDate: Mon, 4 May 2026 at 10:00\nSubject: Cracked lid\n"
    "To: <ann@shop.example>\n\n\nHello,\n\nthe lid arrived cracked."
)


@pytest.fixture(autouse=True)
def says_so(channel, settings):
    settings.TRUSTED_MAIL_SERVERS = ["mx.shop.example"]
    Channel.objects.update(config={"forwards": True})
    channel.refresh_from_db()


@pytest.fixture
def drop(channel, ann):
    def drop(mail: EmailMessage, to: str = CARE) -> Message:
        Parcel.accept(channel, mail.as_bytes(), {"from": "ann@shop.example", "to": [to]})
        drain()
        return Message.objects.filter(kind=MessageKind.CUSTOMER).latest("pk")

    return drop


def forward(text: str = GMAIL, **headers) -> EmailMessage:
    facts = {
        "From": "Ann <ann@shop.example>",
        "Subject": "Fwd: Cracked lid",
        "Authentication_Results": PROVED,
    }
    return letter(text, **(facts | headers))


def attached(inner: EmailMessage, text: str = "Please hurry.", **headers) -> EmailMessage:
    mail = forward(text, **headers)
    mail.add_attachment(inner)
    return mail


def test_the_ticket_is_the_customers_in_his_words(drop, ann):
    message = drop(forward())
    ticket = message.ticket
    assert (ticket.customer.email, ticket.customer.name) == ("dora@customer.example", "Dora")
    assert (ticket.subject, message.text) == ("Cracked lid", "Hello,\n\nthe lid arrived cracked.")
    assert (message.flags, message.others, message.answer_to) == ([], [], "dora@customer.example")


def test_what_the_agent_wrote_is_a_note_with_the_original_date(drop, ann):
    note = drop(forward()).ticket.messages.get(kind=MessageKind.NOTE)
    assert note.agent == ann
    assert note.text.startswith("He is a friend of mine, please hurry.\n\nForwarded by mail.")
    assert "Mon, 4 May 2026 at 10:00" in note.text
    assert "-- " not in note.text


def test_the_agent_is_not_on_it(drop, ann, mailoutbox):
    ticket = drop(forward(Cc="bea@shop.example, eve@evil.example")).ticket
    assert ticket.assignee is None
    assert ticket.copied() == []
    ticket.reply(ann, text="A new one leaves today.")
    drain(held=True)
    assert mailoutbox[-1].recipients() == ["Dora <dora@customer.example>"]


def test_the_customers_answer_joins(drop, ann, mailoutbox):
    ticket = drop(forward()).ticket
    ticket.reply(ann, text="Which colour?")
    drain(held=True)
    sent = mailoutbox[-1].message()
    assert drop(letter("Blue.", In_Reply_To=sent["Message-ID"])).ticket == ticket


def test_an_attached_mail_comes_with_its_html_its_files_and_its_own_date(drop, ann):
    inner = letter("The lid.", Date="Mon, 04 May 2026 10:00:00 +0000", Subject="Lid")
    inner.add_alternative("<p>The <b>lid</b>.</p>", subtype="html")
    inner.add_attachment(b"\x89PNG\r\n\x1a\n", "image", "png", filename="lid.png")
    message = drop(attached(inner))
    assert (message.ticket.customer.email, message.ticket.subject) == ("dora@customer.example", "Lid")
    assert "<b>lid</b>" in message.html
    assert [file.name for file in message.attachments.all()] == ["lid.png"]
    note = message.ticket.messages.get(kind=MessageKind.NOTE)
    assert note.text.startswith("Please hurry.")
    assert "May 4, 2026" in note.text


def test_the_files_of_the_mail_come_along(drop):
    mail = forward()
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", "image", "png", filename="lid.png")
    assert [file.name for file in drop(mail).attachments.all()] == ["lid.png"]


def test_it_comes_once(drop):
    for _ in range(2):
        drop(forward(Message_ID="<once@shop.example>"))
    assert Ticket.objects.count() == 1


def test_through_two_colleagues_it_is_still_the_customers(drop, bea):
    twice = (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Bea <bea@shop.example>\n"
        f"Date: Mon, 4 May 2026 at 11:00\nSubject: Fwd: Cracked lid\nTo: <ann@shop.example>\n\n\n{GMAIL}"
    )
    message = drop(forward(twice))
    assert message.ticket.customer.email == "dora@customer.example"
    note = message.ticket.messages.get(kind=MessageKind.NOTE)
    assert note.text.startswith("See below.\n\nHe is a friend of mine")


def test_the_address_that_the_agent_alone_was_given_proves_it(drop, ann):
    earlier = drop(letter()).ticket
    to = signing.agent_address(CARE, earlier.pk, ann.pk)
    message = drop(forward(Authentication_Results=None, To=to), to=to)
    assert message.ticket != earlier
    assert message.ticket.customer.email == "dora@customer.example"


# As any mail ---------------------------------------------------------------------------------------------


def assert_any_mail(message: Message) -> None:
    assert message.ticket.customer.email == "ann@shop.example"
    assert "forged-agent" in message.flags
    assert not message.ticket.messages.filter(kind=MessageKind.NOTE).exists()


@pytest.mark.parametrize(
    "results",
    [
        None,
        "mx.evil.example; dmarc=pass header.from=shop.example",
        "mx.shop.example; dmarc=fail header.from=shop.example; dkim=pass header.d=shop.example",
        "mx.shop.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=eve@evil.example",
        "mx.shop.example; dkim=fail header.d=shop.example; spf=softfail smtp.mailfrom=ann@shop.example",
    ],
)
def test_without_proof_it_is_a_mail_with_a_warning(drop, results):
    assert_any_mail(drop(forward(Authentication_Results=results)))


def test_where_the_channel_does_not_say_so(drop):
    Channel.objects.update(config={})
    assert_any_mail(drop(forward()))


def test_what_passes_nothing_on(drop):
    assert_any_mail(drop(forward("Just so.")))


def test_what_is_no_forward_by_its_subject(drop):
    assert_any_mail(drop(forward(Subject="Cracked lid")))


def test_what_only_a_colleague_wrote(drop, bea):
    assert_any_mail(drop(forward(GMAIL.replace("dora@customer.example", bea.email))))


def test_of_somebody_who_is_no_agent_any_more(drop, ann, admin):
    ann.deactivate(admin, None, 0)
    assert_any_mail(drop(forward()))


def test_of_a_customer(drop):
    message = drop(forward(From="eve@evil.example", Authentication_Results="mx.shop.example; dmarc=pass"))
    assert message.ticket.customer.email == "eve@evil.example"


@pytest.mark.parametrize(
    ("results", "proved"),
    [
        ("mx.shop.example; dmarc=pass", True),
        ("mx.shop.example; dmarc=none; dkim=pass header.i=@Shop.example", True),
        ("mx.shop.example; dkim=pass header.d=other.example; dkim=pass header.d=shop.example", True),
        ("mx.shop.example; dkim=pass header.d=shop.example; dkim=pass header.d=other.example", True),
        ("mx.shop.example; spf=pass smtp.mailfrom=ann@shop.example", True),
        ("mx.shop.example; spf=pass", False),
        ("mx.shop.example; dkim=pass header.d=shop.example.evil.example", False),
        ("mx.shop.example; dmarc=fail; spf=pass smtp.mailfrom=shop.example", False),
        ("evil.example; dmarc=pass\nmx.shop.example; spf=none", False),
        ("", False),
    ],
)
def test_what_proves_a_domain(results, proved):
    assert is_proved(results, ["mx.shop.example"], "ann@SHOP.example") is proved


# The setting ---------------------------------------------------------------------------------------------


def test_an_administrator_turns_it_on(client, admin, channel):
    Channel.objects.update(config={"round_trip": {"token": "x"}})
    client.force_login(admin)
    page = f"/settings/channels/{channel.pk}/"
    facts = {"name": "Care", "address": CARE, "team": channel.team_id, "is_active": "on", "from_name": ""}
    client.post(page, facts | {"forwards": "on"})
    channel.refresh_from_db()
    assert channel.opens_forwards
    assert channel.config["round_trip"] == {"token": "x"}
    client.post(page, facts)
    channel.refresh_from_db()
    assert not channel.opens_forwards
