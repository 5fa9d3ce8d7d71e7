"""Agents are told by mail of what happens on tickets of theirs, as they wish, and no program is answered by it."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Mails, Presence
from channels_inbox import caps, notifications, signing, wording
from channels_inbox.adapters.email.sending import NO_MAILBOX
from channels_inbox.models import Channel, Envelope, EnvelopeState, MailText, Parcel, Recipient, Silence
from events.models import Event
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from text.quote_marks import is_separator
from tickets.models import Message, Ticket


@pytest.fixture
def hers(drop, ann, bea, mailoutbox) -> Ticket:
    """Dora's ticket, assigned to Ann, who wishes to be told while she is away."""
    ticket = drop(letter()).ticket
    ticket.assign(ann, bea)
    drain()
    ann.change(ann, mails=Mails.AWAY)
    mailoutbox.clear()
    return ticket


def again(ticket: Ticket, text: str = "And the box is wet.", **headers):
    return letter(text, To=signing.reply_address(CARE, ticket.pk), **headers), signing.reply_address(
        CARE, ticket.pk
    )


def writes(drop, ticket: Ticket, text: str = "And the box is wet.", **headers) -> Message:
    mail, to = again(ticket, text, **headers)
    return drop(mail, to=to)


def mail_to(agent, mailoutbox):
    """The last mail that left, if it is for the agent, as it was sent."""
    assert mailoutbox, "nothing was sent"
    sent = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    assert agent.email in sent["To"]
    return sent


# When ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "presence", "told"),
    [
        (Mails.OFF, Presence.OFFLINE, False),
        (Mails.AWAY, Presence.ONLINE, False),
        (Mails.AWAY, Presence.AWAY, True),
        (Mails.AWAY, Presence.OFFLINE, True),
        (Mails.ALWAYS, Presence.ONLINE, True),
    ],
)
def test_each_is_told_as_he_wishes(drop, hers, ann, mailoutbox, wish, presence, told):
    ann.change(ann, mails=wish)
    ann.be(presence, by_hand=True)
    writes(drop, hers)
    assert bool(mailoutbox) is told


def test_who_says_nothing_is_told_when_away(db):
    from agents.models import Agent

    assert Agent.objects.create_user("new@shop.example", name="New").mails == Mails.AWAY


def test_followers_are_told_and_colleagues_are_not(drop, hers, ann, bea, carl, mailoutbox):
    for agent in (bea, carl):
        agent.change(agent, mails=Mails.ALWAYS)
    hers.follow(carl, by=bea)
    writes(drop, hers)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["Ann <ann@shop.example>", "Carl <carl@shop.example>"]


def test_whose_the_ticket_becomes_is_told_unless_he_took_it(drop, hers, ann, bea, carl, mailoutbox):
    carl.change(carl, mails=Mails.ALWAYS)
    hers.assign(carl, by=bea)
    drain()
    sent = mail_to(carl, mailoutbox)
    text = re.sub("[\u2068\u2069]", "", sent.get_body(("plain",)).get_content())
    assert f"Ticket {hers.pk} is yours now. Dora wrote:" in text
    mailoutbox.clear()
    hers.assign(ann, by=ann)
    drain()
    assert mailoutbox == []


def test_the_first_line_may_be_the_mailboxs_own(drop, hers, ann, channel, mailoutbox):
    ann.change(ann, mails=Mails.ALWAYS)
    MailText.write(
        None, channel, wording.NOTIFICATION, "en", "{customer.name} of {team.name}, ticket {ticket.number}"
    )
    writes(drop, hers)
    text = re.sub("[\u2068\u2069]", "", mail_to(ann, mailoutbox).get_body(("plain",)).get_content())
    assert f"Dora of {hers.team.name}, ticket {hers.pk}" in text


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}])
def test_nobody_is_told_of_what_a_program_wrote(drop, hers, mailoutbox, headers):
    writes(drop, hers, **headers)
    assert mailoutbox == []


def test_nobody_is_told_of_spam_or_of_long_ago(drop, hers, bea, mailoutbox):
    from datetime import UTC, datetime

    from events.history import as_of

    hers.mark_spam(bea)
    writes(drop, hers)
    hers.unmark_spam(bea)
    with as_of(datetime(2020, 1, 1, tzinfo=UTC)):
        hers.receive(hers.customer, text="Long ago")
    drain()
    assert mailoutbox == []


def test_former_agents_are_not_told(drop, hers, ann, admin, mailoutbox):
    ann.deactivate(admin, None, 0)
    writes(drop, hers)
    assert mailoutbox == []


def test_who_was_deactivated_before_it_left_does_not_get_it(drop, hers, ann, admin, mailoutbox):
    message = hers.receive(hers.customer, text="Hello?")
    ann.deactivate(admin, None, 0)
    drain()
    assert mailoutbox == []
    assert message.envelopes.get().state == EnvelopeState.FAILED
    message.refresh_from_db()
    assert message.delivery == ""


def test_mail_to_ourselves_is_never_sent(drop, hers, ann, mailoutbox):
    Channel.objects.create(kind="email", name="Ann", team=hers.team, address=ann.email)
    writes(drop, hers)
    assert mailoutbox == []


# What ----------------------------------------------------------------------------------------------------


