"""Cells: whatever happens they hold what the figures hold, and over a long time reports read the same from them."""

import itertools
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.timezone import localdate, now
from hypothesis import given
from hypothesis import strategies as st

from csat.period import Period
from reports import histogram, overview, sums
from reports.folding import fold, recount
from reports.models import Cell, Grain
from reports.overview import Asked
from tests.reports.brute import answers_of, figures_of, work_of
from tests.reports.conftest import live_through
from tests.reports.test_reports import ninetieth
from tickets.models import Ticket

NEAR = 2 ** (1 / histogram.STEPS) - 1


@pytest.fixture
def long_past(dora, orders, repairs, ann, bea, carl, monkeypatch):
    """80 tickets over 200 days."""
    return live_through(dora, [orders, repairs], [ann, bea, carl], monkeypatch, many=80, days=200, seed=11)


def held() -> Counter[tuple]:
    keys = ("cut", "grain", "measure", "at", "team_id", "agent_id", "source", "bucket")
    return Counter({tuple(row[:-1]): row[-1] for row in Cell.objects.values_list(*keys, "many") if row[-1]})


def by_hand() -> Counter[tuple]:
    """What whole cells there are to be, of the tickets themselves."""
    cells: Counter[tuple] = Counter()

    def put(measure, at, team, agent, source, bucket=0):
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        month = day.replace(day=1)
        if measure in {"created", "done"}:
            slot = at.astimezone(UTC).replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
            cells["whole", "slot", measure, slot, 0, 0, source, 0] += 1
        cells["whole", "day", measure, day, 0, 0, source, bucket] += 1
        cells["whole", "month", measure, month, 0, 0, source, bucket] += 1
        cells["team", "month", measure, month, team, 0, source, bucket] += 1
        cells["agent", "month", measure, month, team, agent or 0, source, bucket] += 1

    for ticket in Ticket.objects.filter(spam_at=None):
        row = figures_of(ticket)
        who = (row["team_id"], row["agent_id"], row["source"])
        put("created", row["created_at"], *who)
        if row["done_at"]:
            put("done", row["done_at"], *who, bucket_of(row["done_seconds"]))
            put("done_work", row["done_at"], *who, bucket_of(row["done_work_seconds"]))
            if row["reopened"]:
                put("reopened", row["done_at"], *who)
            elif row["replies"] <= 1:
                put("one_touch", row["done_at"], *who)
        for answer, work in zip(answers_of(ticket), work_of(ticket), strict=True):
            _ticket, place, agent, at, seconds, source, team = answer
            put("next" if place else "first", at, team, agent, source, bucket_of(seconds))
            put("next_work" if place else "first_work", at, team, agent, source, bucket_of(work))
    return cells


def bucket_of(seconds: int) -> int:
    """Doubling after doubling, without logarithms."""
    return max(number for number in range(400) if histogram.begins(number) <= seconds + 1e-9)


def test_they_hold_what_the_tickets_hold(long_past):
    fold()
    assert held() == by_hand()


def test_what_changes_is_taken_out_and_put_in(long_past, ann, dora, repairs):
    fold()
    chance = random.Random(5)
    for _round in range(4):
        for ticket in Ticket.objects.filter(pk__in=chance.sample(long_past, 12)):
            chance.choice(
                [
                    lambda t: t.solve(ann),
                    lambda t: t.mark_spam(ann),
                    lambda t: t.unmark_spam(ann),
                    lambda t: t.assign(ann, ann),
                    lambda t: t.set_team(repairs, ann),
                    lambda t: t.receive(dora, text="And now?"),
                    lambda t: t.reply(ann, text="Sent.", then="solved"),
                ]
            )(ticket)
        fold()
        assert held() == by_hand()


