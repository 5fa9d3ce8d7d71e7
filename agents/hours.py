"""When we work: spans of a week in its own time zone, holidays, days off, other hours for a while. Pure functions over
plain values, no models.

A moment is open when the clock on the wall there says so: an hour that the clock shows twice counts twice, one that
it leaps over does not count. A span that goes past midnight belongs to the day it begins on, and ends when it ends,
even in a day off.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from agents.holidays import is_holiday

Span = tuple[time, time]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_BLOCK = 32 * _DAY
MOST_BLOCKS = 60
"""Blocks of 32 days, some five years: nobody waits longer for the next opening."""
_KEPT = 200


@dataclass(frozen=True)
class Season:
    """Other hours from one day to another, both included: Ramadan, a sale, a summer closed. They hold on the days that
    have hours anyway; with `every_day` on weekends, holidays and days off too. Without spans, nobody works."""

    first: date
    last: date
    spans: tuple[Span, ...] = ()
    every_day: bool = False
    name: str = ""


@dataclass(frozen=True)
class Hours:
    """`week`: by weekday (0 is Monday), the spans of that day, each as from and until. A span that ends where it
    begins, or before, goes on past midnight. Nothing at all means always. `country`: whose public holidays are free,
    as ISO 3166 names it, also with a part of it: DE, DE-BY. Of two seasons the one that is listed first holds."""

    zone: str = "UTC"
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()
    country: str = ""
    seasons: tuple[Season, ...] = ()
    _blocks: dict[int, _Block] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def always(self) -> bool:
        return not any(self.week.values())

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at that moment (aware)."""
        return self.always or self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime | None:
        """When work begins next after that moment; the moment itself where it goes on; None where that is not soon."""
        if self.always:
            return moment
        at = _number(moment)
        for block in self._from(at):
            place = bisect_right(block.ends, at)
            if place < len(block.begins):
                return _moment(max(at, block.begins[place]), moment.tzinfo)
        return None

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """What begins on that day, as the clock on the wall tells it."""
        usual = self.week.get(day.weekday(), ())
        is_free = not usual or day in self.days_off or is_holiday(self.country, day)
        for season in self.seasons:
            if season.first <= day <= season.last and (season.every_day or not is_free):
                return season.spans
        return () if is_free else tuple(usual)

    def _from(self, at: int) -> Iterator[_Block]:
        first = at // _BLOCK
        return (self._block(number) for number in range(first, first + MOST_BLOCKS))

    def _block(self, number: int) -> _Block:
        """The 32 days of that number since 1970, in UTC: worked out once."""
        block = self._blocks.get(number)
        if block is None:
            if len(self._blocks) >= _KEPT:
                self._blocks.clear()
            block = self._blocks[number] = _Block.of(self, number * _BLOCK, (number + 1) * _BLOCK)
        return block


def add(hours: Hours, start: datetime, business_seconds: float) -> datetime | None:
    """The first moment by which that many seconds of business time have passed since `start` (aware), which may lie
    outside of the hours. None where that takes some five years and more."""
    if business_seconds <= 0:
        return start
    wanted = round(business_seconds * _SECOND)
    if hours.always:
        return start + timedelta(microseconds=wanted)
    at = _number(start)
    for block in hours._from(at):
        gone = block.open_until(at)
        if gone + wanted <= block.total:
            return _moment(block.moment_of(gone + wanted), start.tzinfo)
        wanted -= block.total - gone
    return None


def between(hours: Hours, a: datetime, b: datetime) -> float:
    """Seconds of business time from `a` to `b` (aware); nothing where `b` is not after `a`."""
    first, last = _number(a), _number(b)
    if last <= first:
        return 0.0
    if hours.always:
        return (last - first) / _SECOND
    begin, end = first // _BLOCK, last // _BLOCK
    open_time = hours._block(end).open_until(last) - hours._block(begin).open_until(first)
    return (open_time + sum(hours._block(number).total for number in range(begin, end))) / _SECOND


@dataclass(frozen=True, slots=True)
class _Block:
    """The open stretches of some days, apart and in order, in microseconds since 1970, UTC. `before`: how much of it
    was open before each of them begins."""

    begins: list[int]
    ends: list[int]
    before: list[int]
    total: int

    @classmethod
    def of(cls, hours: Hours, first: int, last: int) -> _Block:
        found = []
        for begin, end, offset in _offsets(ZoneInfo(hours.zone), first, last):
            day = _local_day(begin + offset) - timedelta(days=1)
            while day <= _local_day(end + offset):
                midnight = (day - _EPOCH.date()).days * _DAY
                for opens, closes in hours.spans_on(day):
                    until = midnight + _of_day(closes) + (_DAY if closes <= opens else 0)
                    found.append((max(midnight + _of_day(opens) - offset, begin), min(until - offset, end)))
                day += timedelta(days=1)
        begins, ends, before, total = [], [], [], 0
        for begin, end in _merged(found):
            begins.append(begin)
            ends.append(end)
            before.append(total)
            total += end - begin
        return cls(begins, ends, before, total)

    def open_until(self, at: int) -> int:
        """How much of the block is open before that moment."""
        place = bisect_right(self.begins, at) - 1
        return self.before[place] + min(at, self.ends[place]) - self.begins[place] if place >= 0 else 0

    def moment_of(self, open_time: int) -> int:
        """When that much of it, more than nothing, has been open for the first time."""
        place = bisect_right(self.before, open_time - 1) - 1
        return self.begins[place] + open_time - self.before[place]


def _merged(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those that are not empty, with those that touch made one."""
    open_from = open_until = None
    for begin, end in sorted(one for one in stretches if one[0] < one[1]):
        if open_until is not None and begin <= open_until:
            open_until = max(open_until, end)
            continue
        if open_from is not None and open_until is not None:
            yield open_from, open_until
        open_from, open_until = begin, end
    if open_from is not None and open_until is not None:
        yield open_from, open_until


def _offsets(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """The stretches from `first` to `last` on which the clock is not changed: from, until, and how far it is ahead."""
    begin, ahead = first, _ahead(zone, first)
    for look in range(first + _DAY // 4, last + 1, _DAY // 4):
        if (changed := _ahead(zone, look)) != ahead:
            low, high = look - _DAY // 4, look
            while high - low > _SECOND:
                middle = (low + high) // 2 // _SECOND * _SECOND
                low, high = (middle, high) if _ahead(zone, middle) == ahead else (low, middle)
            yield begin, high, ahead
            begin, ahead = high, changed
    yield begin, last, ahead


def _ahead(zone: ZoneInfo, at: int) -> int:
    offset = _moment(at, zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def _number(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds


def _moment(number: int, zone: tzinfo | None) -> datetime:
    return (_EPOCH + timedelta(microseconds=number)).astimezone(zone)


def _local_day(number: int) -> date:
    return _EPOCH.date() + timedelta(days=number // _DAY)


def _of_day(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * _SECOND + at.microsecond


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
