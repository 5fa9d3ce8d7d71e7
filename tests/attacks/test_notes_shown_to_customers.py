"""Attack, or accident: a word among agents reaches the customer: by a reply's quote, a reference to it, a notification's
answer, or a mail that names it. No note ever leaves, nor anything of it."""

from agents.models import Mails
from channels_inbox import signing
from channels_inbox.models import Envelope, Parcel
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Ticket

SECRET = "She is always complaining"


def test_no_mail_of_a_ticket_holds_anything_of_its_notes(channel, ann, bea, mailoutbox):
    raw = letter().as_bytes()
    Parcel.accept(channel, raw, {"from": "dora@customer.example", "to": [CARE]})
    drain()
    ticket = Ticket.objects.get()
    ticket.assign(ann, by=bea)
    ann.change(ann, mails=Mails.ALWAYS)
    note = ticket.note(bea, text=SECRET)
    ticket.reply(ann, text="A new one leaves today.")
    drain(held=True)
    noted = letter(
        f"[note] {SECRET}",
        From=ann.email,
        To=signing.agent_address(CARE, ticket.pk, ann.pk),
        Message_ID="<n@ann.example>",
    )
    Parcel.accept(channel, noted.as_bytes(), {"from": ann.email, "to": [noted["To"]]})
    drain()
    answer = letter("Thank you.", To=signing.reply_address(CARE, ticket.pk))
    Parcel.accept(channel, answer.as_bytes(), {"from": "dora@customer.example", "to": [answer["To"]]})
    drain()
    ticket.reply(ann, text="You are welcome.")
    drain(held=True)
    assert ticket.messages.filter(kind="note").count() == 2
    assert len(mailoutbox) >= 3
    for mail in mailoutbox:
        sent = mail.message().as_string()
        assert SECRET not in sent
        assert signing.message_id(ticket.pk, note.pk) not in sent
        assert "n@ann.example" not in sent
    assert not Envelope.objects.outgoing().filter(message__kind="note").exists()
