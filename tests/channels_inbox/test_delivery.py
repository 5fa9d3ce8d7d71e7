"""What goes out arrives once, is tried again when it may, and fails where agents see it."""

import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils.timezone import now

from channels_inbox import delivery
from channels_inbox.adapters.contract import DeliveryError, Handover
from channels_inbox.adapters.email import sending
from channels_inbox.adapters.email.adapter import adapter
from channels_inbox.models import Channel, Envelope, EnvelopeState, Thread
from channels_inbox.models.envelope import GIVE_UP, LEASE
from channels_inbox.tasks import sweep_envelopes
from customers.models import Customer
from tests.drain import drain
from tickets.models import Delivery, Message, Ticket


@pytest.fixture
def reply(ticket, channel, ann) -> Message:
    """Ann's answer to Dora, in its envelope, not sent yet."""
    message = ticket.reply(ann, text="A new one leaves today.")
    delivery.post(Message.objects.get(pk=message.pk))
    return message


def envelope_of(message: Message) -> Envelope:
    return message.envelopes.outgoing().get()


def make_due() -> None:
    Envelope.objects.update(next_try_at=now() - timedelta(seconds=1))


def failing(monkeypatch, error: Exception | None) -> None:
    """Every delivery raises `error`; None heals it."""
    if error is None:
        monkeypatch.undo()
        return

    def deliver(envelope):
        raise error

    monkeypatch.setattr(adapter, "deliver", deliver, raising=False)


def told(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_error


# The way out ---------------------------------------------------------------------------------------------


def test_a_reply_goes_to_the_customer_and_is_marked_sent(reply):
    drain()
    assert [one.to for one in mail.outbox] == [["Dora <dora@customer.example>"]]
    assert told(reply) == (Delivery.SENT, "")
    assert envelope_of(reply).state == EnvelopeState.DONE


def test_posting_twice_makes_one_envelope(reply):
    delivery.post(reply)
    drain()
    assert len(mail.outbox) == 1


def test_a_ticket_that_agents_began_goes_out_by_its_teams_mailbox(dora, ann, orders, repairs, channel):
    Channel.objects.create(kind="email", name="A", team=repairs, address="repairs@shop.example")
    ticket = Ticket.open(dora, repairs, subject="Your order", source="email", by=ann)
    ticket.reply(ann, text="We found it.")
    drain()
    assert "repairs@shop.example" in mail.outbox[0].extra_headers["From"]
    assert Thread.objects.get(ticket=ticket).channel.address == "repairs@shop.example"


def test_a_team_without_a_mailbox_uses_the_first(dora, ann, repairs, channel):
    ticket = Ticket.open(dora, repairs, subject="Your order", source="phone", by=ann)
    ticket.reply(ann, text="As we said on the phone.")
    drain()
    assert channel.address in mail.outbox[0].extra_headers["From"]


def test_recipients_and_copies_are_as_the_agent_chose(ticket, channel, ann):
    ticket.reply(ann, text="Both of you:", to=["emil@customer.example"], cc=["dora@customer.example"])
    drain()
    assert (mail.outbox[0].to, mail.outbox[0].cc) == (["emil@customer.example"], ["dora@customer.example"])


def test_without_an_address_it_fails_with_a_plain_reason(channel, orders, ann):
    caller = Customer.identify("phone", "+966 50 000 0001", name="Sara")
    ticket = Ticket.open(caller, orders, subject="Call", source="phone", by=ann)
    message = ticket.reply(ann, text="Please call again.")
    drain()
    assert told(message) == (Delivery.FAILED, delivery.NO_ADDRESS)


def test_without_a_channel_it_fails_with_a_plain_reason(ticket, ann):
    message = ticket.reply(ann, text="Hello?")
    drain()
    assert told(message) == (Delivery.FAILED, delivery.NO_CHANNEL)


def test_a_notice_never_answers_a_machine(ticket, channel, dora):
    ticket.receive(dora, text="I am away.", automatic=True)
    notice = ticket.notify(text="Thank you for writing.", purpose="acknowledgement")
    drain()
    assert told(notice) == (Delivery.FAILED, delivery.ANSWERS_BY_ITSELF)
    assert not mail.outbox


# Failures ------------------------------------------------------------------------------------------------


def test_a_passing_failure_is_tried_again_under_the_same_id(reply, monkeypatch):
    failing(monkeypatch, DeliveryError(sending.LATER, permanent=False, detail="451 busy"))
    drain()
    first = envelope_of(reply)
    assert (first.state, first.attempts, first.error) == (EnvelopeState.PENDING, 1, "451 busy")
    assert first.next_try_at > now() + timedelta(seconds=10)
    assert told(reply) == (Delivery.QUEUED, "")
    failing(monkeypatch, None)
    make_due()
    drain()
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{first.provider_id}>"
    assert told(reply) == (Delivery.SENT, "")


def test_after_three_days_it_has_failed(reply, monkeypatch):
    failing(monkeypatch, DeliveryError(sending.LATER, permanent=False))
    Envelope.objects.update(created_at=now() - GIVE_UP)
    drain()
    assert told(reply) == (Delivery.FAILED, sending.LATER)


def test_a_lasting_failure_is_told_at_once(reply, monkeypatch):
    failing(monkeypatch, DeliveryError(sending.NO_MAILBOX, permanent=True, detail="550 5.1.1 unknown"))
    drain()
    assert told(reply) == (Delivery.FAILED, sending.NO_MAILBOX)
    assert envelope_of(reply).error == "550 5.1.1 unknown"


def test_what_nobody_foresaw_is_tried_again(reply, monkeypatch):
    failing(monkeypatch, ZeroDivisionError())
    drain()
    assert envelope_of(reply).state == EnvelopeState.PENDING


@pytest.mark.parametrize(
    ("error", "permanent", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"5.1.1 unknown")}), True, sending.NO_MAILBOX),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (452, b"4.2.2 full")}), False, sending.LATER),
        (smtplib.SMTPDataError(552, b"5.2.2 over quota"), True, sending.FULL),
        (smtplib.SMTPDataError(552, b"5.3.4 too big"), True, sending.TOO_LARGE),
        (smtplib.SMTPDataError(554, b"5.7.1 looks like spam"), True, sending.POLICY),
        (smtplib.SMTPDataError(554, b"no"), True, sending.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), False, sending.LATER),
        (smtplib.SMTPSenderRefused(421, b"busy", "care@shop.example"), False, sending.LATER),
        (smtplib.SMTPAuthenticationError(535, b"who?"), False, sending.LOGIN),
        (smtplib.SMTPServerDisconnected("gone"), False, sending.LATER),
        (smtplib.SMTPNotSupportedError("no SMTPUTF8"), True, sending.MALFORMED),
        (ConnectionRefusedError(111, "refused"), False, sending.NO_PORT),
        (TimeoutError("slow"), False, sending.SILENT),
    ],
)
def test_what_servers_answer_has_a_meaning(reply, monkeypatch, error, permanent, reason):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(DeliveryError) as failure:
        adapter.deliver(Envelope.claim(envelope_of(reply).pk))
    assert (failure.value.permanent, failure.value.reason) == (permanent, reason)


