"""Attack: a few kilobytes that grow to gigabytes when they are opened: zip and gzip bombs, a winmail.dat that says
it is huge, mails within mails. What is attached is kept as it came and opened by nobody; what is read has an end."""

import gzip
import io
import resource
import struct
import time
import zipfile

import pytest

from channels_inbox.adapters.email.parse import parse
from channels_inbox.adapters.email.rtf import LONGEST, compressed_rtf_text
from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Attachment

ZEROS = 100_000_000


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros.txt", "w") as file:
            for _ in range(100):
                file.write(bytes(ZEROS // 100))
        archive.writestr("../../etc/passwd", "x")
    return made.getvalue()


BOMBS = {
    "zip": (zipped, "application", "zip", "photos.zip"),
    "gzip": (lambda: gzip.compress(bytes(ZEROS)), "application", "gzip", "log.gz"),
    "gzip as text": (lambda: gzip.compress(bytes(ZEROS)), "text", "plain", "a.txt"),
    "xml of entities": (
        lambda: (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]><x>&j;</x>"
        ),
        "application",
        "xml",
        "a.xml",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_it_is_kept_as_it_came_and_never_opened(channel, bomb):
    make, main, sub, name = BOMBS[bomb]
    data = make()
    mail = letter()
    mail.add_attachment(data, main, sub, filename=name) if main != "text" else mail.add_attachment(
        data, "application", "octet-stream", filename=name
    )
    began, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]}).pk)
    assert time.process_time() - began < 3
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) * 1024 < ZEROS / 2
    with Attachment.objects.get().blob.open() as file:
        assert file.read() == data


def test_a_rich_text_that_says_it_is_huge_ends():
    # Each pair of bytes repeats seventeen that were there before (MS-OXRTFCP, 2.2.1.4).
    run = bytes([0xFF]) + struct.pack(">H", (200 << 4) | 15) * 8
    data = struct.pack("<IIII", 0, 2**32 - 1, 0x75465A4C, 0) + run * 300_000
    began = time.process_time()
    assert len(compressed_rtf_text(data)) <= LONGEST
    assert time.process_time() - began < 2


def test_mails_within_mails_end():
    raw = b"From: eve@evil.example\r\nSubject: x\r\n\r\nthe innermost"
    for _ in range(2_000):
        raw = b"From: eve@evil.example\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    began = time.process_time()
    parse(raw)
    assert time.process_time() - began < 2
