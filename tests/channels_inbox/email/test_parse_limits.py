"""Mails made to be slow or large to read: two seconds of one core and 256 MB are enough for each."""

import time
import tracemalloc

import pytest

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.email.mutating import check

HEAD = b"From: a@b.example\r\nSubject: x\r\n"
ARABIC = "السلام عليكم، لم يصل طلبي بعد. ".encode("cp1256")


def filled(piece: bytes, size: int) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


def parts(*each: bytes) -> bytes:
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in each)
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + body + b"--B--\r\n"


def text(content_type: bytes, body: bytes, *fields: bytes) -> bytes:
    return (
        HEAD + b"".join(f + b"\r\n" for f in fields) + b"Content-Type: " + content_type + b"\r\n\r\n" + body
    )


MAILS = {
    "comments that never close": lambda: (
        b"From: a@b.example\r\nTo: " + filled(b"(a\\", 90_000) + b"\r\n\r\nhi"
    ),
    "quotes that never close": lambda: b"From: a@b.example\r\nTo: " + filled(b'"\\', 90_000) + b"\r\n\r\nhi",
    "encoded words that never close": lambda: (
        b"From: a@b.example\r\nTo: " + filled(b"=?a?b?x", 90_000) + b"\r\n\r\nhi"
    ),
    "20 MB of tags without a space": lambda: text(b"text/html", filled(b"<table><tr><td>", 20_000_000)),
    "20 MB of base64 in streams of one letter": lambda: text(
        b"text/plain", filled(b"AA==", 20_000_000), b"Content-Transfer-Encoding: base64"
    ),
    "20 MB of plain words in the wrong charset": lambda: text(
        b"text/plain; charset=utf-8", filled(ARABIC, 20_000_000)
    ),
    "5,000 parts in the wrong charset": lambda: parts(
        *[b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>" + ARABIC * 50] * 5_000
    ),
    "5,000 files with long encoded names": lambda: parts(
        *[b"Content-Type: a/b; name*0*=cp1256''" + filled(b"%c7%e1", 1_500) + b"\r\n\r\nhi"] * 5_000
    ),
    "5,000 attached mails with subjects in no charset": lambda: parts(
        *[b"Content-Type: message/rfc822\r\n\r\nSubject: " + ARABIC * 20 + b"\r\n\r\nhi"] * 5_000
    ),
    "5,000 multiparts, one in the other": lambda: (
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000)
        )
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_in_two_seconds(name):
    raw = MAILS[name]()
    began = time.process_time()
    mail = parse(raw)
    took = time.process_time() - began
    check(mail)
    assert took < 2


@pytest.mark.parametrize(
    "name", ["20 MB of plain words in the wrong charset", "5,000 parts in the wrong charset"]
)
def test_it_is_read_in_256_megabytes(name):
    raw = MAILS[name]()
    tracemalloc.start()
    try:
        parse(raw)
        assert tracemalloc.get_traced_memory()[1] < 256 * 2**20
    finally:
        tracemalloc.stop()
