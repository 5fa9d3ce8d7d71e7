"""When reports are mailed: the next time, the last that was missed, and the days they tell of."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from reports.schedules import Schedule, days_of


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "following"),
    [("daily", "2026-11-25 04:30"), ("weekly", "2026-11-30 04:30"), ("monthly", "2026-12-01 04:30")],
)
def test_the_next_time_is_at_that_hour_there(cadence, following):
    schedule = Schedule(cadence, 0, 8, "Asia/Tehran")  # 3:30 ahead
    assert schedule.after(at("2026-11-24 05:00")) == at(following)
    assert schedule.after(at(following) - timedelta(microseconds=1)) == at(following)
    assert schedule.latest(at(following)) == at(following)


def test_of_many_that_were_missed_there_is_one_last():
    schedule = Schedule("daily", 0, 8, "UTC")
    assert schedule.latest(at("2026-11-24 07:59")) == at("2026-11-23 08:00")
    assert Schedule("monthly", 0, 8, "UTC").latest(at("2026-11-24 07:59")) == at("2026-11-01 08:00")
    assert Schedule("weekly", 4, 23, "UTC").latest(at("2026-11-24 07:59")) == at("2026-11-20 23:00")


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Cairo", "Australia/Lord_Howe"])
def test_each_day_has_one_time_also_when_clocks_are_changed(zone, hour):
    schedule, moment, found = Schedule("daily", 0, hour, zone), at("2026-01-01 00:00"), []
    while moment < at("2026-12-31 00:00"):
        moment = schedule.after(moment)
        found.append(moment)
        assert schedule.latest(moment) == moment
    apart = {later - sooner for sooner, later in pairwise(found)}
    assert apart <= {timedelta(hours=24 + half / 2) for half in (-2, -1, 0, 1, 2)}
    assert len(found) in {364, 365}


def test_the_days_that_are_meant():
    tuesday = date(2026, 3, 3)
    assert days_of("yesterday", tuesday) == (date(2026, 3, 2), date(2026, 3, 2))
    assert days_of("last-week", tuesday) == (date(2026, 2, 23), date(2026, 3, 1))
    assert days_of("last-week", date(2026, 3, 1)) == (date(2026, 2, 16), date(2026, 2, 22))
    assert days_of("last-week", tuesday, 5) == (date(2026, 2, 21), date(2026, 2, 27))
    assert days_of("last-week", date(2026, 2, 28), 5) == (date(2026, 2, 21), date(2026, 2, 27))
    assert days_of("last-week", date(2026, 2, 28), 6) == (date(2026, 2, 15), date(2026, 2, 21))
    assert days_of("last-month", tuesday) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of("7-days", tuesday) == (date(2026, 2, 24), date(2026, 3, 2))
    assert days_of("30-days", tuesday)[0] == date(2026, 2, 1)
