"""Small files for the demo's attachments, made here so that the repository carries no binaries."""

import random
import zlib

from helpdesk.demo import products
from helpdesk.demo.canvas import Canvas


def picture(name: str) -> bytes:
    """A PNG that passes for a phone's photo of what its name says, or of something else in the shop; the same name
    gives the same."""
    chance, canvas = random.Random(name), Canvas()
    things = list(products.THINGS.values())
    named = [thing for word, thing in products.THINGS.items() if word in name]
    draw = named[0] if named else things[zlib.crc32(name.encode()) % len(things)]
    draw(canvas, chance)
    return canvas.png()


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
