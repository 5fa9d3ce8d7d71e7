"""What people write to a bot becomes messages on tickets: all of it, once, in order."""

import json

import pytest

from channels_inbox.adapters.telegram import adapter as telegram_adapter
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.models import Channel, Parcel, ParcelState
from channels_inbox.unpacking import unpack
from tests.channels_inbox.test_intake import PNG
from tests.drain import drain
from tests.servers.telegram import DORA
from tickets.models import Message, Ticket

ALI = DORA | {"id": 777, "first_name": "علی", "language_code": "fa"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Coffee lovers"}


def test_a_message_becomes_a_ticket(said, bot):
    said("My grinder does not turn. What can I do?")
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert (ticket.subject, ticket.source, ticket.team) == (
        "My grinder does not turn",
        "telegram",
        bot.channel.team,
    )
    assert (ticket.hold_seconds, ticket.language) == (0, "en")
    assert (ticket.customer.name, message.text) == ("Dora Diaz", "My grinder does not turn. What can I do?")
    assert Parcel.objects.get().state == ParcelState.DONE


def test_what_follows_joins_it(said):
    said("My grinder does not turn")
    said("It is a year old")
    assert Ticket.objects.get().messages.count() == 2


def test_two_people_have_a_ticket_each(said):
    said("One"), said("Two", by=ALI)
    assert {ticket.customer.name for ticket in Ticket.objects.all()} == {"Dora Diaz", "علی Diaz"}


def test_after_a_greeting_the_ticket_is_called_after_what_is_said_then(said):
    said("سلام", by=ALI)
    assert Ticket.objects.get().subject == ""
    said("وقت بخیر", by=ALI)
    said("سفارش من نرسیده است", by=ALI)
    said("شماره‌اش ۴۲ است", by=ALI)
    assert Ticket.objects.get().subject == "سفارش من نرسیده است"


def test_what_an_agent_called_it_stays(said, ann):
    said("hi")
    Ticket.objects.get().set_subject("Grinder", ann)
    said("My lid is broken")
    assert Ticket.objects.get().subject == "Grinder"


@pytest.mark.parametrize("text", ["/start", "/start buy-7", "/start@fanoos_shop_bot"])
def test_pressing_start_makes_no_ticket_and_is_not_kept(said, text):
    said(text)
    assert not Ticket.objects.exists()
    assert bytes(Parcel.objects.get().raw) == b""


def test_pressing_start_is_answered_with_the_greeting_where_one_is_set(said, bot, telegram, monkeypatch):
    asked: list[tuple] = []
    monkeypatch.setattr(telegram_adapter, "enqueue", lambda task, *about: asked.append((task, *about)))
    said("/start")
    bot.change(None, greeting="<b>Hello!</b> What can we do for you?")
    said("/start"), said("/start again"), said("/start", by=ALI)
    for task, *about in asked:
        task(*about)
    sent = [told for method, told in telegram.calls if method == "sendMessage"]
    assert [(told["chat_id"], told["text"]) for told in sent] == [
        (DORA["id"], bot.greeting),
        (ALI["id"], bot.greeting),
    ]
    assert all("parse_mode" not in told for told in sent)
    assert not Ticket.objects.exists()


def test_chatter_in_groups_makes_no_ticket_and_is_not_kept(telegram, arrive):
    telegram.has(message=telegram.message("Where is my order?", chat=GROUP))
    telegram.has(message=telegram.message("", new_chat_members=[telegram.bot], chat=GROUP))
    telegram.has(message=telegram.message("", pinned_message=telegram.message("x")))
    arrive()
    assert not Ticket.objects.exists()
    assert {bytes(parcel.raw) for parcel in Parcel.objects.all()} == {b""}


def test_the_same_update_again_changes_nothing(said, bot, telegram):
    message = said("One")
    for _again in range(2):
        bot.accept(json.dumps({"update_id": 1, "message": message}).encode(), {"message": message})
    drain()
    assert Message.objects.count() == 1


def test_two_bots_may_number_their_messages_alike(said, bot, orders, telegram):
    message = said("One")
    channel = Channel.objects.create(kind="telegram", name="Other", team=orders, address="@other_bot")
    other = Bot(channel=channel)
    other.change(None, token="123:" + "a" * 35, api_url=telegram.url, remote_id=123)
    other.accept(json.dumps({"message": message}).encode(), {"message": message})
    drain()
    assert Message.objects.count() == 2


# In order --------------------------------------------------------------------------------------------------


def test_a_word_does_not_overtake_the_photo_before_it(bot, telegram):
    photo, word = telegram.message(photo=telegram.photo(PNG)), telegram.message("See it?")
    first, second = (
        bot.accept(json.dumps({"message": one}).encode(), {"message": one}) for one in (photo, word)
    )
    unpack(second.pk)
    second.refresh_from_db()
    assert (second.state, second.attempts) == (ParcelState.WAITING, 0)
    assert not Message.objects.exists()
    unpack(first.pk)
    Parcel.objects.update(next_try_at="2026-01-01T00:00Z")
    unpack(second.pk)
    assert [bool(one.text) for one in Message.objects.order_by("number")] == [False, True]


def test_what_fails_holds_nobody_up_for_long(bot, telegram):
    for one in (telegram.message("First"), telegram.message("Second")):
        bot.accept(json.dumps({"message": one}).encode(), {"message": one})
    first, second = Parcel.objects.order_by("pk")
    Parcel.objects.filter(pk=first.pk).update(
        received_at="2026-01-01T00:00Z", next_try_at="2099-01-01T00:00Z"
    )
    unpack(second.pk)
    assert Message.objects.get().text == "Second"


# What is no update of Telegram's ---------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"7", b"null", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_none_is_set_aside_whole(bot, raw):
    bot.accept(raw, None)
    drain()
    assert Parcel.objects.get().state == ParcelState.QUARANTINED


@pytest.mark.parametrize(
    "message",
    [
        {}, [], "x", None, {"chat": 7, "from": 8}, {"chat": {"id": "x", "type": "private"}, "from": {"id": 1}},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "message_id": 1, "text": ["x"], "photo": 7},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1, "first_name": {}}, "message_id": 1, "entities": 3,
         "text": "\ud83d lone", "date": 10**30},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "message_id": 1, "photo": [{}], "poll": {"options": 1},
         "location": {"latitude": "x"}, "contact": {"first_name": 5}, "document": {"file_id": 5}, "sticker": {}},
    ],
)  # fmt: skip
def test_a_message_of_any_shape_ends_well(bot, message):
    bot.accept(json.dumps({"message": message}).encode(), {"message": message})
    drain()
    assert Parcel.objects.get().state in {ParcelState.DONE, ParcelState.QUARANTINED, ParcelState.DISCARDED}
