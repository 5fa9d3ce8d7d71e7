"""A visitor who is gone is written to once, and what he answers returns to the same ticket."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from channels_inbox.adapters.widget import tasks
from channels_inbox.adapters.widget.leaving import ask_for_address, mail_transcript, mail_unread
from channels_inbox.adapters.widget.models import Conversation, Visitor
from channels_inbox.adapters.widget.saying import Said, say
from channels_inbox.models import Parcel
from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mails_are_kept(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


@pytest.fixture
def visitor(site, channel) -> Visitor:
    site.arrive()
    visitor = Visitor.objects.get()
    visitor.leave_address("dora@customer.example", "Dora")
    return visitor


@pytest.fixture
def conversation(visitor) -> Conversation:
    line = say(visitor, Said("first", "Is the blue mug in stock?"))
    return Conversation.objects.select_related("thread__ticket", "visitor").get(pk=line.conversation_id)


def gone(conversation: Conversation, minutes: int = 10) -> None:
    Visitor.objects.update(
        seen_at=now() - timedelta(minutes=minutes), left_at=now() - timedelta(minutes=minutes)
    )
    Conversation.objects.exclude(mail_at=None).update(mail_at=now() - timedelta(seconds=1))


def test_unread_answers_go_out_in_one_mail_once(conversation, ann):
    conversation.ticket.reply(ann, text="Yes, it is.")
    conversation.ticket.reply(ann, text="Shall I keep one for you?")
    gone(conversation)
    mail_unread(conversation.pk)
    mail_unread(conversation.pk)
    drain()
    [sent] = mail.outbox
    assert sent.to == ["Dora <dora@customer.example>"]
    assert "Yes, it is." in sent.body
    assert "Shall I keep one for you?" in sent.body
    conversation.ticket.reply(ann, text="It is kept.")
    gone(conversation)
    mail_unread(conversation.pk)
    drain()
    assert "It is kept." in mail.outbox[1].body
    assert "Yes, it is." not in mail.outbox[1].body


def test_nothing_is_mailed_to_who_is_here_or_has_read_it(conversation, ann):
    conversation.ticket.reply(ann, text="Yes, it is.")
    Conversation.objects.update(mail_at=now())
    assert mail_unread(conversation.pk) is None
    gone(conversation)
    conversation.refresh_from_db()
    assert conversation.see(2)
    assert mail_unread(conversation.pk) is None
    drain()
    assert mail.outbox == []


def test_what_is_mailed_does_not_stand_in_the_chat_again(conversation, ann, site):
    conversation.ticket.reply(ann, text="Yes, it is.")
    gone(conversation)
    mail_unread(conversation.pk)
    drain()
    assert [line["text"] for line in site.lines(str(conversation.pk))] == [
        "Is the blue mug in stock?",
        "Yes, it is.",
    ]


def test_his_mail_returns_to_the_same_ticket_and_is_answered_by_mail(conversation, ann, channel, site):
    conversation.ticket.reply(ann, text="Yes, it is.")
    gone(conversation)
    mail_unread(conversation.pk)
    drain()
    [to] = mail.outbox[0].reply_to
    answer = letter("Then I take two.", To=to)
    Parcel.accept(channel, answer.as_bytes(), {"from": "dora@customer.example", "to": [to]})
    drain()
    said = Message.objects.filter(kind="customer").latest("pk")
    assert (said.ticket_id, said.text.strip()) == (conversation.ticket.pk, "Then I take two.")
    assert "stranger" not in said.flags
    ticket = said.ticket
    ticket.refresh_from_db()
    ticket.reply(ann, text="They are yours.", hold=timedelta(0))
    drain()
    assert "dora@customer.example" in mail.outbox[-1].to[0]
    assert "They are yours." in mail.outbox[-1].body
    assert "They are yours." not in str(site.lines(str(conversation.pk))), (
        "whoever typed the address may not be who reads it"
    )


def test_an_address_that_is_merely_said_merges_with_nobody(visitor, conversation, dora, ann):
    conversation.ticket.reply(ann, text="Yes.")
    gone(conversation)
    mail_unread(conversation.pk)
    drain()
    assert conversation.ticket.customer != dora
    assert dora.email == "dora@customer.example"


def test_without_an_address_nothing_is_mailed_until_he_leaves_one(site, channel, ann):
    from channels_inbox.adapters.widget.leaving import left_an_address

    site.arrive()
    visitor = Visitor.objects.get()
    conversation = say(visitor, Said("a", "Hello?")).conversation
    conversation.ticket.reply(ann, text="Hello!")
    gone(conversation)
    assert mail_unread(conversation.pk) is None
    visitor.leave_address("dora@customer.example")
    left_an_address(visitor)
    gone(conversation)
    assert mail_unread(conversation.pk) is not None


def test_who_is_not_answered_and_has_no_address_is_asked_once(site, opened):
    site.arrive()
    bubble = opened(site)
    sent = bubble.sends("Hello?", "a")
    Conversation.objects.update(ask_at=now())
    ask_for_address(sent["conversation"])
    ask_for_address(sent["conversation"])
    asked = [line for line in site.lines(sent["conversation"]) if line.get("ask")]
    assert [line["ask"] for line in asked] == ["email"]
    bubble.says(leave={"email": "dora@customer.example"}, conversation=sent["conversation"])
    assert bubble.hears("left")["left"] == {"email": "dora@customer.example"}
    assert Visitor.objects.get().email == "dora@customer.example"


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d", 5, None, "x" * 400 + "@a.example"])
def test_what_is_no_address_is_refused(site, opened, email):
    site.arrive()
    bubble = opened(site)
    bubble.says(leave={"email": email})
    assert bubble.hears("refused")["refused"]["reason"] == "email"


def test_who_was_answered_is_not_asked(conversation, ann):
    Visitor.objects.update(email="")
    Conversation.objects.update(ask_at=now())
    conversation.ticket.reply(ann, text="Hello!")
    assert ask_for_address(conversation.pk) is None


def test_a_quiet_chat_ends_by_itself_and_begins_again_with_a_word(conversation, visitor):
    tasks.end_quiet()
    conversation.refresh_from_db()
    assert conversation.ended_at is None
    Conversation.objects.update(last_at=now() - timedelta(minutes=61))
    tasks.end_quiet()
    conversation.refresh_from_db()
    assert conversation.ended_by == "idle"
    say(visitor, Said("second", "One more thing", conversation.pk))
    conversation.refresh_from_db()
    assert conversation.ended_at is None


def test_both_sides_end_a_chat(chat, ann, site, client):
    bubble, conversation = chat
    bubble.says(end=str(conversation.pk))
    assert bubble.hears("ended")["ended"]["by"] == "visitor"
    bubble.sends("One more thing", "second", str(conversation.pk))
    client.force_login(ann, backend="agents.backends.AgentBackend")
    client.post(f"/tickets/{conversation.ticket.pk}/visitor/end/")
    assert bubble.hears("ended")["ended"] == {"conversation": str(conversation.pk), "by": "agent"}
    [summary] = site.get("/widget/conversations/").json()["conversations"]
    assert summary["state"] == "ended"


def test_the_chat_ends_when_the_ticket_is_solved(chat, ann):
    bubble, conversation = chat
    conversation.ticket.solve(ann)
    drain()
    assert bubble.hears("ended")["ended"]["by"] == "agent"


def test_the_transcript_goes_to_the_address_that_is_told(conversation, ann, site):
    conversation.ticket.reply(ann, text="Yes, it is.")
    conversation.ticket.note(ann, text="obsidian")
    answer = site.post(f"/widget/conversations/{conversation.pk}/transcript/", {"email": "d@home.example"})
    assert answer.status_code == 204
    drain()
    [sent] = mail.outbox
    assert sent.to == ["d@home.example"]
    assert "Is the blue mug in stock?" in sent.body
    assert "Yes, it is." in sent.body
    assert "obsidian" not in sent.body


def test_a_transcript_is_no_way_to_flood_somebody(conversation, site):
    path = f"/widget/conversations/{conversation.pk}/transcript/"
    codes = [site.post(path, {"email": "victim@customer.example"}).status_code for _ in range(7)]
    assert codes == [204] * 5 + [429] * 2
    assert site.post(path, {"email": "no address"}).status_code in {422, 429}


def test_nobody_else_gets_the_transcript(conversation, another_browser):
    eve = another_browser()
    path = f"/widget/conversations/{conversation.pk}/transcript/"
    assert eve.post(path, {"email": "eve@evil.example"}).status_code == 404


def test_without_a_mailbox_there_is_no_transcript(conversation, channel, admin):
    channel.change(admin, is_active=False)
    conversation.refresh_from_db()
    assert mail_transcript(conversation, "d@home.example") is None


def test_an_erased_customer_leaves_nothing_in_the_chat(visitor, conversation, admin, site, another_browser):
    another_browser(email="dora@customer.example", name="Dora Doe")
    Visitor.objects.update(page="https://shop.example/obsidian", referrer="https://obsidian.example")
    Conversation.objects.update(answers=[["Order", "obsidian"]])
    customer = conversation.ticket.customer
    customer.add_identity("email", "dora@customer.example")
    customer.erase(admin)
    told = [str(vars(one)) for one in [*Visitor.objects.all(), *Conversation.objects.all()]]
    assert not any(word in row for row in told for word in ("obsidian", "dora@", "Doe"))
    assert site.get("/widget/conversations/").status_code == 401


def test_browsers_that_only_passed_by_are_forgotten(visitor, conversation, another_browser):
    another_browser()
    Visitor.objects.update(seen_at=now() - timedelta(days=31))
    tasks.forget_passers_by()
    assert list(Visitor.objects.all()) == [visitor]
