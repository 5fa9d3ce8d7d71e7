"""Small files for the demo's attachments, made here so that the repository carries no binaries."""

import random
import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 360, 240
SCENES = 8
Colour = tuple[float, ...]

TABLES: list[Colour] = [
    (139, 101, 66),
    (92, 84, 79),
    (196, 178, 150),
    (70, 60, 54),
    (168, 132, 96),
    (216, 210, 200),
]
CUPS: list[Colour] = [
    (240, 236, 228),
    (52, 58, 66),
    (104, 116, 78),
    (206, 186, 150),
    (186, 92, 70),
    (92, 122, 140),
]


def picture(name: str) -> bytes:
    """A PNG that passes for a phone's photo of a coffee table, one of a few; the same name gives the same."""
    return _scene((zlib.crc32(name.encode()) >> 8) % SCENES)


@cache
def _scene(number: int) -> bytes:
    chance = random.Random(number)
    rows = _table(chance)
    for _ in range(chance.choice([1, 1, 2])):
        _cup(rows, chance)
    return _png(rows)


def document(name: str) -> bytes:
    """A one-page PDF with its own name as the heading."""
    title = name.rsplit(".", 1)[0].replace("-", " ").capitalize()
    chance = random.Random(name)
    sums = [chance.choice([29, 45, 95, 210, 285, 295, 440, 1690]) * chance.randint(1, 4) for _ in range(3)]
    lines = [
        f"Item {number}  ....................  {amount:>8,}.00 AED" for number, amount in enumerate(sums, 1)
    ]
    text = [
        "BT /F1 22 Tf 60 760 Td (Mihbaj) Tj /F1 14 Tf 0 -40 Td",
        f"({_escaped(title)}) Tj /F2 10 Tf 0 -14 Td",
    ]
    text += [
        f"0 -18 Td ({line}) Tj" for line in [*lines, f"Total   ....................  {sum(sums):>8,}.00 AED"]
    ]
    return _pdf(" ".join([*text, "ET"]).encode("latin-1", "replace"))


def _table(chance: random.Random) -> list[bytearray]:
    base = chance.choice(TABLES)
    rows = []
    for y in range(HEIGHT):
        light = 1.12 - 0.3 * y / HEIGHT + chance.uniform(-0.025, 0.025)
        rows.append(bytearray(_pixel(base, light) * WIDTH))
    return rows


def _cup(rows: list[bytearray], chance: random.Random) -> None:
    x, y, size = chance.randint(110, 250), chance.randint(80, 160), chance.randint(48, 70)
    glaze = chance.choice(CUPS)
    for step in range(8):
        _disc(rows, x + 10 - step, y + 14 - step, size * 1.52 - step, (38, 30, 24), 0.14)
    for step in range(12):
        _disc(rows, x, y, size * (1.45 - step * 0.02), tuple(part * (0.82 + step * 0.015) for part in glaze))
    _disc(rows, x + 4, y + 6, size * 1.04, (30, 24, 20), 0.35)
    for step in range(10):
        _disc(
            rows,
            x,
            y,
            size * (1 - step * 0.012),
            tuple(min(255, part * (0.9 + step * 0.018)) for part in glaze),
        )
    for step in range(16):
        crema = (88 + step * 6, 52 + step * 4.6, 24 + step * 2.6)
        _disc(rows, x - step * 0.8, y - step * 0.9, size * (0.86 - step * 0.035), crema)
    for _ in range(chance.randint(5, 14)):
        at = x + chance.uniform(-0.5, 0.5) * size, y + chance.uniform(-0.5, 0.5) * size
        _disc(rows, *at, chance.uniform(1.5, 5), (222, 186, 138), 0.5)


def _disc(rows: list[bytearray], x: float, y: float, radius: float, colour: Colour, cover: float = 1) -> None:
    """Fill a disc, `cover` of it opaque."""
    mixed = (
        [bytes(int(old + (new - old) * cover) for old in range(256)) for new in colour] if cover < 1 else []
    )
    for row in range(max(0, int(y - radius)), min(HEIGHT, int(y + radius) + 1)):
        half = (max(0.0, radius**2 - (row - y) ** 2)) ** 0.5
        left, right = max(0, round(x - half)), min(WIDTH, round(x + half))
        if left >= right:
            continue
        if not mixed:
            rows[row][3 * left : 3 * right] = _pixel(colour, 1) * (right - left)
        for channel, table in enumerate(mixed):
            place = slice(3 * left + channel, 3 * right, 3)
            rows[row][place] = rows[row][place].translate(table)


def _pixel(colour: Colour, light: float) -> bytes:
    return bytes(max(0, min(255, int(part * light))) for part in colour)


def _png(rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = [(b"IHDR", header), (b"IDAT", content), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf(content: bytes) -> bytes:
    font = b"/%s << /Type /Font /Subtype /Type1 /BaseFont /%s >>"
    fonts = b"<< " + font % (b"F1", b"Helvetica-Bold") + font % (b"F2", b"Courier") + b" >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font "
        + fonts
        + b" >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        out
    ) + b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )
