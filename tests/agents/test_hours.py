"""When a team works, in its own zone."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from agents.hours import Hours, spans_in, written
from agents.models import Calendar
from tests.agents.test_ical import calendar

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
    days = frozenset(date.fromordinal(date(2026, 11, 23).toordinal() + place) for place in range(2500))
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
    client.force_login(admin, backend="agents.backends.AgentBackend")
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
    client.force_login(admin, backend="agents.backends.AgentBackend")
    answer = client.post(f"/settings/teams/{orders.pk}/hours/", {"zone": "UTC", **facts})
    assert answer.status_code == 422
    assert not Calendar.objects.exists()


def seasons(*rows: dict) -> dict:
    """Rows as the page sends them."""
    total = {"season-TOTAL_FORMS": len(rows), "season-INITIAL_FORMS": 0}
    return total | {
        f"season-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()
    }


@pytest.mark.django_db
class TestTheCompanysHours:
    def page(self) -> str:
        return f"/settings/calendars/{Calendar.company().pk}/"

    def test_they_are_there_from_the_first_start(self, client, admin):
        client.force_login(admin)
        assert Calendar.company() == Calendar.company()
        assert set(Calendar.company().hours.week) == {0, 1, 2, 3, 4}
        assert client.get("/settings/calendars/").status_code == 200

    def test_they_are_those_of_the_country_until_somebody_sets_others(self, client, admin):
        client.force_login(admin)
        client.post("/settings/company/", {"name": "Dallah", "country": "SA"})
        hours = Calendar.company().hours
        assert (hours.zone, hours.country, set(hours.week)) == ("Asia/Riyadh", "SA", {6, 0, 1, 2, 3})
        facts = {"name": "Ours", "zone": "Asia/Riyadh", "country": "SA", "day_0": "8-12"}
        assert client.post(self.page(), facts).status_code == 302
        client.post("/settings/company/", {"name": "Dallah", "country": "DE"})
        assert Calendar.company().hours.zone == "Asia/Riyadh"

    def test_holidays_are_shown_in_the_readers_language(self, client, admin):
        client.force_login(admin)
        client.post("/settings/company/", {"country": "SA"})
        assert "National Day" in client.get(self.page()).content.decode()
        admin.language = "ar"
        admin.save()
        assert "اليوم الوطني" in client.get(self.page()).content.decode()

    def test_teams_share_them(self, client, admin, orders):
        client.force_login(admin)
        client.post(self.page(), {"name": "Night", "zone": "UTC", "day_0": "22-6"})
        url = f"/settings/teams/{orders.pk}/hours/"
        assert client.post(url + "kept/", {"calendar": Calendar.company().pk}).status_code == 302
        assert Calendar.hours_of(orders.pk).week == {0: ((time(22), time(6)),)}
        assert "Night" in client.get(url).content.decode()
        client.post(url, {"zone": "UTC", "day_1": "9-17"})
        assert set(Calendar.hours_of(orders.pk).week) == {1}


@pytest.mark.django_db
class TestWhatIsNotAsUsual:
    @pytest.fixture
    def url(self, client, admin, orders) -> str:
        client.force_login(admin)
        return f"/settings/teams/{orders.pk}/hours/"

    def test_days_off_have_names(self, client, url, orders):
        client.post(url, {"zone": "UTC", "days_off": "2026-12-25 Christmas\n\n2026-12-24"})
        assert orders.calendar.days_off == ["2026-12-24", "2026-12-25 Christmas"]
        assert "2026-12-25 Christmas" in client.get(url).content.decode()

    def test_a_calendar_file_brings_days_off(self, client, url, orders):
        day = f"{now().year + 1}-05-01"
        data = calendar(f"DTSTART;VALUE=DATE:{day.replace('-', '')}\nSUMMARY:Labour Day")
        file = SimpleUploadedFile("days.ics", data)
        assert client.post(url, {"zone": "UTC", "days_off": "2026-12-24", "file": file}).status_code == 302
        assert orders.calendar.days_off == ["2026-12-24", f"{day} Labour Day"]

    @pytest.mark.parametrize("data", [b"hello", b"x" * 1_000_001])
    def test_another_file_is_refused_in_words(self, client, url, data):
        answer = client.post(url, {"zone": "UTC", "file": SimpleUploadedFile("days.ics", data)})
        assert answer.status_code == 422

    def test_other_hours_for_a_while(self, client, url, orders):
        ramadan = {"name": "Ramadan", "first": "2026-02-18", "last": "2026-03-19", "spans": "10-15"}
        facts = {"zone": "UTC", "day_0": "9-17", **seasons(ramadan, {})}
        assert client.post(url, facts).status_code == 302
        (season,) = orders.calendar.hours.seasons
        assert (season.name, season.last, season.spans) == (
            "Ramadan",
            date(2026, 3, 19),
            ((time(10), time(15)),),
        )
        assert "Ramadan" in client.get(url).content.decode()
        client.post(url, facts | seasons(ramadan | {"DELETE": "on"}))
        orders.calendar.refresh_from_db()
        assert orders.calendar.hours.seasons == ()

    def test_an_end_before_the_beginning_is_told(self, client, url):
        row = {"first": "2026-03-19", "last": "2026-02-18"}
        answer = client.post(url, {"zone": "UTC", **seasons(row)})
        assert answer.status_code == 422

    def test_a_part_of_the_country_is_chosen_once_the_country_is(self, client, url, orders):
        client.post(url, {"zone": "UTC", "country": "DE"})
        client.post(url, {"zone": "UTC", "country": "DE", "part": "BY"})
        orders.calendar.refresh_from_db()
        assert orders.calendar.country == "DE-BY"
