"""Erlang C against exact arithmetic, published figures and a queue that is lived through; work that can wait."""

import heapq
import math
import random
from fractions import Fraction

import pytest

from reports.staffing import (
    BUSIEST,
    HOUR,
    Aim,
    Effort,
    Load,
    agents_for_chats,
    answered_within,
    needed,
    waits,
)


def exact(servers: int, erlangs: Fraction) -> float:
    """Erlang C as it is defined, in fractions without any rounding."""
    below = sum(erlangs**number / math.factorial(number) for number in range(servers))
    full = erlangs**servers / math.factorial(servers) * servers / (servers - erlangs)
    return float(full / (below + full))


def lived_through(
    servers: int, erlangs: float, service: float, within: float, seed: int
) -> tuple[float, float]:
    """60,000 customers who come by chance and are served in their turn: (part that waits, part answered within)."""
    chance, free, at = random.Random(seed), [0.0] * servers, 0.0
    many, waited, answered = 60_000, 0, 0
    for _customer in range(many):
        at += chance.expovariate(erlangs / service)
        begins = max(at, heapq.heappop(free))
        heapq.heappush(free, begins + chance.expovariate(1 / service))
        waited += begins > at
        answered += begins - at <= within
    return waited / many, answered / many


@pytest.mark.parametrize(
    ("servers", "erlangs"),
    [(1, "1/2"), (3, "2"), (10, "8"), (11, "10"), (24, "20"), (60, "51/2"), (170, "160")],
)
def test_it_is_what_exact_arithmetic_says(servers, erlangs):
    assert waits(servers, float(Fraction(erlangs))) == pytest.approx(
        exact(servers, Fraction(erlangs)), rel=1e-12
    )


def test_it_is_what_tables_print():
    assert waits(1, 0.7) == pytest.approx(0.7)  # M/M/1: as busy as it is
    assert waits(2, 1.0) == pytest.approx(1 / 3)
    assert round(waits(10, 8.0), 3) == 0.409
    assert round(waits(11, 10.0), 3) == 0.682


def test_it_stays_a_part_of_one_however_many_there_are():
    for servers, erlangs in ((5_000, 4_990.0), (20_000, 10.0), (3, 2.999999), (3, 1e-9)):
        assert 0.0 <= waits(servers, erlangs) <= 1.0
    assert waits(3, 3.0) == waits(3, 9.0) == 1.0
    assert answered_within(60, 3, 3.5, 600) == 0.0


@pytest.mark.parametrize(("servers", "erlangs", "seed"), [(4, 3.0, 1), (12, 9.5, 2), (30, 25.0, 3)])
def test_a_queue_that_is_lived_through_goes_the_same_way(servers, erlangs, seed):
    waited, answered = lived_through(servers, erlangs, 300.0, 60.0, seed)
    assert waits(servers, erlangs) == pytest.approx(waited, abs=0.03)
    assert answered_within(60.0, servers, erlangs, 300.0) == pytest.approx(answered, abs=0.03)


@pytest.mark.parametrize("chats", [0.2, 5, 37, 400])
@pytest.mark.parametrize("at_once", [1, 3])
def test_with_one_agent_fewer_the_aim_is_missed(chats, at_once):
    aim = Aim(share=0.8, within=20, at_once=at_once)
    agents, erlangs = agents_for_chats(chats, 480, aim), chats * 480 / HOUR
    assert answered_within(20, agents * at_once, erlangs, 480) >= 0.8
    assert agents == 1 or answered_within(20, (agents - 1) * at_once, erlangs, 480) < 0.8


def test_who_holds_more_chats_at_once_needs_fewer_colleagues():
    by_hand = [agents_for_chats(60, 600, Aim(at_once=at_once)) for at_once in (1, 2, 4)]
    assert by_hand == sorted(by_hand, reverse=True)
    assert by_hand[0] > by_hand[2] >= 1
    assert agents_for_chats(0, 600, Aim()) == 0


EFFORT = Effort(chat=600, ticket=1200, answer=300)


def work(hours: list[Load], backlog: float = 0, promise: int = 4) -> list[float]:
    return [one.waiting_work for one in needed(hours, backlog, EFFORT, Aim(promise=promise))]


def test_what_can_wait_is_spread_over_the_hours_that_are_promised():
    three, none = Load(0, 12), Load(0, 0)
    assert work([three, none, none, none, none, none]) == pytest.approx([1, 1, 1, 1, 0, 0])
    assert work([three, three, none, none, none, none]) == pytest.approx([1, 2, 2, 2, 1, 0])
    assert sum(work([three] * 3 + [none] * 4)) == pytest.approx(3 * 12 * EFFORT.ticket / HOUR)


def test_what_waits_already_is_worked_off_within_the_same_time():
    assert work([Load(0, 0)] * 6, backlog=24) == pytest.approx([0.5, 0.5, 0.5, 0.5, 0, 0])


def test_what_comes_while_nobody_works_waits_for_the_morning():
    night, morning = Load(9, 12, is_open=False), Load(0, 0)
    hours = [night, morning, morning, morning, morning, morning]
    chats = 9 * EFFORT.chat / HOUR / Aim().at_once
    assert work(hours) == pytest.approx([0, *[(4 + chats) / 4] * 4, 0])
    assert needed([night], 50, EFFORT, Aim())[0].agents == 0


def test_letters_fill_the_time_that_chats_leave():
    quiet, letters = Load(chats=3, others=0), Load(chats=3, others=2)
    alone, both = (needed([load] * 12, 0, EFFORT, Aim())[-1] for load in (quiet, letters))
    assert alone.agents == alone.for_chats == both.agents == 1
    many = needed([Load(chats=30, others=30)] * 12, 0, EFFORT, Aim())[-1]
    busy = 30 * 600 / HOUR / 3 + 30 * 1200 / HOUR
    assert many.agents == math.ceil(busy / BUSIEST) > many.for_chats
