"""What a message to a bot holds: styled words, files of every kind, albums, and what is neither."""

import pytest

from channels_inbox.models import Parcel
from tests.channels_inbox.test_intake import PNG
from tests.drain import drain
from tickets.models import Attachment, Message, Ticket


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
