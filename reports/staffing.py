"""How many agents it takes. Pure functions over plain values.

Chats are answered while the customer looks on: by Erlang C, whose "servers" are the chats that can be held at once.
Everything else may wait for as long as is promised: its work is spread over the open hours until then, and done in
the time that chats leave, since a letter can be laid aside for a chat at any moment. Nobody is planned to be busy all
the time.

Erlang C: A. K. Erlang 1917; M/M/c queues as in any book on queueing: L. Kleinrock, Queueing Systems I, 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BUSIEST = 0.85
"""An agent is planned to be at work on tickets for that part of an hour at most."""
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Aim:
    """What is promised: so large a part of chats is answered within so many seconds, an agent holds so many at once;
    everything else is answered within so many open hours."""

    share: float = 0.8
    within: float = 60.0
    at_once: int = 3
    promise: int = 8


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds: how long a chat lasts; how long an agent is busy with any other ticket, from its first answer to its
    last; and with one answer of it."""

    chat: float
    ticket: float
    answer: float


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in an hour, and whether anybody works then."""

    chats: float
    others: float
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Needed:
    """Agents in an hour; of them for chats alone; and the hours of work that can wait, done in it."""

    agents: int
    for_chats: int
    waiting_work: float


def waits(servers: int, erlangs: float) -> float:
    """Erlang C: the part of those who come that find all servers busy. `erlangs`: how many of them are busy on
    average; 1 where they cannot keep up. Worked out from Erlang B step by step, which stays exact for any number."""
    if erlangs >= servers:
        return 1.0
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return servers * blocked / (servers - erlangs * (1 - blocked))


def answered_within(seconds: float, servers: int, erlangs: float, service: float) -> float:
    """The part of those who come that is answered within `seconds`; `service`: how long one takes, in seconds."""
    if erlangs >= servers:
        return 0.0
    return 1 - waits(servers, erlangs) * math.exp(-(servers - erlangs) * seconds / service)


def agents_for_chats(chats: float, service: float, aim: Aim) -> int:
    """The fewest agents by whom the aim is kept, with so many chats an hour of so many seconds each."""
    erlangs = chats * service / HOUR
    if erlangs <= 0:
        return 0
    agents = math.floor(erlangs / aim.at_once) + 1
    while answered_within(aim.within, agents * aim.at_once, erlangs, service) < aim.share:
        agents += 1
    return agents


def needed(hours: Sequence[Load], backlog: float, effort: Effort, aim: Aim) -> list[Needed]:
    """Hour by hour. `backlog`: answers that are waited for already. What comes while nobody works waits for the next
    open hours, chats too; what would have to be done after the last hour is not told."""
    work = list(_waiting_work(hours, backlog, effort, aim))
    return [
        _needed(load, hours_of_work, effort, aim) for load, hours_of_work in zip(hours, work, strict=True)
    ]


def _needed(load: Load, waiting_work: float, effort: Effort, aim: Aim) -> Needed:
    if not load.is_open:
        return Needed(0, 0, 0.0)
    for_chats = agents_for_chats(load.chats, effort.chat, aim)
    busy = load.chats * effort.chat / HOUR / aim.at_once + waiting_work
    return Needed(max(for_chats, math.ceil(round(busy / BUSIEST, 6))), for_chats, waiting_work)


def _waiting_work(hours: Sequence[Load], backlog: float, effort: Effort, aim: Aim) -> Iterator[float]:
    """In agents' hours: what comes in an hour is spread evenly over the open hours within which it is promised, that
    hour among them."""
    ends = _Ends()
    ends.add(aim.promise, backlog * effort.answer / HOUR / aim.promise)
    passed, closed = 0, 0.0
    for load in hours:
        if not load.is_open:
            closed += load.others * effort.ticket / HOUR + load.chats * effort.chat / HOUR / aim.at_once
            yield 0.0
            continue
        new = closed + load.others * effort.ticket / HOUR
        ends.add(passed + aim.promise, new / aim.promise)
        closed = 0.0
        yield ends.now
        passed += 1
        ends.reach(passed)


class _Ends:
    """Work that goes on evenly, each part of it until an hour of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self._until: dict[int, float] = {}

    def add(self, until: int, an_hour: float) -> None:
        self.now += an_hour
        self._until[until] = self._until.get(until, 0.0) + an_hour

    def reach(self, hour: int) -> None:
        self.now = max(0.0, self.now - self._until.pop(hour, 0.0))
