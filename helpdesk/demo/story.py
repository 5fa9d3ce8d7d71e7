"""What the demo shop's files say, read into plain objects. `conversations/README.md` explains the format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
STATES = frozenset({"new", "open", "pending", "on_hold", "snoozed", "solved", "spam"})
_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


@dataclass(frozen=True)
class File:
    name: str
    text: str = ""


@dataclass(frozen=True)
class Line:
    """One message. `kind` is customer, call, reply or note; `agent` is who wrote it down, if an agent did."""

    kind: str
    agent: str
    after: timedelta
    text: str
    html: str = ""
    failed: str = ""
    files: tuple[File, ...] = ()

    @classmethod
    def read(cls, who: str, after: str, text: str, extras: dict[str, Any] | None = None) -> Line:
        kind, _, agent = who.rpartition(" ")
        if who == "customer":
            kind, agent = who, ""
        extras = extras or {}
        files = tuple(File(**one) if isinstance(one, dict) else File(one) for one in extras.pop("files", ()))
        return cls(kind or "reply", agent, span(after), text.strip(), files=files, **extras)


@dataclass(frozen=True)
class Conversation:
    language: str
    subject: str
    customer: str
    team: str
    state: str
    began: str
    lines: tuple[Line, ...]
    tags: tuple[str, ...] = ()
    agent: str = ""
    priority: str = "normal"
    source: str = "email"
    snooze: str = ""
    complaint: str = ""
    rating: tuple[int, str] | None = field(default=None)

    @classmethod
    def read(cls, language: str, entry: dict[str, Any]) -> Conversation:
        lines = tuple(Line.read(*message) for message in entry.pop("messages"))
        rating, tags = entry.pop("rating", None), tuple(entry.pop("tags", ()))
        return cls(
            language=language, lines=lines, tags=tags, rating=tuple(rating) if rating else None, **entry
        )

    def beginning(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When it began: so long before now, or so many days ago at a time of the shop's day; whole days earlier
        where its last line would not have been written yet."""
        days, _, clock = self.began.partition(" ")
        if clock:
            day = now.astimezone(zone).date() - span(days)
            began = datetime.combine(day, time.fromisoformat(clock), zone)
        else:
            began = now - span(days)
        ended = began + sum((line.after for line in self.lines), timedelta())
        return began - timedelta(days=max(0, (ended - now) // timedelta(days=1) + 1))


def span(words: str) -> timedelta:
    """`1d3h20m` as a duration. ValueError when it is none."""
    found = _SPAN.fullmatch(words)
    if not words or found is None:
        raise ValueError(f"not a duration: {words!r}")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def people() -> dict[str, Any]:
    """The shop, its teams and agents, the companies and the customers, by their keys."""
    return tomllib.loads((HERE / "people.toml").read_text("utf-8"))


def conversations() -> Iterator[Conversation]:
    """All conversations, file by file."""
    for path in sorted((HERE / "conversations").glob("*/*.toml")):
        for entry in tomllib.loads(path.read_text("utf-8"))["conversations"]:
            yield Conversation.read(path.parent.name, entry)
