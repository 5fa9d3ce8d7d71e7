"""One mail to many: each recipient arrives, waits or fails for himself. Through a server that answers as told."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from channels_inbox import delivery
from channels_inbox.adapters.contract import LATER
from channels_inbox.adapters.email.sending import NO_MAILBOX
from channels_inbox.models import Envelope, Outlet, RecipientState
from channels_inbox.models.envelope import GIVE_UP
from channels_inbox.models.recipient import NO_ADDRESS
from tests.drain import drain
from tests.servers.choosy import HANG
from tickets.models import Delivery, Message

DORA, EMIL, FAY = "dora@customer.example", "emil@customer.example", "fay@customer.example"


@pytest.fixture
def reply(ticket, channel, ann, choosy) -> Message:
    return ticket.reply(ann, text="Both of you:", to=[f"Dora <{DORA}>"], cc=[EMIL, FAY])


def again() -> None:
    Envelope.objects.update(next_try_at=now() - timedelta(seconds=1))
    drain()


def states(message: Message) -> dict[str, str]:
    return dict(message.envelopes.get().recipients.values_list("address", "state"))


def told(message: Message) -> tuple[str, dict[str, str]]:
    message.refresh_from_db()
    return message.delivery, message.undelivered


def test_all_get_one_mail_that_names_all(reply, choosy):
    drain()
    ((to, _raw),) = choosy.taken
    assert to == [DORA, EMIL, FAY]
    assert (choosy.mails()[0]["To"], choosy.mails()[0]["Cc"]) == (f"Dora <{DORA}>", f"{EMIL}, {FAY}")
    assert told(reply) == (Delivery.SENT, {})


def test_one_who_is_refused_does_not_fail_the_others(reply, choosy):
    choosy.verdict = lambda to: "550 5.1.1 unknown" if to == EMIL else None
    drain()
    assert choosy.taken[0][0] == [DORA, FAY]
    assert states(reply) == {
        DORA: RecipientState.SENT,
        EMIL: RecipientState.FAILED,
        FAY: RecipientState.SENT,
    }
    assert told(reply) == (Delivery.FAILED, {EMIL: NO_MAILBOX})
    again()
    assert len(choosy.taken) == 1


def test_only_who_was_put_off_is_tried_again_under_the_same_id(reply, choosy):
    choosy.verdict = lambda to: "451 4.3.2 busy" if to == FAY else None
    drain()
    assert told(reply) == (Delivery.QUEUED, {})
    choosy.verdict = lambda to: None
    again()
    assert [to for to, _raw in choosy.taken] == [[DORA, EMIL], [FAY]]
    assert len({mail["Message-ID"] for mail in choosy.mails()}) == 1
    assert told(reply) == (Delivery.SENT, {})


def test_a_refusal_is_seen_at_once_while_others_still_wait(reply, choosy):
    choosy.verdict = lambda to: {EMIL: "550 5.1.1 unknown", FAY: "451 busy"}.get(to)
    drain()
    assert told(reply) == (Delivery.FAILED, {EMIL: NO_MAILBOX})
    assert reply.envelopes.get().state == "pending"
    choosy.verdict = lambda to: None
    again()
    assert [to for to, _raw in choosy.taken] == [[DORA], [FAY]]
    assert told(reply) == (Delivery.FAILED, {EMIL: NO_MAILBOX})


def test_refused_content_keeps_each_ones_own_reason(reply, choosy):
    choosy.verdict = lambda to: "550 5.1.1 unknown" if to == EMIL else None
    choosy.content_verdict = lambda: "554 5.7.1 spam"
    drain()
    delivered, undelivered = told(reply)
    assert (delivered, undelivered[EMIL]) == (Delivery.FAILED, NO_MAILBOX)
    assert undelivered[DORA] == undelivered[FAY] != NO_MAILBOX


def test_content_put_off_is_tried_again_for_all(reply, choosy):
    choosy.content_verdict = lambda: "452 4.3.1 no room"
    drain()
    assert (choosy.taken, told(reply)) == ([], (Delivery.QUEUED, {}))
    choosy.content_verdict = lambda: None
    again()
    assert choosy.taken[0][0] == [DORA, EMIL, FAY]


def test_a_server_that_falls_silent_is_asked_again_later(reply, choosy):
    choosy.content_verdict = lambda: HANG
    drain()
    assert told(reply) == (Delivery.QUEUED, {})
    assert "Timeout" in reply.envelopes.get().error or "timed out" in reply.envelopes.get().error
    choosy.content_verdict = lambda: None
    again()
    assert told(reply) == (Delivery.SENT, {})
    assert len(choosy.taken) == 1


def test_who_still_waits_after_three_days_has_failed(reply, choosy):
    choosy.verdict = lambda to: "451 busy" if to == FAY else None
    drain()
    Envelope.objects.update(created_at=now() - GIVE_UP)
    again()
    assert told(reply) == (Delivery.FAILED, {FAY: LATER})


def test_an_agent_tries_again_only_for_those_it_failed_to(reply, choosy):
    choosy.verdict = lambda to: "550 5.1.1 unknown" if to == EMIL else None
    drain()
    choosy.verdict = lambda to: None
    reply.refresh_from_db()
    assert delivery.retry(reply)
    drain()
    assert [to for to, _raw in choosy.taken] == [[DORA, FAY], [EMIL]]
    assert told(reply) == (Delivery.SENT, {})


def test_what_is_no_address_fails_alone(ticket, channel, ann, choosy):
    odd = "x@y.example\r\nBcc: victim@customer.example"
    message = ticket.reply(ann, text="Hello", to=[DORA], cc=[odd, "dora@", EMIL])
    drain()
    assert choosy.taken[0][0] == [DORA, EMIL]
    assert choosy.mails()[0]["Cc"] == EMIL
    assert b"victim" not in choosy.taken[0][1]
    assert told(message) == (Delivery.FAILED, {odd: NO_ADDRESS, "dora@": NO_ADDRESS})


def test_a_late_bounce_is_shown_for_its_recipient_only(reply, choosy):
    drain()
    envelope = reply.envelopes.get()
    assert envelope.bounce(EMIL.upper(), NO_MAILBOX)
    assert not envelope.bounce(EMIL, NO_MAILBOX)
    assert told(reply) == (Delivery.FAILED, {EMIL: NO_MAILBOX})


def test_the_page_says_to_whom_it_did_not_go_and_why(reply, choosy, client, ann):
    choosy.verdict = lambda to: "550 5.1.1 unknown" if to == EMIL else None
    drain()
    client.force_login(ann)
    page = client.get(f"/tickets/{reply.ticket_id}/").content.decode()
    assert f'<bdi>{EMIL}</bdi>: <span dir="auto">{NO_MAILBOX}' in page
    assert f"<bdi>{FAY}</bdi>: " not in page


# The channel's pace --------------------------------------------------------------------------------------


def test_no_more_mails_a_minute_than_the_channel_allows(ticket, channel, ann, choosy):
    Outlet.of(channel).change(ann, per_minute=3)
    for number in range(5):
        ticket.reply(ann, text=f"Number {number}", then="", hold=timedelta(0))
    drain()
    assert len(choosy.taken) == 3
    waiting = Envelope.objects.filter(state="pending")
    assert [one.attempts for one in waiting] == [0, 0]
    assert all(timedelta(seconds=50) < one.next_try_at - now() <= timedelta(minutes=1) for one in waiting)
    Envelope.objects.exclude(tried_at=None).update(tried_at=now() - timedelta(seconds=61))
    again()
    assert len(choosy.taken) == 5
