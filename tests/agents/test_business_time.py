"""Business time to the minute, in zones whose clocks do odd things, against walking along minute by minute.

`BUSINESS_TIME_CASES=100000 pytest tests/agents/test_business_time.py` walks the whole way.
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.holidays import holidays_of, weekend_of
from agents.hours import Hours, Season, add, between
from tests.agents.walking import (
    ZONES,
    Wall,
    some_hours,
    some_moment,
    walk_add,
    walk_between,
)

CASES = int(os.environ.get("BUSINESS_TIME_CASES", "2000"))
OFFICE = dict.fromkeys(range(5), ((time(9), time(17)),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def agree(hours: Hours, start: datetime, end: datetime, minutes: int) -> None:
    wall = Wall(hours)
    walked = walk_between(wall, start, end)
    assert between(hours, start, end) == walked * 60, (hours, start, end)
    limit = start + timedelta(days=1)
    reached, walked_to = add(hours, start, minutes * 60), walk_add(wall, start, minutes, limit)
    if walked_to is None:
        assert reached is None or reached > limit, (hours, start, minutes)
    else:
        assert reached == walked_to, (hours, start, minutes)


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_what_walking_along_finds(zone):
    chance = random.Random(f"{zone} 1")
    for _case in range(-(-CASES // len(ZONES))):
        near = chance.choice(ZONES[zone])
        hours, start = some_hours(chance, zone, near), some_moment(chance, near)
        length = timedelta(minutes=int(chance.expovariate(1 / 400)) % 2000)
        agree(hours, start, start + length, chance.randrange(1, 400))


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weeks = st.dictionaries(
    st.integers(0, 6), st.lists(st.tuples(times, times), max_size=3).map(tuple), min_size=1
)


@settings(max_examples=max(60, CASES // 20), deadline=None)
@given(st.sampled_from(sorted(ZONES)), weeks, st.integers(0, 1500), st.integers(0, 700), st.data())
def test_it_is_what_walking_along_finds_however_odd_the_week(zone, week, ahead, minutes, data):
    near = data.draw(st.sampled_from(ZONES[zone])).replace(tzinfo=UTC)
    start = near + timedelta(minutes=data.draw(st.integers(-2000, 2000)))
    hours = Hours(zone, week)
    if hours.always:
        assert between(hours, start, start + timedelta(minutes=ahead)) == ahead * 60
    else:
        agree(hours, start, start + timedelta(minutes=ahead), minutes)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(ZONES)), weeks, st.integers(0, 10**7), st.floats(1, 10**4))
def test_what_is_added_lies_between(zone, week, second, seconds):
    hours, start = Hours(zone, week), at("2026-01-01T00:00") + timedelta(seconds=second)
    end = add(hours, start, seconds)
    assert end is not None
    assert between(hours, start, end) == pytest.approx(seconds, abs=1e-5)


def test_a_day_of_work_ends_where_it_ends_and_not_the_next_morning():
    hours = Hours("Europe/Berlin", OFFICE)
    assert add(hours, at("2026-11-20T08:00"), 8 * 3600) == at("2026-11-20T16:00")
    assert add(hours, at("2026-11-20T08:00"), 8 * 3600 + 1) == at("2026-11-23T08:00") + timedelta(seconds=1)


def test_a_night_goes_on_into_a_day_off():
    hours = Hours("UTC", {3: ((time(22), time(6)),)}, frozenset({date(2026, 11, 27)}))
    assert between(hours, at("2026-11-26T00:00"), at("2026-11-28T00:00")) == 8 * 3600


def test_what_overlaps_counts_once():
    hours = Hours("UTC", {0: ((time(20), time(6)),), 1: ((time(4), time(8)),)})
    assert between(hours, at("2026-11-23T00:00"), at("2026-11-25T00:00")) == 12 * 3600


def test_public_holidays_are_free():
    hours = Hours("Asia/Riyadh", dict.fromkeys((6, 0, 1, 2, 3), ((time(9), time(17)),)), country="SA")
    assert between(hours, at("2026-09-23T00:00"), at("2026-09-24T00:00")) == 0  # National Day
    assert between(hours, at("2026-09-22T00:00"), at("2026-09-23T00:00")) == 8 * 3600


def test_holidays_of_a_part_of_a_country():
    epiphany = at("2026-01-06T00:00"), at("2026-01-07T00:00")
    assert between(Hours("Europe/Berlin", OFFICE, country="DE"), *epiphany) == 8 * 3600
    assert between(Hours("Europe/Berlin", OFFICE, country="DE-BY"), *epiphany) == 0


@pytest.mark.parametrize(
    ("country", "language", "day", "name"),
    [
        ("SA", "ar", "2026-09-23", "اليوم الوطني"),
        ("SA", "en", "2026-09-23", "National Day"),
        ("IR", "fa", "2026-03-21", "نوروز"),
        ("SA", "fa", "2026-09-23", "National Day"),
    ],
)
def test_holidays_have_names(country, language, day, name):
    assert name in holidays_of(country, 2026, language)[date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("country", "free"), [("SA", {4, 5}), ("IR", {4}), ("DE", {5, 6}), ("", {5, 6}), ("QQ", {5, 6})]
)
def test_weekends_are_those_of_the_country(country, free):
    assert weekend_of(country) == free


def test_a_season_has_hours_of_its_own_on_days_with_work():
    ramadan = Season(date(2026, 2, 18), date(2026, 3, 19), ((time(10), time(15)),))
    hours = Hours("UTC", OFFICE, frozenset({date(2026, 2, 20)}), seasons=(ramadan,))
    assert between(hours, at("2026-02-19T00:00"), at("2026-02-20T00:00")) == 5 * 3600
    assert between(hours, at("2026-02-20T00:00"), at("2026-02-23T00:00")) == 0  # a day off, and a weekend
    assert between(hours, at("2026-03-20T00:00"), at("2026-03-21T00:00")) == 8 * 3600


def test_a_season_may_open_weekends_and_days_off_too():
    sale = Season(date(2026, 11, 27), date(2026, 11, 29), ((time(8), time(20)),), every_day=True)
    hours = Hours("UTC", OFFICE, frozenset({date(2026, 11, 27)}), seasons=(sale,))
    assert between(hours, at("2026-11-27T00:00"), at("2026-11-30T00:00")) == 36 * 3600


def test_where_nobody_ever_works_nothing_is_reached():
    closed = Season(date(2020, 1, 1), date(2040, 1, 1))
    assert add(Hours("UTC", OFFICE, seasons=(closed,)), at("2026-11-20T08:00"), 60) is None
