"""A mail becomes a ticket, and its answer a mail."""

from django.core import mail as django_mail

from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tickets.models import Delivery, Status, Ticket


def test_a_mail_becomes_a_ticket_and_its_answer_a_mail(arrive, ann):
    arrive(letter())
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.status, ticket.source) == ("Cracked lid", Status.NEW, "email")
    assert ticket.customer.name == "Dora"
    message = ticket.reply(ann, text="A new one leaves today.")
    drain(held=True)
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    sent = django_mail.outbox[0]
    assert sent.to == ["Dora <dora@customer.example>"]
