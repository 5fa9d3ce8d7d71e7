"""The demo's small files."""

import struct
import zlib

from helpdesk.demo import drawing


def test_a_picture_is_a_whole_png():
    data = drawing.picture("cups.png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]
    assert len(zlib.decompress(data[41 : 41 + length])) == height * (1 + 3 * width)


def test_the_same_name_gives_the_same_picture_and_others_differ():
    assert drawing.picture("cups.png") == drawing.picture("cups.png")
    assert len({drawing.picture(f"{number}.png") for number in range(40)}) > 4


def test_a_document_is_a_pdf_that_says_its_name():
    data = drawing.document("invoice-MB-42388.pdf")
    assert data.startswith(b"%PDF-1.4")
    assert b"(Invoice mb 42388)" in data
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[start:].startswith(b"xref")
