"""A visitor and an agent talk: at once, once, in order, whatever the connection does."""

import json
import time

import pytest

from channels_inbox.adapters.widget import answering
from channels_inbox.adapters.widget.models import Conversation, Visitor
from channels_inbox.adapters.widget.saying import Said, say
from channels_inbox.models import Envelope, EnvelopeState
from channels_inbox.models.recipient import RecipientState
from events.models import Event, Receipt
from tests.channels_inbox.widget.conftest import Site
from tests.drain import drain
from tickets.models import Delivery, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_becomes_a_ticket_of_the_team(chat, orders):
    _bubble, conversation = chat
    ticket = conversation.ticket
    assert (ticket.team, ticket.source, ticket.hold_seconds) == (orders, "chat", 0)
    assert ticket.subject == "is the blue mug in stock?"
    [message] = ticket.messages.all()
    assert message.text == "Hello, is the blue mug in stock?"
    assert message.customer.identities.get().kind == "visitor"


def test_an_answer_is_in_the_chat_at_once(chat, ann):
    bubble, conversation = chat
    reply = conversation.ticket.reply(ann, text="It is, and <b>blue</b>.")
    frame = bubble.hears("message")  # his own
    if frame["message"]["who"] == "visitor":
        frame = bubble.hears("message")
    said = frame["message"]
    assert (said["number"], said["who"], said["name"], said["text"]) == (
        2,
        "agent",
        "Ann",
        "It is, and <b>blue</b>.",
    )
    drain()
    reply.refresh_from_db()
    assert reply.delivery == Delivery.DELIVERED or reply.delivery == Delivery.SENT
    assert Envelope.objects.outgoing().get().state == "done"


def test_a_chat_is_not_held_back_as_mails_are(chat, ann):
    _bubble, conversation = chat
    for place in range(12):
        conversation.ticket.reply(ann, text=f"Line {place}")
    drain()
    assert not conversation.ticket.messages.filter(delivery=Delivery.FAILED).exists()


def test_what_is_sent_twice_is_one_message(chat):
    bubble, conversation = chat
    once = bubble.sends("And the green one?", "second", str(conversation.pk))
    twice = bubble.sends("And the green one?", "second", str(conversation.pk))
    assert once == twice
    assert conversation.ticket.messages.count() == 2


def test_the_beginning_that_is_sent_twice_is_one_conversation(chat):
    bubble, conversation = chat
    again = bubble.sends("Hello, is the blue mug in stock?", "first")
    assert (again["conversation"], again["number"]) == (str(conversation.pk), 1)
    assert Ticket.objects.count() == Conversation.objects.count() == 1


def test_nothing_is_lost_or_doubled_when_the_socket_drops_ten_times(site, opened, ann, settings):
    settings.WIDGET_LIMITS_OFF = True
    site.arrive()
    bubble = opened(site)
    conversation = bubble.sends("Message 0", "m0")["conversation"]
    ticket = Ticket.objects.get()
    numbers = [1]
    for place in range(1, 11):
        # The connection is cut after the message left and before its receipt came.
        bubble.says(send={"client_id": f"m{place}", "conversation": conversation, "text": f"Message {place}"})
        bubble.socket.socket.close()
        ticket.reply(ann, text=f"Answer {place}")
        bubble = opened(site, conversation=conversation, last=max(numbers))
        bubble.sends(f"Message {place}", f"m{place}", conversation)
        numbers += [line["number"] for line in site.lines(conversation, f"?after={max(numbers)}")]
    assert numbers == list(range(1, 22))
    texts = [line["text"] for line in site.lines(conversation)]
    assert sorted(texts) == sorted(
        [f"Message {n}" for n in range(11)] + [f"Answer {n}" for n in range(1, 11)]
    )
    own = [text for text in texts if text.startswith("Message")]
    assert own == [f"Message {n}" for n in range(11)]


def test_the_gap_is_filled_in_order_before_anything_new(site, opened, ann):
    site.arrive()
    bubble = opened(site)
    conversation = bubble.sends("Hello?", "m0")["conversation"]
    bubble.socket.close()
    for place in range(5):
        Ticket.objects.get().reply(ann, text=f"Answer {place}")
    bubble = opened(site, conversation=conversation, last=1)
    frames = [frame["message"]["number"] for frame in bubble.everything() if "message" in frame]
    assert frames == [2, 3, 4, 5, 6]


def test_all_pages_of_a_visitor_hear_the_same(site, opened, ann):
    site.arrive()
    here, there = opened(site), opened(site)
    here.sends("Hello?", "m0")
    assert there.hears("message")["message"]["client_id"] == "m0"


def test_another_visitor_hears_and_reads_nothing(chat, opened, another_browser, ann):
    _bubble, conversation = chat
    eve = another_browser()
    eavesdropping = opened(eve, conversation=str(conversation.pk), last=0)
    conversation.ticket.reply(ann, text="The word is obsidian.")
    assert "obsidian" not in json.dumps(eavesdropping.everything())
    assert eve.get(f"/widget/conversations/{conversation.pk}/messages/").status_code == 404
    eavesdropping.says(send={"client_id": "x", "conversation": str(conversation.pk), "text": "Let me in"})
    assert eavesdropping.hears("refused")["refused"]["reason"] == "conversation"


def test_notes_are_never_shown(chat, ann, site):
    bubble, conversation = chat
    conversation.ticket.note(ann, text="The word is obsidian.")
    assert "obsidian" not in json.dumps(bubble.everything())
    assert "obsidian" not in json.dumps(site.lines(str(conversation.pk)))


