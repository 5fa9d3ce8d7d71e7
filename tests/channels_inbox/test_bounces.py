"""Mail of ours that came back: the message has failed, and why is told; addresses that always fail are left alone."""

from email.message import EmailMessage

import pytest

from channels_inbox import signing
from channels_inbox.adapters.email.returns import GAVE_UP
from channels_inbox.adapters.email.sending import FULL, NO_MAILBOX
from channels_inbox.models import Parcel, Silence
from channels_inbox.models.silence import SILENT
from events.models import Event
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Delivery, Message, Ticket

DORA = "dora@customer.example"


@pytest.fixture
def drop(channel):
    def drop(mail: EmailMessage | str, to: str = CARE, sender: str = "") -> None:
        raw = mail.encode() if isinstance(mail, str) else mail.as_bytes()
        Parcel.accept(channel, raw, {"from": sender, "to": [to]})
        drain()

    return drop


@pytest.fixture
def sent(drop, ann) -> Message:
    """Ann's answer to Dora."""
    drop(letter(), sender=DORA)
    return answer(ann)


def answer(ann, **options) -> Message:
    message = Ticket.objects.get().reply(ann, text="A new one leaves today.", **options)
    drain(held=True)
    return message


def report(
    message: Message, status="5.1.1", words="550 5.1.1 User unknown", action="failed", address=DORA
) -> str:
    envelope = message.envelopes.outgoing().get()
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: {CARE}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: text/rfc822-headers

From: {CARE}
Message-ID: <{envelope.provider_id}>

--b--
"""


def told(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_error


def return_path(message: Message) -> str:
    return signing.return_path(CARE, message.envelopes.outgoing().get().pk)


def test_each_mail_has_a_way_back_of_its_own(sent, mailoutbox):
    assert mailoutbox[-1].from_email == return_path(sent)
    assert str(mailoutbox[-1].message()["From"]).endswith(f"<{CARE}>")


def test_a_report_fails_its_message_by_the_id_that_it_returns(sent, drop):
    drop(report(sent))
    assert told(sent) == (Delivery.FAILED, NO_MAILBOX)
    assert Ticket.objects.get().messages.filter(kind="customer").count() == 1
    assert Parcel.objects.latest("pk").message == sent


def test_a_report_fails_its_message_by_the_address_it_comes_to(sent, drop):
    drop(
        report(sent).replace(sent.envelopes.outgoing().get().provider_id, "x@y.example"), to=return_path(sent)
    )
    assert told(sent) == (Delivery.FAILED, NO_MAILBOX)


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        ("5.2.2", "552 5.2.2 Over quota", FULL),
        ("4.4.7", "Message expired", GAVE_UP),
        ("5.0.0", "Mailbox is full", FULL),
        ("5.5.0", "No such user here", NO_MAILBOX),
    ],
)
def test_the_reason_is_told_in_plain_words(sent, drop, status, words, reason):
    drop(report(sent, status, words))
    assert told(sent) == (Delivery.FAILED, reason)


def test_what_is_only_delayed_has_not_failed(sent, drop):
    drop(report(sent, "4.4.1", "Connection timed out", action="delayed"))
    assert told(sent) == (Delivery.SENT, "")


def test_of_several_recipients_only_the_one_fails(drop, ann, sent):
    message = answer(ann, cc=["bob@customer.example"])
    drop(report(message, address="bob@customer.example"))
    message.refresh_from_db()
    assert message.undelivered == {"bob@customer.example": NO_MAILBOX}


@pytest.mark.parametrize(
    "text",
    [
        "Hi. This is the qmail-send program at mx.example.\n\n<dora@customer.example>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n",
        "This message was created automatically by mail delivery software.\n\n  dora@customer.example\n"
        "    SMTP error from remote mail server: 550 No such user\n\n------ This is a copy of the message\n",
        "Your message couldn't be delivered.\ndora@customer.example wasn't found at customer.example.\n",
    ],
    ids=["qmail", "exim", "outlook"],
)
def test_reports_in_prose_are_understood(sent, drop, text):
    envelope = sent.envelopes.outgoing().get()
    drop(letter(f"{text}\nMessage-ID: <{envelope.provider_id}>\n", From="MAILER-DAEMON@mx.example"))
    assert told(sent) == (Delivery.FAILED, NO_MAILBOX)


def test_a_report_without_a_signature_of_ours_fails_nothing(sent, drop):
    ours = sent.envelopes.outgoing().get().provider_id
    drop(report(sent).replace(ours, ours.replace(".", ".9", 1)))
    assert told(sent) == (Delivery.SENT, "")


def test_a_report_about_somebody_else_fails_nothing(sent, drop):
    drop(report(sent, address="eve@evil.example"))
    assert told(sent) == (Delivery.SENT, "")


def test_an_absence_note_to_the_way_back_is_no_bounce(sent, drop):
    ours = f"<{sent.envelopes.outgoing().get().provider_id}>"
    drop(
        letter("I am away until Monday.", Auto_Submitted="auto-replied", In_Reply_To=ours),
        to=return_path(sent),
    )
    assert told(sent) == (Delivery.SENT, "")
    assert Message.objects.latest("pk").automatic


def test_after_three_permanent_failures_the_address_is_left_alone_until_somebody_says_so(
    sent, drop, ann, admin
):
    for message in (sent, answer(ann)):
        drop(report(message))
    assert not Silence.objects.exists()
    drop(report(answer(ann)))
    silence = Silence.objects.get()
    assert silence.address == DORA
    line = Event.objects.get(kind="ticket.address_silenced")
    assert (line.ticket_id, line.payload) == (sent.ticket_id, {"silence": silence.pk, "because": "failed"})
    held = answer(ann)
    assert told(held) == (Delivery.FAILED, SILENT)
    silence.lift(admin)
    assert told(answer(ann)) == (Delivery.SENT, "")
    assert Silence.objects.among([DORA]) == {}


def test_full_mailboxes_are_not_silenced(sent, drop, ann):
    for message in (sent, answer(ann), answer(ann), answer(ann)):
        drop(report(message, "5.2.2", "552 5.2.2 Over quota"))
    assert not Silence.objects.exists()


def test_an_administrator_sees_failing_addresses_and_allows_one_again(client, admin, ann):
    silence = Silence.objects.create(address=DORA, reason=NO_MAILBOX)
    client.force_login(ann, backend="agents.backends.AgentBackend")
    assert client.post(f"/settings/silences/{silence.pk}/lifting/").status_code == 403
    client.force_login(admin, backend="agents.backends.AgentBackend")
    assert DORA in client.get("/settings/silences/").text
    client.post(f"/settings/silences/{silence.pk}/lifting/")
    assert DORA not in client.get("/settings/silences/").text
    assert client.get(f"/settings/silences/{silence.pk}/lifting/").status_code == 405
