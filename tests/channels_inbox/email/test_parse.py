"""Reading mails as the world writes them."""

import base64
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from channels_inbox.adapters.email.parse import Address, parse
from tests.channels_inbox.email.letters import mail

ARABIC = "السلام عليكم، لم يصل طلبي حتى الآن وأرجو المساعدة"
PERSIAN = "سلام، سفارش من هنوز به دستم نرسیده است"


def test_a_plain_mail():
    read = parse(
        mail("Where is it?\r\n", cc="Ann <ann@example.com>", in_reply_to="<0@x>", references="<a@x> <0@x>")
    )
    assert read.sender == Address("dora@example.org", "Dora")
    assert (read.to, read.cc) == ([Address("care@example.com")], [Address("ann@example.com", "Ann")])
    assert (read.subject, read.text, read.html, read.attachments) == ("Order", "Where is it?", "", [])
    assert (read.message_id, read.in_reply_to, read.references) == ("1@example.org", "0@x", ["a@x", "0@x"])
    assert read.sent_at == datetime(2022, 4, 3, 11, 48, 20, tzinfo=timezone(timedelta(hours=3)))
    assert read.automatic is False


class TestSubjects:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("=?utf-8?B?2KfZhNiz2YTYp9mF?= =?utf-8?B?INi52YTZitmD2YU=?=", "السلام عليكم"),
            ("=?UTF-8?Q?=D8=A7=D9?=\r\n =?UTF-8?Q?=84?= x", "ال x"),
            ("=?utf-8?B?2KfZhNiz2YTY?=\r\n\t=?utf-8?B?p9mF?=", "السلام"),
            ("=?utf-8?B?2KfZhNiz2YTY=?= =?utf-8?B?p9mF?=", "السلام"),
            ("=?utf-8?Q?hello world?=", "hello world"),
            ("=?utf-8?Q?half", "half"),
            ("=?windows-1256?Q?=C7=E1=D3=E1=C7=E3?=", "السلام"),
            ("=?utf-8?Q?=C7=E1=D3=E1=C7=E3_=DA=E1=ED=DF=E3?=", "السلام عليكم"),
            ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
            ("=?gb2312?B?xOO6ww==?=", "你好"),
            ("=?utf-8?B?PT91dGYtOD9RP2hpPz0=?=", "hi"),
            ("=?nonsense?Q?caf=E9?=", "café"),
            ("Re: =?utf-8?q?a?=: b =?utf-8?q?c?=", "Re: a: b c"),
            ("=?utf-8?q?a=0D=0ABcc:_eve@evil.example?=", "a Bcc: eve@evil.example"),
            ("=?utf-8?q?nul=00?=", "nul"),
            ("folded\r\n  over\r\n\tlines", "folded over lines"),
            ("100% =?= ?", "100% =?= ?"),
            ("سلام", "سلام"),
            ("", ""),
        ],
    )
    def test_encoded_words(self, written, read):
        assert parse(mail(subject=written)).subject == read

    def test_bare_bytes(self):
        assert parse(mail(subject=ARABIC.encode("cp1256"))).subject == ARABIC

    def test_no_subject(self):
        assert parse(mail(subject=None)).subject == ""


