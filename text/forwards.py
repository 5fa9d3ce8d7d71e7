"""Mails that were passed on: told by their subject, and taken apart into what was said before and what was passed on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from text.quote_marks import bare, header, is_forward_line, is_header_block, is_rule, is_separator
from text.quotes import own_words

_MARK = (
    r"fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|ilt|továbbítás|пересл|"
    r"إعادة توجيه|اعادة توجيه|محول|محوّل|تحويل|هدایت|بازارسال|ارسال مجدد|فوروارد|转发|轉寄|転送"
)
_SUBJECT = re.compile(
    rf"^\s*(?:(?:re|aw|رد|پاسخ)\s*:\s*)?(?:\[[^\]]{{1,40}}\]\s*)?({_MARK})\s*[:：]\s*", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:mailto:)?([^\s<>\[\]()@:;,\"']{1,64}@[^\s<>\[\]()@:;,\"']{1,255})")
_QUOTED = re.compile(r"^\s{0,4}>\s?")
LONGEST = 500_000
"""Characters: longer texts are not taken apart."""
MOST_LINES = 30
"""In which the headers of what was passed on stand."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A mail within a mail, as far as its text tells."""

    comment: str
    """What was written above it."""
    address: str
    name: str
    subject: str
    sent: str
    """When, in the words of the program that passed it on."""
    text: str


def is_forward(subject: str) -> bool:
    """Whether the subject says so, in the ways of the mail programs of many languages."""
    return bool(_SUBJECT.match(subject))


def without_mark(subject: str) -> str:
    """The subject of what was passed on."""
    while found := _SUBJECT.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def passed_on(text: str) -> PassedOn | None:
    """The mail that `text` passes on below the sender's own words; None where no address says whose it was."""
    if len(text) > LONGEST:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = [bare(line) for line in lines]
    start = next((place for place in range(len(lines)) if _begins(plain, place)), None)
    if start is None:
        return None
    inner = _unquoted(lines[start:])
    headers, end = _headers([bare(line) for line in inner])
    sender = headers.get("from", "")
    address = _ADDRESS.search(sender)
    if address is None:
        return None
    return PassedOn(
        comment=own_words("\n".join(lines[: _without_rule(plain, start)])),
        address=address[1].rstrip("."),
        name=sender[: address.start()].strip(" \t*<[(\"'") if address.start() else "",
        subject=headers.get("subject", ""),
        sent=headers.get("sent") or headers.get("date", ""),
        text="\n".join(inner[end:]).strip("\n").rstrip(),
    )


def _begins(plain: Sequence[str], place: int) -> bool:
    line = plain[place]
    if is_forward_line(line) or is_separator(line):
        return True
    if not header(_QUOTED.sub("", line))[0]:
        return False
    return is_header_block([_QUOTED.sub("", one) for one in plain[place : place + 14]], 0)


def _without_rule(plain: Sequence[str], end: int) -> int:
    """Where the words before `end` end, without the line that is drawn below them."""
    while end and (not plain[end - 1] or is_rule(plain[end - 1])):
        end -= 1
    return end


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Without the ">" before each line, as Apple Mail passes on."""
    words = [line for line in lines[1:] if line.strip()]
    if words and all(_QUOTED.match(line) for line in words):
        return [_QUOTED.sub("", line) for line in lines]
    return list(lines)


def _headers(plain: Sequence[str]) -> tuple[dict[str, str], int]:
    """The headers at the beginning, by kind, and where what they head begins. Each stands on lines of its own, with
    a blank one between them where they were a table or paragraphs."""
    found: dict[str, str] = {}
    last, end = "", 0
    for place, line in enumerate(plain[:MOST_LINES]):
        kind, value = header(line)
        if kind and kind not in found:
            found[kind], last, end = value, kind, place + 1
        elif not line:
            if found and not header(_next(plain, place))[0]:
                break
            last = ""
        elif last and not kind:
            found[last], end = f"{found[last]} {line}".strip(), place + 1
        elif found:
            break
    return found, end


def _next(plain: Sequence[str], place: int) -> str:
    """The next line with words."""
    return next((line for line in plain[place : place + 4] if line), "")
