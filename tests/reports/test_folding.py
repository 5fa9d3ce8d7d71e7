"""Figures are those of the tickets, whatever happens and in whatever order it is committed."""

import itertools
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.timezone import now

from events.models import Event
from reports import folding
from reports.models import Answer, Position, TicketFigures
from reports.tasks import MOST_SECONDS, fold_events
from tests.reports.brute import answers_of, figures_of
from tickets.models import Ticket


def drawn() -> dict[int, dict]:
    return {row["ticket_id"]: row for row in TicketFigures.objects.values()}


def answered() -> set[tuple]:
    return set(
        Answer.objects.values_list("ticket_id", "place", "agent_id", "at", "seconds", "source", "team_id")
    )


def assert_true() -> None:
    tickets = list(Ticket.objects.all())
    assert drawn() == {ticket.pk: figures_of(ticket) for ticket in tickets}
    assert answered() == {answer for ticket in tickets for answer in answers_of(ticket)}


def test_they_are_those_of_a_count_by_hand(past):
    assert folding.fold() == len(past)
    assert_true()
    assert Answer.objects.count() > 30
    assert TicketFigures.objects.filter(counts=False).exists()


def test_what_changes_afterwards_is_folded_in(past, ann, dora):
    folding.fold()
    first, second, third = Ticket.objects.filter(pk__in=past, pile="active")[:3]
    first.receive(dora, text="And now?")
    second.reply(ann, text="Sent.", then="solved")
    third.mark_spam(ann)
    assert folding.fold() == 3
    assert_true()
    assert folding.fold() == 0


def test_the_command_draws_all_anew(past):
    Ticket.objects.filter(pk=past[0]).update(source="portal")
    call_command("rebuild_reports", verbosity=0)
    assert_true()
    TicketFigures.objects.update(replies=99)
    Answer.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert_true()


def test_many_are_drawn_a_part_at_a_time(past, monkeypatch):
    monkeypatch.setattr(folding, "PART", 7)
    assert folding.fold() == len(past)
    assert folding.fold() == 0
    assert_true()
    monkeypatch.setattr(folding, "AT_A_TIME", 25)
    assert list(folding.rebuild()) == [25, 50, 60]


def test_who_looks_at_a_page_waits_for_a_short_part_only(past, monkeypatch):
    monkeypatch.setattr(folding, "PART_FOR_A_PAGE", 20)
    drawn = []
    for _look in range(500):
        if Position.objects.filter(folded_at__isnull=False).exists():
            break
        folding.catch_up()
        drawn.append(TicketFigures.objects.count())
    assert len(drawn) > 4
    assert all(after - before <= 20 for before, after in itertools.pairwise([0, *drawn]))
    assert_true()


@pytest.mark.django_db(transaction=True)
def test_a_turn_ends_in_time_and_the_next_ones_go_on(past, monkeypatch):
    monkeypatch.setattr(folding, "PART", 40)
    parts = -(-Event.objects.count() // 40)
    drawn = []
    for _turn in range(parts + 3):
        drawn.append(folding.fold(seconds=0))
        Position.objects.update(marked_at=now() - timedelta(minutes=1))
    assert sum(drawn) == len(past)
    assert max(drawn) <= 40
    assert_true()


def test_figures_are_never_older_than_a_minute():
    """By the clock alone, also where nobody looks at a page: the pause between two turns, and the longest turn."""
    (turn,) = (one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == fold_events.name)
    assert turn["schedule"].run_every + timedelta(seconds=MOST_SECONDS) <= timedelta(minutes=1)


def test_a_turn_folds_all_that_happened(past, ann):
    fold_events()
    ticket = Ticket.objects.filter(pk__in=past, pile="active").first()
    ticket.solve(ann)
    fold_events()
    assert_true()


def test_a_page_shows_what_happened_some_seconds_ago(client, boss, dora, orders):
    client.force_login(boss)

    def came_in() -> int:
        return client.get("/reports/").context["tiles"][0]["value"]

    assert came_in() == 0
    Ticket.open(dora, orders, subject="Lid", source="email")
    assert came_in() == 0
    Position.objects.update(folded_at=now() - folding.FRESH)
    assert came_in() == 1


def test_a_page_folds_only_what_nobody_did_a_moment_ago(ticket, django_assert_num_queries):
    folding.catch_up()
    assert TicketFigures.objects.filter(pk=ticket.pk).exists()
    with django_assert_num_queries(1):
        folding.catch_up()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_not_missed(ticket, dora, orders):
    """An event may get a smaller id than one that was folded before it could be seen."""
    begun, go_on = threading.Event(), threading.Event()

    def late():
        try:
            with transaction.atomic():
                Ticket.objects.get(pk=ticket.pk).receive(dora, text="Slowly …")
                begun.set()
                go_on.wait(10)
        finally:
            connection.close()

    folding.fold()
    thread = threading.Thread(target=late)
    thread.start()
    assert begun.wait(10)
    later = Ticket.open(dora, orders, subject="Quick", source="email")
    for _round in range(3):
        Position.objects.update(marked_at=now() - timedelta(minutes=1))
        folding.fold()
    assert TicketFigures.objects.filter(pk=later.pk).exists()
    assert Position.objects.get().settled < Event.objects.filter(ticket_id=later.pk).get().pk
    go_on.set()
    thread.join()
    assert folding.fold() == 1
    assert_true()
    for _round in range(3):
        Position.objects.update(marked_at=now() - timedelta(minutes=1))
        folding.fold()
    assert Position.objects.get().settled == Event.objects.order_by("-pk").first().pk


def test_taking_mail_in_costs_nothing_more(ticket):
    """Figures listen to nothing: they read the stream behind it."""
    from events import bus

    desk = ("agent.", "team.")
    names = [name for kind, heard in bus._after.items() if not kind.startswith(desk) for name in heard]
    names += [
        act.__module__ for kind, acts in bus._within.items() if not kind.startswith(desk) for act in acts
    ]
    assert not [name for name in names if name.startswith("reports.")]
