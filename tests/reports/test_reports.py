"""Reports over the past: true to a count by hand, and the tickets behind each number."""

import io
from collections import Counter
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from agents.models import Workspace
from csat.period import Period
from reports import listing, overview, spreads
from reports.folding import fold
from reports.overview import Asked
from reports.sums import Total
from tests.reports.brute import answers_of, figures_of
from tickets.models import Ticket


def asked(reader, days: int = 12, source: str = "", **picked: int) -> Asked:
    return Asked(
        reader, Period(localdate() - timedelta(days=days), localdate() - timedelta(days=2), **picked), source
    )


def ninetieth(values: list[int]) -> float:
    """Between the two values nearest to nine tenths of the way, as the statistics of spreadsheets do."""
    ordered, place = sorted(values), 0.9 * (len(values) - 1)
    below = ordered[int(place)]
    above = ordered[min(int(place) + 1, len(ordered) - 1)]
    return below + (above - below) * (place - int(place))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("source", ["", "email"])
def test_they_say_what_a_count_by_hand_says(past, boss, zone, source):
    fold()
    with timezone.override(ZoneInfo(zone)):
        one = asked(boss, source=source)
        start, end = one.period.start, one.period.end
        tickets = [t for t in Ticket.objects.filter(spam_at=None) if t.source == source or not source]
        rows = [figures_of(ticket) for ticket in tickets]
        created = [row for row in rows if start <= row["created_at"] < end]
        done = [row for row in rows if row["done_at"] and start <= row["done_at"] < end]
        answers = [one for t in tickets for one in answers_of(t) if start <= one[3] < end]
        first = [one[4] for one in answers if one[1] == 0]
        whole = overview.whole(one)
        assert (whole.created.many, whole.done.many) == (len(created), len(done))
        assert whole.reopened.many == sum(row["reopened"] > 0 for row in done)
        assert whole.one_touch.many == sum(row["replies"] <= 1 and not row["reopened"] for row in done)
        assert whole.first == Total(len(first), median(first), pytest.approx(ninetieth(first)))
        assert whole.next.median == median(one[4] for one in answers if one[1] > 0)
        assert whole.done.median == median(row["done_seconds"] for row in done)
        by_day = Counter(localtime(row["created_at"]).date() for row in created)
        assert {day: many for day, many, _done in overview.by_day(one)[1] if many} == by_day
        assert sum(many for _day, _created, many in overview.by_day(one)[1]) == len(done)
        heat = Counter(
            (localtime(r["created_at"]).isoweekday(), localtime(r["created_at"]).hour) for r in created
        )
        assert overview.heat(one) == heat
        assert sum(overview.ages(one)) == sum(row["done_at"] is None for row in rows)
        for column in ("team", "agent", "source"):
            key = column if column == "source" else f"{column}_id"
            table = {row.key: row.created for row in overview.by(one, column) if row.created}
            assert table == Counter(row[key] for row in created)


def test_behind_each_number_are_its_tickets(past, client, boss):
    fold()
    one = asked(boss)
    whole = overview.whole(one)
    numbers = {
        "created": whole.created.many,
        "solved": whole.done.many,
        "reopened": whole.reopened.many,
        "one-touch": whole.one_touch.many,
    }
    for kind, many in numbers.items():
        assert len(listing.page(one, kind, "")[0]) == many
        assert len(list(listing.lines(one, kind))) == many + 1
    client.force_login(boss)
    page = client.get(f"/reports/tickets/?{one.query(kind='created')}").content.decode()
    assert page.count('<th scope="row">') == whole.created.many


def test_lists_go_on_where_they_ended(past, boss, monkeypatch):
    fold()
    monkeypatch.setattr(listing, "AT_A_TIME", 4)
    seen, before = [], ""
    while before is not None:
        rows, before = listing.page(asked(boss), "created", str(before))
        seen += [row.pk for row in rows]
    assert len(seen) == len(set(seen)) == overview.whole(asked(boss)).created.many


def test_a_lead_reads_nothing_of_other_teams(past, client, bea, orders, carl, repairs):
    fold()
    assert {row.key for row in overview.by(asked(bea), "team")} == {orders.pk}
    assert overview.whole(asked(bea, team=repairs.pk)).created.many == 0
    client.force_login(bea)
    for address in ("/reports/", "/reports/tickets/?kind=open", "/reports/export/?kind=open"):
        response = client.get(address)
        assert "Repairs" not in b"".join(response).decode()


def test_exports_hold_no_formulas(ticket, client, boss):
    Ticket.objects.filter(pk=ticket.pk).update(subject="=HYPERLINK(1)")
    fold()
    client.force_login(boss)
    said = b"".join(client.get("/reports/export/")).decode()
    assert "'=HYPERLINK(1)" in said
    answer = client.get("/reports/export/?format=xlsx")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    cell = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_nonsense_is_as_if_it_were_not_said(client, boss, past):
    client.force_login(boss)
    for said in ("from=x&to=y&team=0&agent=z&source=nowhere", "kind=nothing&before=x", "from=2999-01-01"):
        for page in ("", "tickets/"):
            assert client.get(f"/reports/{page}?{said}").status_code == 200


@pytest.mark.usefixtures("unhurried")
def test_the_page_asks_as_much_for_many_as_for_few(client, boss, past, django_assert_max_num_queries):
    fold()
    client.force_login(boss)
    client.get("/reports/")
    with django_assert_max_num_queries(35):
        assert "Came in" in client.get("/reports/").content.decode()
    with django_assert_max_num_queries(8):
        client.get("/reports/tickets/")


def test_how_many_took_how_long(past, boss, client):
    fold()
    one = asked(boss)
    seconds = [row["done_seconds"] for row in map(figures_of, Ticket.objects.filter(spam_at=None)) if row["done_at"]
               and one.period.start <= row["done_at"] < one.period.end]  # fmt: skip
    told, within = spreads.counted(one, "done"), 0
    for limit, many in zip(spreads.LIMITS, told, strict=False):
        within += many
        surely = sum(took < limit / 1.1 for took in seconds)
        assert surely <= within <= sum(took <= limit * 1.1 for took in seconds)
    assert sum(told) == len(seconds)
    client.force_login(boss)
    assert "up to 2h<" in client.get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("country", "first"), [("", "Monday"), ("IR", "Saturday"), ("SA", "Sunday"), ("DE", "Monday")]
)
def test_weeks_begin_as_they_do_in_the_companys_country(client, boss, past, country, first):
    Workspace.current().change(None, country=country)
    fold()
    client.force_login(boss)
    page = client.get("/reports/")
    assert str(page.context["heat"][0]["day"]) == first
    assert len({row["day"] for row in page.context["heat"]}) == 7
    weeks = overview.by_day(asked(boss, days=100))[1]
    assert {day.strftime("%A") for day, _created, _done in weeks} == {first}
