"""Promises by policy and reason, and tickets by tag: true to a count by hand."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate, now

from automation.models import COMPLAINT, Clock, Policy
from csat.period import Period
from events.history import as_of
from events.models import Event
from reports import kept
from reports.complaints import complaints
from reports.folding import fold
from reports.models import Outcome, Tagging
from reports.overview import Asked
from reports.promises import Kept
from reports.subjects import Counted, subjects
from tests.reports.brute import complained_at
from tests.reports.test_now import text
from tickets.models import Tag, Ticket


@pytest.fixture
def policy(db) -> Policy:
    return Policy.objects.create(name="Gold", position=9)


def asked(reader, **picked) -> Asked:
    return Asked(reader, Period(localdate() - timedelta(days=6), localdate(), **picked))


def clock(ticket: Ticket, policy: Policy | None, **facts) -> Clock:
    number = Clock.objects.count() + 100
    facts = {"kind": "next_reply", "started_at": now(), "target": 3600, "spans": []} | facts
    return Clock.objects.create(ticket=ticket, policy=policy, number=number, **facts)


def test_promises_are_told_by_policy_and_how_the_tickets_of_broken_ones_stood(
    policy, boss, bea, ann, dora, orders, repairs, client
):
    Clock.objects.all().delete()
    free, hers, moved, foreign = (
        Ticket.open(dora, team, subject="Lid", source="email") for team in (orders, orders, orders, repairs)
    )
    with as_of(now() - timedelta(hours=2)):
        hers.assign(ann, ann)
        moved.assign(ann, ann)
        moved.assign(bea, ann)
    free.assign(ann, ann)  # after it broke
    Clock.objects.all().delete()
    broken = now() - timedelta(hours=1)
    for ticket in (free, hers, moved, moved, foreign):
        clock(ticket, policy, breached_at=broken)
    clock(hers, policy, stopped_at=now())
    clock(hers, policy, stopped_at=now(), kind="first_reply")
    clock(hers, None, stopped_at=now())
    clock(hers, policy, stopped_at=now() - timedelta(days=30))
    fold()
    told = {(line.policy, line.promise.value): line for line in kept.lines(asked(boss))}
    assert told[policy, "next_reply"].kept == Kept(1, 5)
    assert told[policy, "next_reply"].because == [2, 2, 1]
    assert told[policy, "first_reply"].kept == told[None, "next_reply"].kept == Kept(1, 0)
    assert [line.policy for line in kept.lines(asked(boss))] == [policy, policy, None]
    assert kept.lines(asked(bea))[1].kept == Kept(1, 4)
    assert kept.lines(asked(boss, team=repairs.pk))[0].kept == Kept(0, 1)
    client.force_login(boss)
    page = text(client.get("/reports/details/"))
    assert "Gold" in page
    assert "<bdi>17%</bdi>" in page


@pytest.mark.usefixtures("unhurried")
def test_tags_are_told_beside_the_days_before(
    boss, bea, dora, orders, repairs, ann, client, django_assert_max_num_queries
):
    for team, tags, days in (
        (orders, ["Late", "Lid"], 1),
        (orders, ["Late"], 2),
        (repairs, ["Lid"], 3),
        (orders, ["Late"], 9),
    ):
        ticket = Ticket.open(dora, team, subject="Lid", source="email")
        for tag in tags:
            ticket.tag(tag, ann)
        Ticket.objects.filter(pk=ticket.pk).update(created_at=now() - timedelta(days=days))
    fold()
    assert [(str(one.tag), one.now.many, one.before) for one in subjects(asked(boss))] == [
        ("Late", 2, 1),
        ("Lid", 2, 0),
    ]
    assert [(str(one.tag), one.now.many, one.share) for one in subjects(asked(bea))] == [
        ("Late", 2, 1.0),
        ("Lid", 1, 0.5),
    ]
    client.force_login(boss)
    client.get("/reports/details/")
    with django_assert_max_num_queries(20):
        assert "75%" in text(client.get("/reports/details/"))


def test_outcomes_and_tags_follow_their_ticket_and_are_drawn_anew_the_same(
    policy, dora, orders, repairs, ann
):
    ticket = Ticket.open(dora, orders, subject="Lid", source="email")
    other = Ticket.open(dora, orders, subject="Rim", source="email")
    for one in (ticket, other):
        clock(one, policy, breached_at=now() - timedelta(hours=1))
        clock(one, policy, stopped_at=now(), kind=COMPLAINT)
        one.tag("Late", ann)
    fold()

    def drawn() -> tuple[list, list]:
        outcomes = Outcome.objects.order_by("ticket", "number").values_list(
            "ticket", "promise", "policy_id", "team", "agent", "source", "at", "reason"
        )
        return list(outcomes), list(Tagging.objects.order_by("ticket").values_list("ticket", "tag", "team"))

    before = drawn()
    assert [row[0] for row in before[0]] == [row[0] for row in before[1]] == [ticket.pk, other.pk]
    ticket.set_team(repairs, ann)
    ticket.assign(ann, ann)
    other.untag(other.tags.get(), ann)
    fold()
    after = drawn()
    assert [(row[0], row[3], row[4]) for row in after[0]] == [
        (ticket.pk, repairs.pk, ann.pk),
        (other.pk, orders.pk, None),
    ]
    assert [(row[0], row[2]) for row in after[1]] == [(ticket.pk, repairs.pk)]
    Outcome.objects.update(reason="")
    Tagging.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert drawn() == after
    ticket.mark_spam(ann)
    fold()
    assert not Tagging.objects.exists()


def test_a_promise_whose_policy_is_gone_is_still_told(policy, boss, dora, orders):
    ticket = Ticket.open(dora, orders, subject="Lid", source="email")
    Clock.objects.all().delete()
    clock(ticket, policy, stopped_at=now())
    clock(ticket, None, stopped_at=now())
    fold()
    policy.delete()
    (line,) = kept.lines(asked(boss))
    assert (line.policy, line.kept) == (None, Kept(2, 0))


def test_what_each_tags_tickets_came_to(past, boss, ann):
    for number, ticket in enumerate(Ticket.objects.filter(pk__in=past)):
        if number % 3 == 0:
            ticket.rate(1 + number % 5, "", ann)
    fold()
    one = Asked(boss, Period(localdate() - timedelta(days=12), localdate() - timedelta(days=1)))
    start, end = one.period.start, one.period.end
    told = {str(row.tag): row for row in subjects(one)}
    assert told
    for tag in Tag.objects.all():
        counted = [t for t in Ticket.objects.filter(spam_at=None, tags=tag) if start <= t.created_at < end]
        scores = [t.rating for t in counted if t.rating]
        assert told[tag.name].now == Counted(
            len(counted),
            sum(t.reopened_count > 0 for t in counted),
            sum(bool(t.complaint) for t in counted),
            len(scores),
            sum(scores) / len(scores) if scores else None,
        )


def test_a_tag_is_marked_as_a_product_by_an_administrator(client, admin, boss, ticket, ann):
    tag = ticket.tag("Kettle", ann)
    fold()
    address = f"/reports/tags/{tag.pk}/product/"
    client.force_login(boss)
    assert client.post(address).status_code == 403
    client.force_login(admin)
    assert client.get(address).status_code == 405
    assert "Products</h2>" not in text(client.get("/reports/details/"))
    for _again in range(2):
        assert client.post(address, follow=True).status_code == 200
    assert Event.objects.filter(kind="tag.changed").count() == 1
    assert "Products</h2>" in text(client.get("/reports/details/"))
    client.post(address, {"no": "1"})
    assert not Tag.objects.get(pk=tag.pk).is_product


@pytest.mark.parametrize("days", [(12, 1), (20, 6)])
def test_complaints_are_told_by_what_they_are_about_and_how_far_they_went(past, boss, orders, days):
    for number, ticket in enumerate(Ticket.objects.filter(pk__in=past).exclude(complaint="")):
        Clock.objects.filter(ticket=ticket, kind="complaint").update(
            breached_at=now() if number % 2 else None
        )
    fold()
    for picked in ({}, {"team": orders.pk}):
        first, last = (localdate() - timedelta(days=ago) for ago in days)
        one = Asked(boss, Period(first, last, **picked))
        found = complaints(one)
        rows = [(t, complained_at(t)) for t in Ticket.objects.filter(spam_at=None).exclude(complaint="")]
        rows = [(t, at) for t, at in rows if not picked or t.team_id == orders.pk]
        inside = [t for t, at in rows if one.period.start <= at < one.period.end]
        before = [t for t, at in rows if one.before().period.start <= at < one.before().period.end]
        assert found.opened == len(inside) > 0
        for kind in found.kinds:
            own = [t for t in inside if t.complaint == kind.about]
            late = [t for t in own if t.clocks.filter(kind="complaint", breached_at__isnull=False).exists()]
            settled = [t for t in own if t.complaint_settled_at]
            assert (kind.opened, kind.settled, kind.late) == (len(own), len(settled), len(late))
            assert kind.before == sum(t.complaint == kind.about for t in before)
            assert kind.in_time == sum(t not in late for t in settled)
        assert sum(many for _title, many in found.levels) == len(inside)


def test_complaints_past_their_deadline_break_no_page(client, boss, ticket, ann):
    ticket.complain("delivery", ann)
    Clock.objects.filter(ticket=ticket, kind="complaint").update(breached_at=now(), stopped_at=now())
    fold()
    client.force_login(boss)
    page = text(client.get("/reports/details/"))
    assert "The delivery</th><td><bdi>1</bdi>" in page
    assert kept.lines(asked(boss)) == []
    assert f"#{ticket.pk}" in text(client.get("/reports/tickets/?kind=complaints"))
