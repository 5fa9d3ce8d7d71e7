"""When a team works, in its own zone."""

from datetime import UTC, date, datetime, time

import pytest

from agents.hours import Hours, spans_in, written
from agents.models import Calendar

NINE_TO_FIVE = ((time(9), time(17)),)
WEEKDAYS = dict.fromkeys(range(5), NINE_TO_FIVE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T05:59", False),  # Monday, 08:59 in Amman
        ("2026-11-23T06:00", True),
        ("2026-11-23T13:59", True),
        ("2026-11-23T14:00", False),
        ("2026-11-22T10:00", False),  # Sunday
    ],
)
def test_hours_are_those_of_the_zone(moment, is_open):
    assert Hours("Asia/Amman", WEEKDAYS).is_open(at(moment)) is is_open


def test_without_any_hours_somebody_is_always_there():
    assert Hours().is_open(at("2026-11-22T03:00"))
    assert Hours().next_opening(at("2026-11-22T03:00")) == at("2026-11-22T03:00")


def test_a_span_may_go_past_midnight():
    night = Hours("UTC", {4: ((time(22), time(6)),)})  # Friday
    assert night.is_open(at("2026-11-28T05:59"))
    assert not night.is_open(at("2026-11-28T06:00"))
    assert not night.is_open(at("2026-11-27T05:00"))


def test_a_day_off_has_no_hours():
    hours = Hours("UTC", WEEKDAYS, frozenset({date(2026, 11, 23)}))
    assert not hours.is_open(at("2026-11-23T10:00"))
    assert hours.next_opening(at("2026-11-23T10:00")) == at("2026-11-24T09:00")


def test_the_next_opening_is_found_over_the_weekend_and_the_pause():
    hours = Hours("UTC", {day: ((time(9), time(12)), (time(14), time(18))) for day in range(5)})
    assert hours.next_opening(at("2026-11-23T12:30")) == at("2026-11-23T14:00")
    assert hours.next_opening(at("2026-11-27T19:00")) == at("2026-11-30T09:00")


def test_clocks_that_change_keep_the_hours_of_the_wall():
    hours = Hours("Europe/Berlin", dict.fromkeys(range(7), NINE_TO_FIVE))
    assert hours.next_opening(at("2026-03-28T23:00")) == at("2026-03-29T07:00")
    assert hours.next_opening(at("2026-03-27T23:00")) == at("2026-03-28T08:00")


def test_years_of_days_off_end_the_search():
    days = frozenset(date.fromordinal(date(2026, 11, 23).toordinal() + place) for place in range(400))
    assert Hours("UTC", WEEKDAYS, days).next_opening(at("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("9-17", "09:00–17:00"),
        ("14:00–18:00, 09:00–12:30", "09:00–12:30, 14:00–18:00"),
        ("22:00—06:00", "22:00–06:00"),
        ("9-24:00", "09:00–00:00"),
        ("٩-١٧", "09:00–17:00"),
        ("", ""),
    ],
)
def test_people_write_hours_as_they_like(text, clean):
    assert written(spans_in(text)) == clean


@pytest.mark.parametrize("text", ["9", "9-", "25-26", "9:99-10", "9-17, 16-18", "nine to five", "9-17-18"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError):
        spans_in(text)


@pytest.mark.django_db
def test_an_administrator_sets_them(client, admin, orders):
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    facts = {"zone": "Asia/Amman", "day_6": "9-17", "day_0": "9-12, 14-18", "days_off": "2026-12-25"}
    assert client.post(f"/settings/teams/{orders.pk}/hours/", facts).status_code == 302
    hours = Calendar.hours_of(orders.pk)
    assert hours.zone == "Asia/Amman"
    assert hours.week[0] == ((time(9), time(12)), (time(14), time(18)))
    assert hours.days_off == frozenset({date(2026, 12, 25)})
    page = client.get(f"/settings/teams/{orders.pk}/hours/").content.decode()
    assert "09:00–12:00, 14:00–18:00" in page


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"day_0": "9-8-7"}, {"zone": "Mars"}, {"days_off": "tomorrow"}])
def test_nonsense_is_told_in_words(client, admin, orders, facts):
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(f"/settings/teams/{orders.pk}/hours/", {"zone": "UTC", **facts})
    assert answer.status_code == 422
    assert not Calendar.objects.exists()