def test_they_are_counted_anew(long_past):
    fold()
    Cell.objects.filter(pk__in=Cell.objects.values("pk")[:200]).delete()
    Cell.objects.update(many=77)
    recount()
    assert held() == by_hand()
    Cell.objects.update(many=78)
    call_command("rebuild_reports", verbosity=0)
    assert held() == by_hand()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_a_long_report_says_what_the_rows_say(long_past, boss, bea, ann, orders, zone, monkeypatch):
    fold()
    filters = [{}, {"team": orders.pk}, {"agent": ann.pk}]
    with timezone.override(ZoneInfo(zone)):
        first, last = localdate() - timedelta(days=170), localdate() - timedelta(days=4)
        for reader, picked, source in itertools.product([boss, bea], filters, ["", "email"]):
            asked = Asked(reader, Period(first, last, **picked), source)
            read = _all_of(asked)
            with monkeypatch.context() as patch:
                patch.setattr(sums, "LONG", timedelta(days=999))
                assert_near(read, _all_of(asked))


def _all_of(asked: Asked) -> dict:
    found = {
        ("", measure): {None: sums.total(asked, measure)} for measure in overview.Whole.__dataclass_fields__
    }
    for column in ("team", "agent", "source"):
        found |= {
            (column, measure): sums.totals(asked, measure, column) for measure in ("created", "done", "first")
        }
    spread = {measure: sums.spread(asked, measure) for measure in ("first", "next", "done")}
    return {"totals": found, "days": overview.by_day(asked), "heat": overview.heat(asked), "spread": spread}


def assert_near(read: dict, exact: dict) -> None:
    assert read["days"] == exact["days"]
    assert read["heat"] == exact["heat"]
    assert read["spread"] == exact["spread"]
    for of, totals in exact["totals"].items():
        assert read["totals"][of].keys() == totals.keys()
        for key, total in totals.items():
            told = read["totals"][of][key]
            assert told.many == total.many
            assert (told.median is None) == (total.median is None)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_percentiles_of_buckets_are_as_near_as_buckets_are_wide(seconds, share):
    """To one of the two values between which the exact one lies."""
    read = histogram.percentile(Counter(map(bucket_of, seconds)), share)
    ordered, place = sorted(seconds), share * (len(seconds) - 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    assert below * (1 - NEAR) - 1 <= read <= above * (1 + NEAR) + 1
    assert histogram.percentile({}, share) is None


def test_many_values_are_read_nearly_exactly():
    chance = random.Random(3)
    seconds = [int(chance.lognormvariate(8, 1.5)) for _ in range(5000)]
    counted = Counter(map(bucket_of, seconds))
    assert histogram.percentile(counted, 0.5) == pytest.approx(sorted(seconds)[2500], rel=0.02)
    assert histogram.percentile(counted, 0.9) == pytest.approx(ninetieth(seconds), rel=0.03)


def test_stretches_leave_nothing_out_and_count_nothing_twice():
    start, end = datetime(2025, 1, 20, 3, 30, tzinfo=UTC), datetime(2025, 4, 2, 18, tzinfo=UTC)
    found = list(sums.stretches(start, end, (Grain.MONTH, Grain.DAY)))
    assert [one.grain for one in found] == [None, Grain.DAY, Grain.MONTH, Grain.DAY, None]
    assert [one.start for one in found][1:] == [one.end for one in found][:-1]
    assert (found[0].start, found[-1].end, found[2].start) == (start, end, datetime(2025, 2, 1, tzinfo=UTC))
    assert [
        one.grain for one in sums.stretches(start, start + timedelta(hours=9), (Grain.MONTH, Grain.DAY))
    ] == [None]


@pytest.mark.usefixtures("unhurried")
def test_a_year_is_read_by_few_queries(client, boss, long_past, django_assert_max_num_queries):
    fold()
    client.force_login(boss)
    year = f"from={localdate() - timedelta(days=364)}&to={now().date()}"
    client.get(f"/reports/?{year}")
    with django_assert_max_num_queries(37):
        assert "Came in" in client.get(f"/reports/?{year}").content.decode()
