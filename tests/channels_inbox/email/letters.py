"""Mails to read, built byte by byte, as no library would."""

import struct


def mail(
    body: bytes | str = b"", content_type: str = "text/plain; charset=utf-8", **fields: str | bytes
) -> bytes:
    """A mail of Dora's; `fields` by name with underscores, None leaves one out."""
    known = {"from": "Dora <dora@example.org>", "to": "care@example.com", "subject": "Order"}
    known |= {
        "date": "Sun, 3 Apr 2022 11:48:20 +0300",
        "message_id": "<1@example.org>",
        "content_type": content_type,
    }
    known |= fields
    lines = [
        name.replace("_", "-").encode() + b": " + (value.encode() if isinstance(value, str) else value)
        for name, value in known.items()
        if value is not None
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def parts(*pieces: bytes, kind: str = "mixed", boundary: str = "B", **fields) -> bytes:
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + piece + b"\r\n" for piece in pieces)
    return mail(
        body + b"--" + boundary.encode() + b"--\r\n", f'multipart/{kind}; boundary="{boundary}"', **fields
    )


def part(body: bytes | str, content_type: str = "text/plain", **fields: str) -> bytes:
    return mail(
        body,
        content_type,
        **{"from": None, "to": None, "subject": None, "date": None, "message_id": None} | fields,
    )


def winmail(*attributes: tuple[int, int, bytes]) -> bytes:
    made = struct.pack("<IH", 0x223E9F78, 1)
    for level, name, data in attributes:
        made += struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return made


def prop(kind: int, name: int, data: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(data)) + data + b"\0" * (-len(data) % 4)


FILE_IN_WINMAIL = (
    (2, 0x00069002, b"\0" * 14),
    (2, 0x00018010, b"TEXT~1.PDF\0"),
    (2, 0x0006800F, b"%PDF-1.4"),
    (2, 0x00069005, struct.pack("<I", 1) + prop(0x1F, 0x3707, "فاتورة.pdf\0".encode("utf-16-le"))),
)
