"""What Telegram marks in a text (MessageEntity), as plain text that loses no address, and as HTML where it is styled.

Offsets and lengths count UTF-16 code units: https://core.telegram.org/api/entities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}
MOST = 200


class _Mark(NamedTuple):
    start: int
    end: int
    before: str
    after: str


def plain(text: str, entities: Sequence[Any]) -> str:
    """The text, with the address of each link that hides one behind it."""
    units = _units(text)
    for start, end, url in sorted(_links(units, entities), reverse=True):
        shown = _text(units[start:end])
        if url.rstrip("/") != shown.rstrip("/"):
            units[end:end] = _units(f" ({url})")
    return _text(units)


def html(text: str, entities: Sequence[Any]) -> str:
    """The text with its styles; nothing where it has none. It is still to be cleaned."""
    units = _units(text)
    marks = _marks(units, entities)
    if not marks:
        return ""
    opened: list[_Mark] = []
    written: list[str] = []
    edges = sorted({0, len(units), *(edge for mark in marks for edge in (mark.start, mark.end))})
    for here, there in zip(edges, [*edges[1:], len(units)], strict=True):
        while opened and any(mark.end <= here for mark in opened):
            written.append(opened.pop().after)
        over = [mark for mark in marks if mark.start < here < mark.end and mark not in opened]
        for mark in [*over, *(mark for mark in marks if mark.start == here)]:
            opened.append(mark)
            written.append(mark.before)
        written.append(escape(_text(units[here:there])).replace("\n", "<br>"))
    written.extend(mark.after for mark in reversed(opened))
    return "".join(written)


def _marks(units: list[int], entities: Sequence[Any]) -> list[_Mark]:
    """Longest first where several begin."""
    found = [
        _Mark(start, end, *_TAGS[kind]) for start, end, kind, _one in _valid(units, entities) if kind in _TAGS
    ]
    found += [
        _Mark(start, end, f'<a href="{escape(url)}">', "</a>") for start, end, url in _links(units, entities)
    ]
    return sorted(found, key=lambda mark: (mark.start, -mark.end))


def _links(units: list[int], entities: Sequence[Any]) -> list[tuple[int, int, str]]:
    return [
        (start, end, str(one["url"])[:2000])
        for start, end, kind, one in _valid(units, entities)
        if kind == "text_link" and isinstance(one.get("url"), str)
    ]


def _valid(units: list[int], entities: Sequence[Any]) -> list[tuple[int, int, str, dict[str, Any]]]:
    found = []
    for one in entities[:MOST] if isinstance(entities, list) else ():
        if not isinstance(one, dict):
            continue
        start, length = one.get("offset"), one.get("length")
        if isinstance(start, int) and isinstance(length, int) and 0 <= start < start + length <= len(units):
            found.append((start, start + length, str(one.get("type")), one))
    return found


def _units(text: str) -> list[int]:
    raw = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]


def _text(units: list[int]) -> str:
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")
