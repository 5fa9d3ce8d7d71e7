"""The demo's small files."""

import struct
import zlib

from helpdesk.demo import drawing
from helpdesk.demo.products import THINGS
from helpdesk.demo.story import conversations


def test_a_picture_is_a_whole_png():
    data = drawing.picture("cups.png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]
    assert len(zlib.decompress(data[41 : 41 + length])) == height * (1 + 3 * width)


def test_the_same_name_gives_the_same_picture_and_others_differ():
    assert drawing.picture("cups.png") == drawing.picture("cups.png")
    assert len({drawing.picture(f"{number}.png") for number in range(40)}) > 4


def test_a_picture_shows_what_its_name_says():
    seen = {
        name: drawing.picture(f"{name}.png") for name in ("grinder", "kettle", "scale", "beans", "box", "cup")
    }
    assert len(set(seen.values())) == len(seen)
    words = [file.name for story in conversations() for line in story.lines for file in line.files]
    unknown = [name for name in words if name.endswith(".png") and not any(thing in name for thing in THINGS)]
    assert unknown == []


def test_a_document_is_a_pdf_that_says_its_name():
    data = drawing.document("invoice-MB-42388.pdf")
    assert data.startswith(b"%PDF-1.4")
    assert b"(Invoice mb 42388)" in data
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[start:].startswith(b"xref")
