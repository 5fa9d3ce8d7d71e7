"""Addresses in mail headers (RFC 5322 section 3.4), also malformed, grouped, quoted, missing.

The address is read before any encoded word is decoded: what an encoded word says is a name, never an address,
so `=?utf-8?q?ann=40desk.example?= <eve@evil.example>` is Eve.
"""

import re
from dataclasses import dataclass

from channels_inbox.adapters.email.headers import words

MOST = 1_000
LONGEST_FIELD = 100_000
LONGEST_SENDER = 10_000
LONGEST_ADDRESS = 254
"""Characters (RFC 5321): longer ones are no address."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: `address` with its domain in lower case, "" if there is none; `name` as shown, "" if none."""

    address: str = ""
    name: str = ""


_TOKEN = re.compile(
    rb"""(?P<quoted>"(?:[^"\\]|\\[\s\S]){0,300}+")
        |(?P<word>=\?[^?\s]{1,60}\?[BbQq]\?(?:[^?]|\?(?!=)){0,400}+\?=)
        |(?P<angle><[^<>]*>?)
        |(?P<comment>\((?:[^()\\]|\\[\s\S]|\([^()]{0,200}\)){0,500}+\))
        |(?P<comma>[,;])
        |(?P<colon>:)
        |(?P<space>\s+)
        |(?P<other>[^"<>(),;:\s=]+|[\s\S])""",
    re.VERBOSE,
)
_ADDRESS = re.compile(rb"[^\s<>\"(),;:@]{1,128}(?:@[^\s<>\"(),;:@]{1,253})+")
_UNSEEN = re.compile("[\x00-\x20\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def addresses(value: bytes, charset: str = "") -> list[Address]:
    """Every mailbox of a header field that has an address, in order, each address once. Groups are opened."""
    found: dict[str, Address] = {}
    for mailbox in _mailboxes(value):
        one = _read(mailbox, charset)
        if one.address:
            found.setdefault(one.address.lower(), one)
    return list(found.values())


def sender(value: bytes, charset: str = "") -> Address:
    """The first mailbox of From; only a name if it has no address."""
    read = [_read(mailbox, charset) for mailbox in _mailboxes(value[:LONGEST_SENDER])]
    return next((one for one in read if one.address), next((one for one in read if one.name), Address()))


def _mailboxes(value: bytes) -> list[list[tuple[str, bytes]]]:
    boxes: list[list[tuple[str, bytes]]] = [[]]
    for token in _TOKEN.finditer(value[:LONGEST_FIELD]):
        kind = token.lastgroup or "other"
        if kind == "comma":
            boxes.append([])
            if len(boxes) > MOST:
                break
        elif kind == "colon":
            before = b"".join(data for _, data in boxes[-1][:20]).strip().lower()
            # A group's name goes, "mailto:" too; a colon within an address or a name stays.
            if before == b"mailto" or (
                b"@" not in before and not any(kind == "angle" for kind, _ in boxes[-1])
            ):
                boxes[-1] = []
        else:
            boxes[-1].append((kind, token[0]))
    return boxes


def _read(tokens: list[tuple[str, bytes]], charset: str) -> Address:
    angles = [data.strip(b"<>") for kind, data in tokens if kind == "angle"]
    address = next((_tidy(angle) for angle in reversed(angles) if b"@" in angle), "")
    rest: list[bytes] = []
    comments: list[bytes] = []
    outside: list[bytes] = []
    for kind, data in tokens:
        if kind == "comment":
            comments.append(data[1:-1])
        elif kind == "quoted":
            rest.append(re.sub(rb"\\([\s\S])", rb"\1", data[1:-1]))
            outside.append(data)
        elif kind != "angle":
            rest.append(data)
            outside.append(b" " if kind == "word" else data)
        else:
            rest.append(b" ")
    shown, loose = b"".join(rest), b"".join(outside)
    if not address and b"@" in loose and (bare := _ADDRESS.search(loose) or _quoted_local(loose)):
        address = _tidy(bare[0])
        shown = shown.replace(bare[0], b" ")
    name = words(shown if shown.strip() else b" ".join(comments), charset)
    name = " ".join(_SHOWN.sub("", name).split()).strip("\"' <>")
    return Address(address, "" if name.lower() == address.lower() else name[:200])


def _quoted_local(loose: bytes) -> re.Match[bytes] | None:
    return re.search(rb'"[^"]{1,64}"@[^\s<>"(),;:@]+', loose)


def _tidy(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if text.strip().startswith('"') and " " in text.strip():
        return ""
    text = _UNSEEN.sub("", text)
    text = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    if text.startswith("@") and ":" in text:
        # An obsolete source route: <@first.example,@second.example:dora@example.org>
        text = text.rsplit(":", 1)[1]
    local, _, domain = text.strip("'.,;:").rpartition("@")
    domain = domain.strip("'\".[]").lower()
    if (
        not local
        or not domain
        or ("@" in local and not local.startswith('"'))
        or len(local) + len(domain) >= LONGEST_ADDRESS
    ):
        return ""
    return f"{local}@{domain}"
