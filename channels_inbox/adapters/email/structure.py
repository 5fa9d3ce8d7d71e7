"""A mail taken apart into its parts (RFC 2045, 2046), on bytes, in one pass for each level, whatever is broken.

Python's own parser reads line by line and recurses: a mail of ten million short lines or a thousand nested
multiparts takes it minutes and gigabytes. Here the work is bounded: `MOST_PARTS`, `DEEPEST`, `LONGEST_HEAD`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels_inbox.adapters.email.headers import parameters

MOST_PARTS = 10_000
DEEPEST = 30
MOST_MARKS = 100_000
LONGEST_HEAD = 500_000
MOST_FIELDS = 2_000

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"^(?:content-[a-z-]+|mime-version|from|to|cc|subject|date|message-id|received|reply-to|return-path|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK = re.compile(rb"\n[ \t]*\r?\n")
_LINE_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_GUESSED_BOUNDARY = re.compile(
    rb"(?:^|\n)--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n(?:Content-|\r?\n)", re.IGNORECASE
)


@dataclass(slots=True)
class Part:
    """One part: its fields by lower-case name, in order of appearance, and where its body stands in the mail."""

    raw: bytes
    start: int
    end: int
    fields: dict[str, list[bytes]]
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)
    outer: int = 0
    """Where its header begins."""

    @property
    def body(self) -> bytes:
        return self.raw[self.start : self.end]

    @property
    def whole(self) -> bytes:
        """Header and body as they came."""
        return self.raw[self.outer : self.end]

    def get(self, name: str) -> bytes:
        """The first field called `name`, b"" without one."""
        return self.fields.get(name, (b"",))[0]

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, outermost first."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def take_apart(raw: bytes) -> Part:
    """The tree of parts of a whole mail."""
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = 0
    if raw.startswith(b"From "):
        start = raw.find(b"\n") + 1
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    budget = _Budget()
    root = _part(raw, start, len(raw), "text/plain")
    _open(root, 0, budget)
    return root


def fields_at_start(data: bytes) -> dict[str, list[bytes]]:
    """The header fields that `data` begins with, by lower-case name."""
    return _fields(data, 0, len(data))[0]


@dataclass(slots=True)
class _Budget:
    parts: int = MOST_PARTS
    marks: int = MOST_MARKS


def _part(raw: bytes, start: int, end: int, default: str) -> Part:
    fields, body_start = _fields(raw, start, end)
    part = Part(raw, body_start, end, fields, default, outer=start)
    if declared := part.get("content-type"):
        main, part.parameters = parameters(declared)
        part.content_type = main if "/" in main else {"html": "text/html"}.get(main, default)
    if placed := part.get("content-disposition"):
        part.disposition, part.disposition_parameters = parameters(placed)
    return part


def _open(part: Part, depth: int, budget: _Budget) -> None:
    if not part.content_type.startswith("multipart/") or depth >= DEEPEST:
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in _pieces(part, budget):
        if budget.parts <= 0:
            return
        budget.parts -= 1
        child = _part(part.raw, start, end, default)
        part.children.append(child)
        _open(child, depth + 1, budget)


def _pieces(part: Part, budget: _Budget) -> list[tuple[int, int]]:
    """Where the parts between the boundaries begin and end; nothing when no boundary can be found."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "ignore")
    marks = _marks(part, boundary, budget) if boundary else []
    if not marks and boundary.startswith(b"--"):
        marks = _marks(part, boundary[2:], budget)
    if not marks:
        guessed = _GUESSED_BOUNDARY.search(
            part.raw, max(0, part.start - 1), min(part.end, part.start + 200_000)
        )
        marks = _marks(part, guessed[1].removesuffix(b"--"), budget) if guessed else []
    pieces = []
    for place, (_, begin, closing) in enumerate(marks):
        if closing:
            break
        stop = marks[place + 1][0] if place + 1 < len(marks) else part.end
        if part.raw[begin : min(stop, begin + 1_000)].strip():
            pieces.append((begin, stop))
    return pieces


def _marks(part: Part, boundary: bytes, budget: _Budget) -> list[tuple[int, int, bool]]:
    """Where the boundary lines stand: (start with the line end before, end with the line end after, closing)."""
    raw, end, line = part.raw, part.end, b"--" + boundary
    marks: list[tuple[int, int, bool]] = []
    position = part.start
    while budget.marks > 0 and (found := raw.find(line, position, end)) >= 0:
        budget.marks -= 1
        position = found + len(line)
        if found > part.start and raw[found - 1] != 10:
            continue
        if rest := _LINE_END.match(raw, position, end):
            before = found - 2 if raw[found - 2 : found] == b"\r\n" else found - 1
            marks.append((max(before, part.start), rest.end(), bool(rest[1])))
            position = rest.end()
    return marks


def _fields(raw: bytes, start: int, end: int) -> tuple[dict[str, list[bytes]], int]:
    """The fields of a header that begins at `start`, and where the body after it begins."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return {}, raw.index(b"\n", start) + 1
    limit = min(end, start + LONGEST_HEAD)
    blank = _BLANK.search(raw, start, limit)
    head_end, body_start = (blank.start() + 1, blank.end()) if blank else (limit, limit)
    fields: dict[str, list[bytes]] = {}
    last: list[bytes] | None = None
    position, count = start, 0
    while position < head_end and count < MOST_FIELDS:
        count += 1
        line_end = raw.find(b"\n", position, head_end) + 1 or head_end
        found = _FIELD.match(raw, position, line_end)
        if found:
            last = fields.setdefault(found[1].decode("ascii").lower(), [])
            value_start = found.end()
        elif last is None and not _KNOWN.search(raw, line_end, min(head_end, line_end + 2_000)):
            return fields, position
        elif raw[position : position + 1] in (b" ", b"\t") or _KNOWN.search(
            raw, line_end, min(head_end, line_end + 2_000)
        ):
            # Folded without its indent: more fields follow, so the head is not over.
            value_start = position
        else:
            # Words where a field should be: the blank line was forgotten.
            return _stripped(fields), position
        while line_end < head_end and raw[line_end : line_end + 1] in (b" ", b"\t"):
            line_end = raw.find(b"\n", line_end, head_end) + 1 or head_end
        value = raw[value_start:line_end]
        if last is not None and found:
            last.append(value)
        elif last is not None:
            last[-1] += value
        position = line_end
    return _stripped(fields), body_start


def _stripped(fields: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    return {name: [value.strip() for value in values] for name, values in fields.items()}
