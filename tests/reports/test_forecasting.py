"""What is expected, from the weeks before: weekdays, newer weeks, holidays, bands, and how wrong it was."""

import math
import random
from datetime import date, timedelta

import pytest

from reports.forecasting import WEEK, Expected, History, back_test, days, hours

MONDAY = date(2026, 11, 23)


def always(_day: date) -> bool:
    return True


def history(count, weeks: int = 12, until=(MONDAY, 0)) -> History:
    first = MONDAY - weeks * WEEK
    counts = {
        (first + timedelta(days=number), hour): many
        for number in range(weeks * 7 + 7)
        for hour in range(24)
        if (first + timedelta(days=number), hour) < until
        and (many := count(first + timedelta(days=number), hour))
    }
    return History(counts, first, until)


def poisson(mean: float, chance: random.Random) -> int:
    limit, many, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        product *= chance.random()
        many += 1
    return many


def test_an_hour_is_foretold_by_the_same_hour_of_the_same_weekday():
    known = history(lambda day, hour: 10 * day.weekday() + hour)
    for day in (MONDAY, MONDAY + timedelta(days=4)):
        assert hours(known, [(day, 9)], always)[day, 9].mean == pytest.approx(10 * day.weekday() + 9)
        assert days(known, [day], always)[day].mean == pytest.approx(240 * day.weekday() + 276)


def test_newer_weeks_weigh_more():
    fell = history(lambda day, hour: 4 if day >= MONDAY - 2 * WEEK else 12)
    rose = history(lambda day, hour: 12 if day >= MONDAY - 2 * WEEK else 4)
    [low], [high] = (hours(one, [(MONDAY, 9)], always).values() for one in (fell, rose))
    assert low.mean + high.mean == pytest.approx(16)
    assert 8 < low.mean < 12  # two weeks of eight, but the heaviest
    assert low.mean < 4 + 8 * 6 / 8


def test_today_is_known_only_up_to_this_hour():
    at_noon = history(lambda day, hour: 50 if day == MONDAY else 2, until=(MONDAY, 12))
    week_on = MONDAY + WEEK
    expected = hours(at_noon, [(week_on, 11), (week_on, 12)], always)
    assert expected[week_on, 11].mean > 2
    assert expected[week_on, 12].mean == pytest.approx(2)
    assert days(at_noon, [week_on], always)[week_on].mean == pytest.approx(48)


def test_a_holiday_spoils_no_usual_day_and_is_none_itself():
    off = {MONDAY - WEEK, MONDAY + timedelta(days=2)}

    def works(day: date) -> bool:
        return day not in off and day.weekday() < 5

    known = history(lambda day, hour: 20 if works(day) else 1)
    expected = hours(known, [(MONDAY, 9), (MONDAY + timedelta(days=2), 9)], works)
    assert expected[MONDAY, 9].mean == pytest.approx(20)
    assert expected[MONDAY + timedelta(days=2), 9].mean == pytest.approx(1)


def test_four_counts_of_five_lie_in_the_band_and_the_error_is_that_of_chance():
    chance = random.Random(5)
    known = history(lambda day, hour: poisson(3 + 9 * (8 <= hour < 18), chance), weeks=12)
    found = back_test(known, always)
    assert found.weeks == 4
    assert 0.75 < found.within < 0.92
    assert found.by_hour == pytest.approx(found.hourly * found.came / (4 * 168))
    assert 0.2 < found.hourly < 0.4  # of single hours, where chance rules
    assert 0 < found.daily < 0.1
    assert found.daily < found.naive


def test_it_says_what_it_would_have_said_then():
    """What came later does not help: a week that nobody could foresee is wrong by as much as it was."""
    doubled = history(lambda day, hour: 20 if day >= MONDAY - WEEK else 10)
    found = back_test(doubled, always)
    assert found.came == 168 * (3 * 10 + 20)
    assert found.daily == pytest.approx(168 * 10 / found.came)


def test_a_short_past_says_nothing():
    short = history(lambda day, hour: 5, weeks=1)
    assert not short.is_enough
    assert back_test(short, always).weeks == 0
    assert back_test(short, always).daily is None
    three = history(lambda day, hour: 5, weeks=3)
    assert three.is_enough
    assert back_test(three, always).weeks == 1
    assert hours(history(lambda day, hour: 0, weeks=0), [(MONDAY, 9)], always)[MONDAY, 9] == Expected(
        0.0, 0, 0
    )


def test_where_nothing_ever_came_one_may_come():
    quiet = hours(history(lambda day, hour: 0), [(MONDAY, 3)], always)[MONDAY, 3]
    assert (quiet.mean, quiet.low) == (0.0, 0)
    assert quiet.holds(0)
    assert not quiet.holds(3)