class TestCharsets:
    SAMPLES = {
        "windows-1256": ARABIC,
        "iso-8859-6": ARABIC.replace("،", ""),
        "utf-8": PERSIAN,
        "koi8-r": "Здравствуйте, мой заказ не пришёл, помогите пожалуйста",
        "windows-1251": "Здравствуйте, мой заказ не пришёл, помогите пожалуйста",
        "gb2312": "您好，我的订单还没有收到，请问什么时候可以发货？谢谢",
        "big5": "您好，我的訂單還沒有收到，請問什麼時候可以發貨？謝謝",
        "shift_jis": "こんにちは、注文した商品がまだ届いていません。",
        "euc-jp": "こんにちは、注文した商品がまだ届いていません。",
        "iso-2022-jp": "こんにちは、注文した商品がまだ届いていません。",
        "euc-kr": "안녕하세요, 주문한 상품이 아직 도착하지 않았습니다.",
        "windows-1252": "Bonjour, ma commande n’est pas arrivée à l’adresse prévue",
        "windows-1253": "Καλημέρα, η παραγγελία μου δεν έφτασε",
        "windows-1255": "שלום, ההזמנה שלי לא הגיעה",
        "windows-874": "สวัสดีครับ ยังไม่ได้รับสินค้า",
    }

    @pytest.mark.parametrize("charset", SAMPLES)
    @pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1", "us-ascii", "x-unknown", "the right one"])
    def test_right_whatever_the_label(self, charset, label):
        words = self.SAMPLES[charset]
        codec = {"windows-874": "cp874"}.get(charset, charset)
        label = charset if label == "the right one" else label
        kind = f"text/plain; charset={label}" if label else "text/plain"
        assert parse(mail(words.encode(codec), kind)).text == words

    def test_utf_7(self):
        assert parse(mail(b"+BicGRAYz-", "text/plain; charset=utf-7")).text == "الس"

    def test_utf_16_without_a_mark(self):
        assert parse(mail(ARABIC.encode("utf-16-le"), "text/plain; charset=utf-16-le")).text == ARABIC

    def test_a_letter_cut_in_the_middle_spoils_nothing_else(self):
        assert parse(mail(ARABIC.encode()[:-1])).text.startswith(ARABIC[:-1])

    def test_nul_bytes_go(self):
        assert parse(mail(b"a\0b", subject=b"x\0y")).text == "ab"


class TestAddresses:
    @pytest.mark.parametrize(
        ("written", "address", "name"),
        [
            ("Dora <dora@EXAMPLE.org>", "dora@example.org", "Dora"),
            ('"Doe, Dora" <dora@example.org>', "dora@example.org", "Doe, Dora"),
            ("=?utf-8?q?Doe,_Dora?= <dora@example.org>", "dora@example.org", "Doe, Dora"),
            ('"=?utf-8?B?2YXZhtmJ?=" <mona@example.org>', "mona@example.org", "منى"),
            ("dora@example.org (Dora Doe)", "dora@example.org", "Dora Doe"),
            ("<dora@example.org", "dora@example.org", ""),
            ("Dora dora@example.org", "dora@example.org", "Dora"),
            ("mailto:dora@example.org", "dora@example.org", ""),
            ('"unclosed <dora@example.org>', "dora@example.org", "unclosed"),
            ("<@relay.example,@b.example:dora@example.org>", "dora@example.org", ""),
            ("dora@example.org <eve@evil.example>", "eve@evil.example", "dora@example.org"),
            ('"dora@example.org" <eve@evil.example>', "eve@evil.example", "dora@example.org"),
            ("=?utf-8?q?ann=40example.com?= <eve@evil.example>", "eve@evil.example", "ann@example.com"),
            ("=?utf-8?q?ann=40example.com=3E?= <eve@evil.example>", "eve@evil.example", "ann@example.com"),
            ("=?utf-8?q?x=00ann=40example.com?=@evil.example", "", None),
            ("Dora\u202egro.elpmaxe\u202c <dora@example.org>", "dora@example.org", "Doragro.elpmaxe"),
            ("dora@münchen.example", "dora@münchen.example", ""),
            ("Dora", "", "Dora"),
            ("", "", ""),
        ],
    )
    def test_sender(self, written, address, name):
        read = parse(mail(**{"from": written})).sender
        assert read.address == address or (not address and "ann@" not in read.address)
        assert name is None or read.name == name

    def test_groups_and_separators(self):
        read = parse(
            mail(to="Team: a@x.example, B <b@x.example>; c@x.example; undisclosed-recipients:;, a@X.example")
        )
        assert [one.address for one in read.to] == ["a@x.example", "b@x.example", "c@x.example"]

    def test_a_missing_from_is_lent_an_address(self):
        assert (
            parse(mail(**{"from": None, "return_path": "<dora@example.org>"})).sender.address
            == "dora@example.org"
        )

    def test_several_fields_of_one_name_are_all_read(self):
        raw = b"Cc: a@x.example\r\nCc: b@x.example\r\n" + mail("x")
        assert [one.address for one in parse(raw).cc] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Sun, 3 Apr 2022 11:48:20 +0300", datetime(2022, 4, 3, 8, 48, 20, tzinfo=UTC)),
        ("3 Apr 2022 11:48:20", datetime(2022, 4, 3, 11, 48, 20, tzinfo=UTC)),
        ("2022-04-03T11:48:20Z", datetime(2022, 4, 3, 11, 48, 20, tzinfo=UTC)),
        ("2022-04-03 11:48:20 +0200", datetime(2022, 4, 3, 9, 48, 20, tzinfo=UTC)),
        ("03.04.2022 11:48", datetime(2022, 4, 3, 11, 48, tzinfo=UTC)),
        ("dim., 3 avril 2022 11:48:20 +0200", datetime(2022, 4, 3, 9, 48, 20, tzinfo=UTC)),
        ("٣ أبريل ٢٠٢٢ 11:48", datetime(2022, 4, 3, 11, 48, tzinfo=UTC)),
        ("Sun, 3 Apr 2022 11:48:60 +0000", datetime(2022, 4, 3, 11, 48, 59, tzinfo=UTC)),
        ("Sun, 3 Apr 2022 11:48:20 +9999", datetime(2022, 4, 3, 11, 48, 20, tzinfo=UTC)),
        ("Sun, 35 Apr 2022 11:48:20 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(written, moment):
    assert parse(mail(date=written)).sent_at == moment


@pytest.mark.parametrize(
    ("fields", "automatic"),
    [
        ({"auto_submitted": "auto-replied"}, True),
        ({"auto_submitted": "auto-generated; type=x"}, True),
        ({"auto_submitted": "no"}, False),
        ({"precedence": "Bulk"}, True),
        ({"precedence": "first-class"}, False),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, True),
        ({"x_auto_response_suppress": "DR"}, False),
        ({"x_autoreply": "yes"}, True),
        ({"return_path": "<>"}, True),
        ({"return_path": "<dora@example.org>"}, False),
        ({"from": "MAILER-DAEMON@example.org"}, True),
        ({"content_type": "multipart/report; boundary=B"}, True),
        ({}, False),
    ],
)
def test_automatic_mails(fields, automatic):
    assert parse(mail("x", **fields)).automatic is automatic


