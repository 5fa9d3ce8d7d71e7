"""Days off out of calendar files as others write them."""

from datetime import date

import pytest

from agents.ical import days_in

YEAR = date(2026, 1, 1), date(2027, 12, 31)


def calendar(*entries: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\nUID:{place}\n{entry}\nEND:VEVENT\n" for place, entry in enumerate(entries))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Shop//EN\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def test_a_day_and_its_name():
    file = calendar("DTSTART;VALUE=DATE:20261225\nSUMMARY:عيد الميلاد")
    assert days_in(file, *YEAR) == {date(2026, 12, 25): "عيد الميلاد"}


def test_the_end_is_the_day_after_the_last_one():
    file = calendar("DTSTART;VALUE=DATE:20260320\nDTEND;VALUE=DATE:20260323\nSUMMARY:Eid")
    assert list(days_in(file, *YEAR)) == [date(2026, 3, day) for day in (20, 21, 22)]


def test_what_comes_every_year_comes_each_year():
    file = calendar("DTSTART;VALUE=DATE:20100923\nRRULE:FREQ=YEARLY\nSUMMARY:National Day")
    assert list(days_in(file, *YEAR)) == [date(2026, 9, 23), date(2027, 9, 23)]


def test_a_rule_may_end_at_a_moment():
    file = calendar("DTSTART;VALUE=DATE:20250923\nRRULE:FREQ=YEARLY;UNTIL=20261231T000000Z\nSUMMARY:Day")
    assert list(days_in(file, *YEAR)) == [date(2026, 9, 23)]


@pytest.mark.parametrize(
    "entry",
    [
        "DTSTART:20261225T090000Z\nDTEND:20261225T100000Z\nSUMMARY:Call",
        "DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED\nSUMMARY:Gone",
        "DTSTART;VALUE=DATE:20191225\nSUMMARY:Long ago",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:Attack",
        "SUMMARY:Nothing",
    ],
)
def test_what_is_no_day_off_is_left(entry):
    assert days_in(calendar(entry), *YEAR) == {}


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"PK\x03\x04"]
)
def test_what_is_no_calendar_is_refused(data):
    with pytest.raises(ValueError):
        days_in(data, *YEAR)


def test_a_rule_for_all_time_does_not_hang():
    file = calendar(*["DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY\nSUMMARY:Ever"] * 500)
    assert days_in(file, *YEAR) == {}