def test_it_shows_the_new_words_where_to_read_more_and_how_to_answer(drop, hers, ann, mailoutbox):
    writes(
        drop,
        hers,
        "And the box is wet.\n\nOn Mon, 4 May 2026 at 10:00, Care <care@shop.example> wrote:\n> Old.",
    )
    sent = mail_to(ann, mailoutbox)
    for kind in ("plain", "html"):
        shown = sent.get_body((kind,)).get_content()
        assert "And the box is wet." in shown
        assert "Old." not in shown
        assert f"{settings.PUBLIC_URL}/tickets/{hers.pk}/" in shown
        assert "[note]" in shown
    assert sent["Subject"] == f"[#{hers.pk}] Cracked lid"
    assert sent["From"] == f"Dora · Fanoos Coffee <{CARE}>"
    assert sent["Reply-To"] == signing.agent_address(CARE, hers.pk, ann.pk)
    assert signing.agent_address(CARE, hers.pk, ann.pk) not in sent.get_body(("plain",)).get_content()


def test_programs_are_asked_not_to_answer_and_bounces_have_their_way(drop, hers, ann, mailoutbox):
    message = writes(drop, hers)
    sent = mail_to(ann, mailoutbox)
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    envelope = message.envelopes.notifications().get()
    assert mailoutbox[0].from_email == signing.return_path(CARE, envelope.pk)


def test_an_agents_mails_on_a_ticket_stand_together(drop, hers, ann, mailoutbox):
    writes(drop, hers)
    writes(drop, hers, "Hello?")
    first, second = (mail.message() for mail in mailoutbox)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Subject"] == second["Subject"]


@pytest.mark.parametrize(("language", "word"), [("ar", "كتب"), ("fa", "نوشت")])
def test_it_is_in_the_agents_language_and_reads_in_its_direction(drop, hers, ann, mailoutbox, language, word):
    ann.change(ann, language=language)
    writes(drop, hers)
    sent = mail_to(ann, mailoutbox)
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert word in text
    assert f'<html lang="{language}" dir="rtl">' in html
    assert re.search(r'<p dir="ltr"[^>]*>And the box is wet\.</p>', html)
    assert is_separator(text.splitlines()[0])


def test_a_strangers_words_come_with_the_warning_that_the_desk_shows(drop, hers, ann, mailoutbox):
    writes(drop, hers, From="Emil <emil@elsewhere.example>")
    assert "not on the conversation" in mail_to(ann, mailoutbox).get_body(("plain",)).get_content()


def test_its_words_are_letters_wherever_they_stand(drop, hers, ann, mailoutbox):
    writes(drop, hers, "<script>alert(1)</script>", From='"<b>Dora</b>" <dora@customer.example>')
    html = mail_to(ann, mailoutbox).get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "<b>" not in html


# What does not become of it ------------------------------------------------------------------------------


def test_the_customers_letter_is_not_marked_as_sent(drop, hers):
    assert writes(drop, hers).delivery == ""


def test_customers_never_see_its_marks(drop, hers, ann, mailoutbox):
    writes(drop, hers)
    hers.reply(ann, text="A new one leaves today.")
    drain(held=True)
    sent = mailoutbox[-1].message()
    assert "dora@customer.example" in sent["To"]
    told = Envelope.objects.notifications().get().provider_id
    assert told not in str(sent)
    assert "+a" not in str(sent)


def test_an_answer_to_it_that_went_to_no_address_of_the_agents_proves_nothing(drop, hers):
    writes(drop, hers)
    told = Envelope.objects.notifications().get().provider_id
    message = drop(letter("Hi", From="eve@evil.example", In_Reply_To=f"<{told}>"), sender="eve@evil.example")
    assert message.ticket != hers


def test_what_bounces_fails_for_the_agent_alone_and_in_the_end_he_is_left_alone(
    drop, hers, ann, channel, mailoutbox
):
    for _ in range(3):
        message = writes(drop, hers)
        told = message.envelopes.notifications().get()
        report = (
            f"From: MAILER-DAEMON@mx.example\r\nTo: {CARE}\r\nSubject: Returned\r\n\r\n"
            f"ann@shop.example\r\n550 5.1.1 No such user here\r\n\r\nMessage-ID: <{told.provider_id}>\r\n"
        )
        Parcel.accept(channel, report.encode(), {"from": "", "to": [CARE]})
        drain()
        told.refresh_from_db()
        assert told.state == EnvelopeState.FAILED
        message.refresh_from_db()
        assert message.delivery == ""
    assert hers.messages.filter(kind="customer").count() == 4
    assert Silence.objects.among([ann.email])
    assert Recipient.objects.filter(address=ann.email, reason=NO_MAILBOX).count() == 3
    mailoutbox.clear()
    writes(drop, hers)
    assert mailoutbox == []


# How much ------------------------------------------------------------------------------------------------


def test_a_flood_on_one_ticket_is_told_five_times(drop, hers, mailoutbox):
    for number in range(8):
        writes(drop, hers, f"Hello {number}")
    assert len(mailoutbox) == caps.MOST_TOLD_SHORT


def test_a_flood_of_tickets_is_told_sixty_times_an_hour(hers, ann, dora, orders, bea, monkeypatch):
    monkeypatch.setattr(caps, "MOST_TOLD", 3)
    for number in range(5):
        ticket = Ticket.open(dora, orders, subject=f"{number}", source="email")
        ticket.receive(dora, text="Hello")
        ticket.assign(ann, bea)
    assert Envelope.objects.notifications().count() == 3


def test_where_nobody_wishes_to_be_told_it_costs_one_query(ticket, ann):
    event = Event.objects.filter(kind="message.received").latest("pk")
    for assignee, queries in ((ann, 1), (None, 0)):
        ticket.assign(assignee, ann)
        event.subject = fresh = Ticket.objects.get(pk=ticket.pk)
        fresh.concerned()
        with CaptureQueriesContext(connection) as seen:
            notifications.consider(event)
        assert len(seen) == queries
