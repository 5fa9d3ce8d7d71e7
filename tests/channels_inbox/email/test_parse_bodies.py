"""What a mail says, whichever of its parts say it."""

import base64

import pytest

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.email.letters import mail, part, parts

ARABIC = "السلام عليكم، لم يصل طلبي حتى الآن وأرجو المساعدة"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


class TestBodies:
    def test_alternatives(self):
        read = parse(parts(part("plain"), part("<p>rich</p>", "text/html"), kind="alternative"))
        assert (read.text, read.html, read.attachments) == ("plain", "<p>rich</p>", [])

    def test_only_html_gives_its_words_too(self):
        read = parse(mail("<p>one</p><p>two</p>", "text/html"))
        assert (read.text, read.html) == ("one\n\ntwo", "<p>one</p><p>two</p>")

    def test_words_around_a_picture_stay_in_order(self):
        picture = part(PNG, "image/png", content_disposition="inline; filename=a.png")
        read = parse(parts(part("above"), picture, part("below")))
        assert read.text == "above\n\nbelow"
        assert [(one.filename, one.inline) for one in read.attachments] == [("a.png", True)]

    def test_inline_pictures_by_content_id(self):
        html = part('<img src="cid:logo@x">', "text/html")
        read = parse(parts(html, part(PNG, "image/png", content_id="<logo@x>"), kind="related"))
        assert [(one.content_id, one.inline, one.filename) for one in read.attachments] == [
            ("logo@x", True, "attachment.png")
        ]

    @pytest.mark.parametrize(
        ("encoding", "body", "words"),
        [
            ("base64", base64.b64encode(ARABIC.encode()), ARABIC),
            ("BASE64 ", base64.b64encode(ARABIC.encode()), ARABIC),
            ("base64", base64.b64encode(b"one ") + b"\r\n" + base64.b64encode(b"two"), "one two"),
            ("base64", base64.b64encode(ARABIC.encode()).rstrip(b"=") + b"!", ARABIC),
            ("base64", b"These words were never encoded at all.", "These words were never encoded at all."),
            ("quoted-printable", b"caf=C3=A9 =\r\nau lait=", "café au lait"),
            ("quoted-printable", b"100=25 =ZZ", "100% =ZZ"),
            ("7bit", b"=D8=A7=D9=84=D8=B3=D9=84=D8=A7=D9=85 =\r\nx", "السلام x"),
            ("8bit", base64.b64encode(ARABIC.encode()), ARABIC),
            ("", base64.encodebytes((ARABIC * 5).encode()), ARABIC * 5),
            ("x-nonsense", b"words", "words"),
            ("x-uuencode", b"begin 644 a\n%:&5L;&\\\n \nend\n", "hello"),
        ],
    )
    def test_transfer_encodings_right_wrong_and_unsaid(self, encoding, body, words):
        assert parse(mail(body, content_transfer_encoding=encoding)).text == words

    def test_a_long_word_is_not_taken_for_base64(self):
        word = "abcd" * 20
        assert parse(mail(word)).text == word

    def test_flowed_text(self):
        body = "This is a \r\nparagraph.\r\n> quoted \r\n> words\r\nmine \r\n-- \r\nDora"
        read = parse(mail(body, "text/plain; format=flowed"))
        assert read.text == "This is a paragraph.\n> quoted words\nmine \n-- \nDora"

    @pytest.mark.parametrize(
        "raw",
        [
            mail(b"--B\r\n\r\nhello\r\n--B--", "multipart/mixed; boundary=OTHER"),
            mail(b"--B\r\n\r\nhello\r\n--B--", "multipart/mixed"),
            mail(b"--B\r\n\r\nhello\r\n--B--", 'multipart/mixed; boundary=""'),
            mail(b"--B\r\n\r\nhello", "multipart/mixed; boundary=B"),
            mail(b"preamble\n--B\n\nhello\n--B--\nepilogue", "multipart/mixed; boundary=B"),
            mail(b"hello", "multipart/mixed; boundary=B"),
            mail(b"hello", "multipart/mixed"),
            mail(b"--B\r\n\r\nhello\r\n--B--", "multipart/mixed; boundary=--B"),
            mail(b"hello", "nonsense"),
            mail(b"hello", "TEXT/PLAIN charset=utf-8"),
            mail(b"hello").replace(b"\r\n", b"\n"),
            mail(b"hello").replace(b"\r\n", b"\r"),
            b"From dora Sun Apr 3 2022\n" + mail(b"hello"),
            b"\r\n\r\n" + mail(b"hello"),
        ],
    )
    def test_boundaries_and_line_ends_of_every_sort(self, raw):
        assert parse(raw).text == "hello"

    def test_nested_boundaries_one_the_beginning_of_the_other(self):
        inner = part(b"--AB\r\n\r\ninner\r\n--AB--", "multipart/alternative; boundary=AB")
        assert parse(parts(inner, part("outer"), boundary="A")).text == "inner\n\nouter"

    def test_a_field_folded_without_its_indent_ends_nothing(self):
        raw = b"Subject: a very long\r\nsubject\r\nFrom: dora@example.org\r\nContent-Type: text/html\r\n\r\n<b>x</b>"
        assert (parse(raw).sender.address, parse(raw).html) == ("dora@example.org", "<b>x</b>")

    def test_a_forgotten_blank_line(self):
        read = parse(b"From: dora@example.org\r\nSubject: x\r\nHello there, it broke.\r\nBye")
        assert (read.subject, read.text) == ("x", "Hello there, it broke.\nBye")

    def test_five_thousand_parts(self):
        read = parse(parts(*[part("x", content_disposition="attachment; filename=a.txt")] * 5_000))
        assert len(read.attachments) == 5_000

    def test_a_thousand_levels_keep_what_is_inside(self):
        raw = b""
        for level in range(1_000):
            raw += b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (level, level)
        assert "deepest" in parse(raw + b"\r\ndeepest").text