def test_a_deleted_answer_is_deleted_in_the_chat(chat, ann, site):
    bubble, conversation = chat
    reply = conversation.ticket.reply(ann, text="The word is obsidian.")
    reply.redact(ann)
    changed = bubble.hears("changed")["changed"]
    assert (changed["number"], changed["deleted"], changed["text"]) == (2, True, "")
    assert "obsidian" not in json.dumps(site.lines(str(conversation.pk)))


def test_typing_both_ways_and_never_of_a_note(chat, ann, site):
    from events.live import Letter, publish

    bubble, conversation = chat
    bubble.everything()
    name = {"viewer": ann.pk, "name": "Ann", "ticket": conversation.ticket.pk, "here": True, "hello": False}
    publish(Letter.of([f"ticket.{conversation.ticket.pk}"], {**name, "typing": True, "reply": False}))
    assert bubble.everything() == []
    publish(Letter.of([f"ticket.{conversation.ticket.pk}"], {**name, "typing": True, "reply": True}))
    assert bubble.hears("typing")["typing"] == {"name": "Ann", "picture": None}


def test_seen_both_ways(chat, ann):
    bubble, conversation = chat
    conversation.ticket.read_by(ann)
    assert bubble.hears("seen")["seen"] == 1
    conversation.ticket.reply(ann, text="Yes.")
    bubble.hears("message")
    bubble.says(seen=2, conversation=str(conversation.pk))
    bubble.says(ping=1)
    bubble.hears("pong")
    conversation.refresh_from_db()
    assert conversation.seen_number == 2


def test_one_page_costs_as_many_queries_however_long_it_is(chat, ann, site, django_assert_num_queries):
    _bubble, conversation = chat
    for place in range(10):
        conversation.ticket.reply(ann, text=f"Answer {place}")
    with django_assert_num_queries(4):
        assert len(site.lines(str(conversation.pk))) == 11


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, None, 5, ["x"]])
def test_what_is_no_message_is_refused(site, opened, text):
    site.arrive()
    bubble = opened(site)
    bubble.says(send={"client_id": "a", "conversation": None, "text": text})
    assert bubble.hears("refused")["refused"]["reason"] == "text"
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "said",
    ["", "[]", "nonsense", "1", '{"hello": []}', '{"send": 5}', '{"seen": "x"}', '{"end": {}}', "[" * 5000],
)
def test_nonsense_ends_nothing(site, opened, said):
    site.arrive()
    bubble = opened(site)
    bubble.socket.send(said)
    bubble.says(ping=1)
    assert bubble.hears("pong")


def test_who_says_no_hello_is_closed(site, opened, monkeypatch):
    monkeypatch.setattr("channels_inbox.adapters.widget.sockets.HELLO_SECONDS", 0.5)
    assert opened(site, hello=False).close_code() == 4408


def test_a_hello_in_time_is_answered_by_a_slow_server_too(site, opened, monkeypatch):
    monkeypatch.setattr("channels_inbox.adapters.widget.sockets.HELLO_SECONDS", 0.5)
    summaries = answering.summaries
    monkeypatch.setattr(answering, "summaries", lambda own: time.sleep(1) or summaries(own))
    site.arrive()
    opened(site).says(ping=1)


def test_an_unknown_token_is_closed(site, opened):
    bubble = opened(site, hello=False)
    bubble.says(hello={"token": "guessed"})
    assert bubble.close_code() == 4401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://shop.example", "https://shop.example.evil.example"]
)
def test_the_page_of_another_site_opens_no_socket(site, opened, origin):
    site.arrive()
    assert opened(site, hello=False, origin=origin).close_code() == 4403


def test_a_token_of_another_widget_is_unknown(site, opened, admin, repairs):
    from channels_inbox.adapters.widget.models import Widget

    site.arrive()
    other = Site(Widget.connect(admin, name="Other", team=repairs, origins=[site.origin]))
    other.token = site.token
    bubble = opened(other, hello=False)
    bubble.says(hello={"token": site.token})
    assert bubble.close_code() == 4401


def test_a_word_costs_as_many_queries_however_long_the_chat_is(
    chat, ann, settings, django_assert_max_num_queries
):
    _bubble, conversation = chat
    for place in range(10):
        conversation.ticket.reply(ann, text=f"Answer {place}")
    visitor = Visitor.objects.select_related("channel__widget", "channel__team").get()
    with django_assert_max_num_queries(17):
        say(visitor, Said("next", "Is it blue?", conversation.pk))


def test_an_answer_is_delivered_when_it_is_written(chat, ann):
    _bubble, conversation = chat
    message = conversation.ticket.reply(ann, text="It comes today.")
    message.refresh_from_db()
    envelope = message.envelopes.get()
    states = (message.delivery, envelope.state, envelope.recipients.get().state)
    assert states == (Delivery.SENT, EnvelopeState.DONE, RecipientState.SENT)
    assert not Receipt.objects.filter(subscriber__endswith="post_it").exists()
    told = Event.objects.of_ticket(conversation.ticket.pk).values_list("kind", flat=True)
    assert list(told)[-3:] == ["reply.written", "reply.delivered", "ticket.status_changed"]


def test_what_is_said_makes_no_task(chat):
    bubble, conversation = chat
    bubble.sends("And is it big?", "second", str(conversation.pk))
    assert conversation.ticket.messages.count() == 2
    assert not Receipt.objects.filter(event__kind="message.received").exists()
