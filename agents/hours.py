"""When a team works: spans of a week in its own time zone, and days off. Pure functions, no models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
LOOK_AHEAD = 60
"""Days in which the next opening is looked for."""


@dataclass(frozen=True)
class Hours:
    """`week`: by weekday (0 is Monday), the spans of that day, each as from and until. A span that ends where it
    begins, or before, goes on past midnight. Nothing at all means always."""

    zone: str = "UTC"
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        return not any(self.week.values())

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at that moment (aware)."""
        if self.always:
            return True
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        nearby = [span for offset in (-1, 0) for span in self.spans_of(day + timedelta(days=offset))]
        return any(begin <= moment < end for begin, end in nearby)

    def next_opening(self, moment: datetime) -> datetime | None:
        """When work begins next after that moment; the moment itself where it goes on; None where that is not soon."""
        if self.is_open(moment):
            return moment
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        for offset in range(LOOK_AHEAD):
            later = [begin for begin, _end in self.spans_of(day + timedelta(days=offset)) if begin > moment]
            if later:
                return min(later)
        return None

    def spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """What begins on that day. Clocks that change are those of the zone: a span is as long as they make it."""
        zone = ZoneInfo(self.zone)
        if day in self.days_off:
            return
        for begin, end in self.week.get(day.weekday(), ()):
            last = day if end > begin else day + timedelta(days=1)
            yield datetime.combine(day, begin, zone), datetime.combine(last, end, zone)


def spans_in(written: str) -> tuple[Span, ...]:
    """`9:00–12:30, 14–18` as spans; nothing for an empty text. ValueError when it cannot be read, or two overlap."""
    parts = [part.strip() for part in written.replace("،", ",").replace("؛", ",").split(",")]
    spans = tuple(sorted(_span(part) for part in parts if part))
    ends = [end if end > begin else time.max for begin, end in spans]
    if any(end > begin for end, (begin, _end) in zip(ends, spans[1:], strict=False)):
        raise ValueError(written)
    return spans


def written(spans: tuple[Span, ...]) -> str:
    """Spans as people write them."""
    return ", ".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in spans)


def _span(part: str) -> Span:
    for dash in ("–", "—", "−"):
        part = part.replace(dash, "-")
    begin, dash, end = part.partition("-")
    if not dash:
        raise ValueError(part)
    return _time(begin), _time(end)


def _time(text: str) -> time:
    hours, _colon, minutes = text.strip().partition(":")
    if not (hours.isdecimal() and (minutes or "0").isdecimal() and len(text.strip()) <= 5):
        raise ValueError(text)
    hour, minute = int(hours), int(minutes or 0)
    return time(0, 0) if (hour, minute) == (24, 0) else time(hour, minute)