class TestDigest:
    def test_the_same_mail_by_another_way_is_the_same(self):
        one = mail("hello\r\n")
        other = b"Received: from x\r\nDelivered-To: y\r\n" + one.replace(b"\r\n", b"\n") + b"\n"
        assert parse(one).body_digest == parse(other).body_digest

    @pytest.mark.parametrize(
        "other", [mail("other"), mail("hello", subject="x"), mail("hello", **{"from": "eve@evil.example"})]
    )
    def test_other_content_is_another(self, other):
        assert parse(mail("hello")).body_digest != parse(other).body_digest


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@x> <b@x>", ["a@x", "b@x"]),
        ("<a@x>,\r\n\t<b@x>\r\n <a@x>", ["a@x", "b@x"]),
        ("a@x", ["a@x"]),
        ("<no-at-sign>", ["no-at-sign"]),
        ("", []),
    ],
)
def test_references(written, ids):
    assert parse(mail(references=written)).references == ids


@pytest.mark.parametrize(
    "raw",
    [
        mail("hello world this is a line of words\r\n" * 500_000),
        mail((ARABIC + "\r\n").encode("cp1256") * 350_000),
        mail("<p>hello <b>x</b></p>\r\n" * 800_000, "text/html"),
        mail(b"a\n" * 9_000_000),
        mail(
            base64.encodebytes(b"%PDF" + b"x" * 14_000_000),
            "application/pdf",
            content_transfer_encoding="base64",
        ),
        b"A: b\n" * 3_000_000,
        mail(b"--B\r\n" * 3_000_000, "multipart/mixed; boundary=B"),
        mail(to="@:" * 50_000, **{"from": "(" * 100_000}),
        mail(subject="=?utf-8?Q?a?= " * 100_000, references="<" * 100_000),
    ],
    ids=[
        "words",
        "mislabelled",
        "html",
        "short lines",
        "file",
        "fields",
        "boundaries",
        "addresses",
        "encoded words",
    ],
)
def test_twenty_megabytes_in_two_seconds(raw):
    start = time.process_time()
    parse(raw)
    assert time.process_time() - start < 2


def test_loading_the_parser_needs_no_framework():
    source = re.findall(
        r"^from (\S+)|^import (\S+)", Path(parse.__code__.co_filename).read_text(), re.MULTILINE
    )
    assert not any("django" in one or "models" in one for pair in source for one in pair)