# Once, whoever works -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_ten_workers_send_it_once(reply, monkeypatch):
    together, sent = threading.Barrier(10), []
    monkeypatch.setattr(
        adapter, "deliver", lambda envelope: sent.append(envelope.pk) or Handover("id"), raising=False
    )

    def work(_number: int) -> None:
        try:
            together.wait(10)
            delivery.send(envelope_of(reply).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as workers:
        list(workers.map(work, range(10)))
    assert sent == [envelope_of(reply).pk]


def test_a_worker_that_died_while_sending_is_followed_by_another_under_the_same_id(reply):
    died = Envelope.claim(envelope_of(reply).pk)
    drain()
    assert not mail.outbox
    delivery.recover()
    assert envelope_of(reply).state == EnvelopeState.SENDING
    Envelope.objects.update(claimed_at=now() - LEASE - timedelta(seconds=1))
    delivery.recover()
    drain()
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{died.provider_id}>"


def test_a_worker_that_comes_back_too_late_changes_nothing(reply):
    late = Envelope.claim(envelope_of(reply).pk)
    Envelope.objects.update(claimed_at=now() - LEASE - timedelta(seconds=1))
    delivery.recover()
    drain()
    late.fail(sending.REFUSED, "too late")
    assert told(reply) == (Delivery.SENT, "")


def test_the_sweep_repeats_what_the_queue_forgot(reply, monkeypatch, django_capture_on_commit_callbacks):
    queued = []
    monkeypatch.setattr("channels_inbox.tasks.send.apply_async", lambda args, **_: queued.extend(args))
    assert sweep_envelopes() == 0
    Envelope.objects.update(next_try_at=now() - timedelta(seconds=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_envelopes() == 1
    assert queued == [envelope_of(reply).pk]


# Try again -----------------------------------------------------------------------------------------------


@pytest.fixture
def failed(reply, monkeypatch) -> Message:
    failing(monkeypatch, DeliveryError(sending.FULL, permanent=True))
    drain()
    failing(monkeypatch, None)
    reply.refresh_from_db()
    assert reply.delivery == Delivery.FAILED
    return reply


def test_an_agent_sends_it_again_once(failed, client, ann):
    client.force_login(ann)
    for _ in range(2):
        assert client.post(f"/messages/{failed.pk}/retry/").status_code == 302
    assert told(failed) == (Delivery.QUEUED, "")
    drain()
    assert len(mail.outbox) == 1
    assert told(failed) == (Delivery.SENT, "")


def test_what_had_no_channel_goes_out_when_there_is_one(ticket, ann, orders, client):
    message = ticket.reply(ann, text="Hello?")
    drain()
    Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    client.force_login(ann)
    client.post(f"/messages/{message.pk}/retry/")
    drain()
    assert told(message) == (Delivery.SENT, "")


def test_only_through_the_tickets_door(failed, client, carl):
    url = f"/messages/{failed.pk}/retry/"
    assert client.post(url).status_code == 302
    assert told(failed)[0] == Delivery.FAILED
    client.force_login(carl)
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405
    assert told(failed)[0] == Delivery.FAILED
