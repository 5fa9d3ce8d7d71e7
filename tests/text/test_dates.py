"""Dates in the reader's own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import date_format

from text.dates import month_of, next_month, with_time, written, year

NOWRUZ = date(2026, 3, 21)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (NOWRUZ, "1 فروردین 1405"),
        (NOWRUZ - timedelta(days=1), "29 اسفند 1404"),
        (date(2025, 3, 20), "30 اسفند 1403"),
        (date(2026, 9, 22), "31 شهریور 1405"),
        (date(2026, 11, 23), "2 آذر 1405"),
    ],
)
def test_persian_dates_are_those_of_the_solar_hijri_calendar(day, told):
    with translation.override("fa"):
        assert [written(day, form) for form in ("j F Y", "j M Y", "j N Y", "j b Y")] == [told] * 4
        assert written(day) == told


def test_with_figures_and_weekdays():
    with translation.override("fa"):
        assert written(NOWRUZ, "Y-m-d y n l") == "1405-01-01 05 1 شنبه"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_in_other_languages_they_are_djangos(language):
    with translation.override(language):
        assert written(NOWRUZ, "l j F Y") == date_format(NOWRUZ, "l j F Y")
        assert year(NOWRUZ) == 2026


def test_the_time_of_day_follows():
    at = datetime(2026, 3, 21, 9, 5, tzinfo=UTC)
    with translation.override("fa"):
        assert with_time(at, "l j F") == "شنبه 1 فروردین، 09:05"
    with translation.override("en"):
        assert with_time(at, "j M") == "21 Mar, 09:05"


def test_a_year_ends_where_it_does_for_the_reader():
    with translation.override("fa"):
        assert (year(NOWRUZ - timedelta(days=1)), year(NOWRUZ)) == (1404, 1405)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_months_follow_one_another_without_a_gap(language):
    day = date(2024, 1, 1)
    with translation.override(language):
        for _month in range(60):
            begins, following = month_of(day), next_month(day)
            assert begins <= day < following
            assert written(begins, "j") == written(following, "j") == "1"
            assert written(following - timedelta(days=1), "F") == written(day, "F")
            day = following


def test_pages_tell_moments_where_the_reader_is_and_machines_the_same_to_all():
    at = datetime(2026, 3, 20, 21, 0, tzinfo=UTC)
    page = Template(
        "{{ at|date:'j M Y · H:i' }} {{ at|date:'c' }} {{ at|date:'Y-m-d' }} {{ none|date:'j M' }}"
    )
    with translation.override("fa"), timezone.override("Asia/Tehran"):
        said = page.render(Context({"at": at, "none": None}))
    assert said == "1 فروردین 1405 · 00:30 2026-03-21T00:30:00+03:30 2026-03-21 "
