"""What people write to a bot becomes messages on tickets: all of it, once, in order."""

import json

import pytest

from channels_inbox.adapters.telegram import adapter as telegram_adapter
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.models import Channel, Parcel, ParcelState
from channels_inbox.unpacking import unpack
from customers.models import Customer
from tests.channels_inbox.test_intake import PNG
from tests.drain import drain
from tests.servers.telegram import DORA
from tickets.models import Attachment, Message, Status, Ticket

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


# What it holds ---------------------------------------------------------------------------------------------


def test_words_keep_their_styles_and_their_links(said):
    entities = [
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://shop.example/a"},
        {"type": "bold", "offset": -1, "length": 99999},
    ]
    said("😀 bold here", entities=entities)
    message = Message.objects.get()
    assert message.text == "😀 bold here (https://shop.example/a)"


def test_styles_are_html_and_nothing_else_is(said):
    said("a <b>c</b> d", entities=[{"type": "italic", "offset": 0, "length": 1}])
    assert Message.objects.get().html == "<i>a</i> &lt;b&gt;c&lt;/b&gt; d"


def test_overlapping_styles_lose_no_letter(said):
    marks = [{"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 2, "length": 4}]
    said("abcdefgh", entities=marks)
    assert (
        "".join(part.partition(">")[2] for part in f">{Message.objects.get().html}".split("<")) == "abcdefgh"
    )


def test_a_photo_is_had_in_its_largest_size(said, telegram):
    said(photo=telegram.photo(PNG), caption="This lid")
    message, file = Message.objects.get(), Attachment.objects.get()
    assert (message.text, file.name, file.content_type) == ("This lid", "photo.jpg", "image/jpeg")
    assert file.blob.open().read() == PNG
    assert Ticket.objects.get().subject == "This lid"


@pytest.mark.parametrize(
    ("kind", "facts", "name"),
    [
        ("document", {"file_name": "bill.pdf", "mime_type": "application/pdf"}, "bill.pdf"),
        ("document", {"file_name": "../../etc/passwd\u202e.pdf"}, None),
        ("voice", {"duration": 2, "mime_type": "audio/ogg"}, "voice.ogg"),
        ("video", {"duration": 2, "width": 1, "height": 1}, "video.mp4"),
        ("video_note", {"duration": 2, "length": 1}, "video.mp4"),
        ("audio", {"duration": 2, "file_name": "song.mp3"}, "song.mp3"),
        ("sticker", {"emoji": "😀", "is_animated": False, "is_video": False}, "sticker.webp"),
    ],
)
def test_files_of_every_kind_come_along(said, telegram, kind, facts, name):
    said(**{kind: telegram.file(b"content", **facts)})
    file = Attachment.objects.get()
    assert file.blob.open().read() == b"content"
    assert name in {file.name, None}
    assert "/" not in file.name
    assert "\u202e" not in file.name


def test_what_is_no_file_is_told_in_words(said):
    said(location={"latitude": 35.689197, "longitude": 51.388974})
    said(contact={"first_name": "Sara", "phone_number": "+98912000111"})
    said(venue={"title": "Shop", "address": "Main St", "location": {"latitude": 1, "longitude": 2}})
    said(dice={"emoji": "🎲", "value": 5})
    said(sticker={"emoji": "😀", "file_id": "x", "is_animated": True})
    texts = list(Message.objects.order_by("pk").values_list("text", flat=True))
    assert texts[0].startswith("📍 35.689197,51.388974\nhttps://")
    assert texts[1:2] + texts[3:] == ["👤 Sara\n+98912000111", "🎲 5", "😀"]
    assert texts[2].startswith("📍 Shop, Main St\n1.000000,2.000000")


def test_what_cannot_be_shown_says_so(said):
    said(story={"id": 1})
    assert "cannot be shown" in Message.objects.get().text


def test_what_it_answers_is_folded_below_it(said, telegram):
    said("Yes, that one", reply_to_message=telegram.message("Do you mean the red one?"))
    message = Message.objects.get()
    assert (message.new_text, message.quoted) == ("Yes, that one", "> Do you mean the red one?")


def test_a_file_too_large_for_bots_leaves_a_word(said, telegram):
    said(caption="See", video=telegram.file(b"x", file_name="long.mov") | {"file_size": 2_000_000_000})
    assert Message.objects.get().text == "See\n(The file long.mov could not be fetched.)"
    assert not Attachment.objects.exists()


def test_a_file_that_says_nothing_of_its_size_is_cut_off(said, telegram, settings):
    settings.ATTACHMENT_MAX_BYTES = 1000
    huge = telegram.file(b"x" * 5000, file_name="big.bin")
    del huge["file_size"]
    telegram.do_getFile = lambda said: {"file_path": f"files/{said['file_id']}"}
    said(document=huge)
    assert "could not be fetched" in Message.objects.get().text


def test_telegram_that_fails_for_a_moment_loses_nothing(said, telegram):
    telegram.verdict = lambda method, said: (502, "Bad Gateway", {}) if method == "getFile" else None
    said(photo=telegram.photo(PNG))
    assert not Message.objects.exists()
    telegram.verdict = lambda method, said: None
    Parcel.objects.update(next_try_at="2026-01-01T00:00Z")
    drain()
    assert Attachment.objects.get().blob.open().read() == PNG


def test_an_album_is_one_message(telegram, arrive):
    for content in (PNG, PNG + b"1", PNG + b"2"):
        caption = {"caption": "All of them"} if content == PNG else {}
        telegram.writes(photo=telegram.photo(content), media_group_id="1337", **caption)
    telegram.writes("And a word")
    arrive()
    album, word = Message.objects.order_by("number")
    assert (album.text, word.text) == ("All of them", "And a word")
    assert [file.blob.open().read()[len(PNG) :] for file in album.attachments.order_by("pk")] == [
        b"",
        b"1",
        b"2",
    ]
    assert set(Parcel.objects.values_list("message", flat=True)) == {album.pk, word.pk}


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


# Changed ---------------------------------------------------------------------------------------------------


def test_a_change_stands_on_the_message_and_the_old_words_are_kept(said, telegram, arrive, ann):
    message = said("My order is 41")
    said("Please hurry")
    telegram.edits(message, text="My order is 42")
    arrive()
    first = Message.objects.order_by("number").first()
    assert (first.text, [one["text"] for one in first.earlier]) == ("My order is 42", ["My order is 41"])
    assert Message.objects.count() == 2
    assert "42" in first.search_text


def test_a_change_opens_what_was_solved(said, telegram, arrive, ann):
    message = said("All is well")
    ticket = Ticket.objects.get()
    ticket.solve(ann)
    telegram.edits(message, text="Nothing is well")
    arrive()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.unread) == (Status.OPEN, True)


def test_a_change_told_twice_is_one(said, telegram, arrive):
    message = said("One")
    changed = telegram.edits(message, text="Two")
    telegram.has(edited_message=changed)
    arrive()
    assert len(Message.objects.get().earlier) == 1


def test_a_changed_caption_brings_no_file_twice(said, telegram, arrive):
    message = said(photo=telegram.photo(PNG), caption="Lid")
    telegram.edits(message, caption="A lid")
    arrive()
    assert Attachment.objects.count() == 1


def test_a_change_brings_back_nothing_that_was_erased(said, telegram, arrive, admin):
    message = said("My password is teapot")
    Message.objects.get().redact(admin)
    telegram.edits(message, text="My password is obsidian")
    arrive()
    erased = Message.objects.get()
    assert (erased.text, erased.earlier) == ("", [])


def test_erasing_takes_the_earlier_words_too(said, telegram, arrive, admin):
    message = said("My password is teapot")
    telegram.edits(message, text="Never mind")
    arrive()
    Message.objects.get().redact(admin)
    drain()
    assert Message.objects.get().earlier == []
    assert all(b"teapot" not in bytes(parcel.raw) for parcel in Parcel.objects.all())


def test_a_change_of_what_never_came_is_a_message(telegram, arrive):
    telegram.edits(telegram.message("Old"), text="New")
    arrive()
    assert Message.objects.get().text == "New"


def test_an_erased_customer_leaves_nothing(said, admin):
    said("My name is obsidian")
    customer = Customer.objects.get()
    customer.erase(admin)
    drain()
    assert all(b"obsidian" not in bytes(parcel.raw) for parcel in Parcel.objects.all())


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
