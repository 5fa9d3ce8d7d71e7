"""A long day by the clock of a simulation: 10,000 arrivals, 30 agents, the same choices as the desk makes."""

from __future__ import annotations

import heapq
import random
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from statistics import mean, quantiles

import pytest

from automation.routing.deciding import IN_TURN, LEAST_BUSY, Dealer, Person, Work

ARRIVALS, AGENTS, CAPACITY, CHAT = 10_000, 30, 10, 3
EVERY = 10.0
"""Seconds between two arrivals, on average: chats in one of three."""
LENGTHS = {1: 1200.0, CHAT: 480.0}
"""Seconds of work, on average, by weight: a mail, a chat."""


@dataclass
class Day:
    """What came of it. `waited` by weight, in seconds; `spread`: the difference of the highest and lowest load, at each
    moment when something was given; `most`: the highest load that anybody ever had."""

    given: Counter[int] = field(default_factory=Counter)
    waited: dict[int, list[float]] = field(default_factory=lambda: {1: [], CHAT: []})
    spread: list[int] = field(default_factory=list)
    most: int = 0
    order: list[tuple[int, int]] = field(default_factory=list)


def live(mode: str, every: float = EVERY, seed: int = 5) -> Day:
    chance = random.Random(seed)
    crew = {number: Person(number, CAPACITY) for number in range(1, AGENTS + 1)}
    day, waiting, since, clock = Day(), [], {}, 0.0
    moments: list[tuple[float, int, Work, int | None]] = []
    for number in range(ARRIVALS):
        clock += chance.expovariate(1 / every)
        weight = CHAT if chance.random() < 1 / 3 else 1
        heapq.heappush(moments, (clock, number, Work(number, weight), None))
        since[number] = clock
    while moments:
        clock, number, work, done_by = heapq.heappop(moments)
        if done_by is None:
            insort(waiting, work, key=lambda one: (-one.weight, one.id))
        else:
            crew[done_by].load -= work.weight
        dealer = Dealer(crew.values(), mode)
        for one in list(waiting):
            if dealer.is_full:
                break
            if choice := dealer.give(one):
                waiting.remove(one)
                person = choice.person.id
                day.given[person] += 1
                day.order.append((one.id, person))
                day.waited[one.weight].append(clock - since[one.id])
                loads = [each.load for each in crew.values()]
                day.most = max(day.most, *loads)
                day.spread.append(max(loads) - min(loads))
                end = clock + chance.expovariate(1 / LENGTHS[one.weight])
                heapq.heappush(moments, (end, ARRIVALS + number, one, person))
    return day


once = cache(live)


def told(mode: str, day: Day) -> str:
    counts = day.given.values()
    words = [f"{mode}: each got {min(counts)}-{max(counts)}", f"load at most {day.most}"]
    words.append(f"spread of loads {mean(day.spread):.2f} on average, {max(day.spread)} at most")
    for weight, name in ((CHAT, "chats"), (1, "mails")):
        waited = day.waited[weight]
        words.append(f"{name} waited {mean(waited):.1f} s, 95 % up to {quantiles(waited, n=20)[-1]:.1f} s")
    return "; ".join(words)


@pytest.mark.parametrize("mode", [IN_TURN, LEAST_BUSY])
def test_a_day_is_shared_fairly_and_nobody_waits(mode):
    day = once(mode)
    print(told(mode, day))
    assert sum(day.given.values()) == ARRIVALS
    assert day.most <= CAPACITY
    fair = 1.02 if mode == IN_TURN else 1.3
    assert max(day.given.values()) < min(day.given.values()) * fair
    assert mean(day.waited[CHAT]) < 1
    assert mean(day.waited[1]) < 1


def test_the_least_busy_are_closer_to_each_other_than_those_in_turn():
    assert mean(once(LEAST_BUSY).spread) < mean(once(IN_TURN).spread) / 2


@pytest.mark.parametrize("mode", [IN_TURN, LEAST_BUSY])
def test_on_a_day_too_busy_chats_still_come_through_and_all_is_done(mode):
    day = once(mode, EVERY * 0.45)
    print(told(mode, day))
    assert sum(day.given.values()) == ARRIVALS
    assert day.most == CAPACITY
    assert mean(day.waited[CHAT]) < 60
    assert mean(day.waited[1]) > mean(day.waited[CHAT])


def test_the_same_day_twice_is_the_same():
    assert live(LEAST_BUSY).order == once(LEAST_BUSY).order
