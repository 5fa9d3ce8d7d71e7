"""Promises by policy and reason, and tickets by tag: true to a count by hand."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate, now

from automation.models import COMPLAINT, Clock, Policy
from csat.period import Period
from events.history import as_of
from reports import kept
from reports.folding import fold
from reports.models import Outcome, Tagging
from reports.overview import Asked
from reports.promises import Kept
from reports.subjects import subjects
from tests.reports.test_now import text
from tickets.models import Ticket


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
    assert [(one.tag, one.many, one.before) for one in subjects(asked(boss))] == [
        ("Late", 2, 1),
        ("Lid", 2, 0),
    ]
    assert [(one.tag, one.many, one.share) for one in subjects(asked(bea))] == [
        ("Late", 2, 1.0),
        ("Lid", 1, 0.5),
    ]
    client.force_login(boss)
    client.get("/reports/details/")
    with django_assert_max_num_queries(16):
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
