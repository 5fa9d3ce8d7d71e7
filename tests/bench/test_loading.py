"""The bench's busy desk, small: what is loaded is what the product itself would have written."""

import pytest
from django.db import connection
from django.test import Client

from automation.models import Clock
from csat.models import Survey
from events.models import Event
from helpdesk.bench import boards, past
from helpdesk.bench.loader import LONG_THREAD, TEAMS, load
from helpdesk.bench.table import Line, percentile, show
from helpdesk.bench.words import COMMON
from reports.models import Outcome, TicketFigures
from tickets.counts import counts
from tickets.models import Message, Ticket
from tickets.search import search


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {row[0] for row in cursor.fetchall()}


def foreign_keys() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_small_desk_is_whole():
    before = indexes(), foreign_keys()
    cast = load(600)
    assert (indexes(), foreign_keys()) == before
    assert Ticket.objects.count() == 600
    assert Message.objects.count() == 600 * 3 + LONG_THREAD - 3
    assert Event.objects.count() == 600 * 4 + LONG_THREAD - 3
    assert len(cast.ann.team_ids()) == 2
    assert len(cast.admin.team_ids()) == TEAMS
    assert 0 < counts(cast.ann)["open"].value < counts(cast.admin)["open"].value
    assert search(cast.admin, COMMON).tickets
    browser = Client()
    browser.force_login(cast.ann, "agents.backends.AgentBackend")
    page = browser.get(f"/tickets/{cast.long_thread}/?view=open").content.decode()
    assert page.count('id="item-') >= LONG_THREAD
    ticket = Ticket.objects.get(pk=cast.long_thread)
    assert ticket.note(cast.ann, text="The next number is free.").number == 2 * LONG_THREAD + 2


def test_percentiles_are_values_that_were_measured():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0, 0.5, 0.95, 1)] == [1.0, 3.0, 5.0, 5.0]


def test_the_table_says_what_is_short():
    text = show([Line("inbox", "Ann", "1 ms", "2 ms", "1.10", "≤ 1", False), Line("start", met=True)])
    assert "SHORT" in text
    assert "met" in text


@pytest.mark.django_db(transaction=True)
def test_two_years_leave_promises_and_ratings_that_boards_count():
    before = indexes(), foreign_keys()
    cast = load(600)
    past.leave()
    boards.figures()
    assert (indexes(), foreign_keys()) == before
    assert Clock.objects.count() == 2 * 600
    assert 0 < Outcome.objects.exclude(reason="").count() < Outcome.objects.count() <= 2 * 600
    assert TicketFigures.objects.count() == 600
    assert Survey.objects.exclude(score=None).exists()
    browser = Client()
    browser.force_login(cast.admin, "agents.backends.AgentBackend")
    page = browser.get("/reports/details/").content.decode()
    assert "First reply" in page
