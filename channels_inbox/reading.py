"""A parcel's bytes made readable for an administrator who decides about it: text only, cut, nothing run or fetched."""

from email.parser import BytesHeaderParser
from typing import Any

from channels_inbox.adapters.email.headers import words
from channels_inbox.adapters.email.parse import parse

SHOWN = ("from", "to", "cc", "subject", "date", "message-id", "reply-to", "return-path")
LONGEST = 20_000


def readable(raw: bytes) -> dict[str, Any]:
    """`headers`: (name, value) pairs of those that matter; `text`: what it says; `cut`: whether more follows."""
    text = _text(raw)
    return {"headers": _headers(raw), "text": text[:LONGEST], "cut": len(text) > LONGEST}


def _headers(raw: bytes) -> list[tuple[str, str]]:
    try:
        found = BytesHeaderParser().parsebytes(raw[:100_000]).raw_items()
    except (ValueError, LookupError):
        return []
    return [(name, _decoded(value)) for name, value in found if name.lower() in SHOWN][:20]


def _decoded(value: str) -> str:
    """As mails are read: senders write bare letters too, where only ASCII may stand."""
    return words(value.encode("ascii", errors="surrogateescape"))[:500]


def _text(raw: bytes) -> str:
    """What the parser makes of it; where it fails, which may be why it is here, the plain bytes."""
    try:
        text = parse(raw).text
    except Exception:
        text = ""
    if not text:
        body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2] or raw
        text = body[: LONGEST * 4].decode(errors="replace")
    return text.replace("\0", "\ufffd")
