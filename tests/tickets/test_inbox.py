"""What lies in which view, page by page, and how many queries that takes."""

import pytest
from django.core.exceptions import BadRequest

from tickets import inbox
from tickets.counts import counts
from tickets.models import Ticket
from tickets.search import search


@pytest.fixture
def many(dora, orders):
    tickets = [Ticket.open(dora, orders, subject=f"Order {n}", source="email") for n in range(7)]
    Ticket.objects.update(activity_at=tickets[0].activity_at)  # all alike: only the id tells them apart
    return tickets


def test_pages_meet_without_gap_or_double_even_when_times_are_equal(many, ann):
    first = inbox.page(ann, "open", size=3)
    second = inbox.page(ann, "open", after=first.next, size=3)
    third = inbox.page(ann, "open", after=second.next, size=3)
    ids = [ticket.pk for part in (first, second, third) for ticket in part.rows]
    assert ids == [ticket.pk for ticket in reversed(many)]
    assert (first.previous, third.next) == (None, None)
    back = inbox.page(ann, "open", before=third.previous, size=3)
    assert [ticket.pk for ticket in back.rows] == [ticket.pk for ticket in second.rows]


def test_a_page_takes_as_many_queries_for_seven_rows_as_for_two(many, ann, django_assert_num_queries):
    ann.team_ids()
    for size in (2, 7):
        with django_assert_num_queries(1):
            inbox.page(ann, "open", size=size)


def test_another_teams_agent_sees_only_what_is_his_or_followed(many, carl):
    assert inbox.page(carl, "open").rows == []
    many[0].assign(carl, None)
    many[1].follow(carl, carl)
    assert {ticket.pk for ticket in inbox.page(carl, "open").rows} == {many[0].pk, many[1].pk}
    assert counts(carl)["open"].value == 2
    assert counts(carl)["mine"].value == 1


def test_counts_name_every_channel_that_has_active_tickets(many, ann, dora, orders):
    Ticket.open(dora, orders, subject="Call", source="phone")
    found = counts(ann)
    assert {name: count.value for name, count in found.items()} == {
        "mine": 0, "unassigned": 8, "open": 8, "snoozed": 0, "source:email": 7, "source:phone": 1,
    }  # fmt: skip


def test_what_left_the_view_is_told(many, ann):
    many[0].solve(ann)
    found = inbox.looked_up(ann, "open", [many[1].pk, 999, many[0].pk])
    assert [(ticket.pk, ticket.inside) for ticket in found] == [(many[1].pk, True), (many[0].pk, False)]
    assert [ticket.inside for ticket in inbox.looked_up(ann, "mine", [many[1].pk])] == [False]


def test_what_may_not_be_seen_is_not_looked_up(many, ann, carl, admin):
    ids = [ticket.pk for ticket in many]
    assert inbox.looked_up(carl, "open", ids) == []
    many[2].follow(carl, carl)
    many[3].assign(carl, None)
    assert [ticket.pk for ticket in inbox.looked_up(carl, "open", ids)] == ids[2:4]
    assert [ticket.pk for ticket in inbox.looked_up(admin, "open", ids)] == ids


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-", "99999999999999999999999-1", "' OR 1=1 --"])
def test_a_cursor_that_is_none_is_a_bad_request(cursor, ann):
    with pytest.raises(BadRequest):
        inbox.page(ann, "open", after=cursor or "-")


def test_words_are_found_in_any_spelling_by_those_who_may_see_them(dora, orders, ann, carl):
    ticket = Ticket.open(dora, orders, subject="غطاء الماكينة مكسور", source="email")
    ticket.receive(dora, text="وصل الطَّلَب ١٢٣٤ متأخراً")
    for words in ("طلب", "الطلب", "1234", "مكسور", "ماكينه"):
        assert [hit.ticket.pk for hit in search(ann, words).tickets] == [ticket.pk], words
    assert search(carl, "مكسور").tickets == []
    assert search(ann, "غير موجود").tickets == []
    assert search(ann, f"#{ticket.pk}").tickets[0].ticket.pk == ticket.pk


def test_a_changed_subject_is_found_by_its_new_words_only(ticket, ann):
    ticket.set_subject("Broken handle", ann)
    assert search(ann, "handle").tickets
    ticket.set_subject("Broken spout", ann)
    assert search(ann, "spout").tickets
    assert not search(ann, "handle").tickets


def test_search_pages_by_keyset_without_doubles(dora, orders, ann):
    tickets = []
    for n in range(5):
        tickets.append(Ticket.open(dora, orders, subject=f"Grinder {n}", source="email"))
        tickets[-1].receive(dora, text="The grinder hums.")
        tickets[-1].receive(dora, text="The grinder still hums.")
    first = search(ann, "grinder", size=3)
    second = search(ann, "grinder", size=3, after=first.next)
    assert [hit.ticket.pk for hit in first.tickets + second.tickets] == [
        ticket.pk for ticket in reversed(tickets)
    ]
    assert (first.total, first.capped) == (10, False)


def test_search_for_a_word_that_is_everywhere_pages_the_same_way(dora, orders, ann, monkeypatch):
    monkeypatch.setattr("tickets.search.MOST_HITS", 3)
    tickets = []
    for n in range(5):
        tickets.append(Ticket.open(dora, orders, subject=f"Grinder {n}", source="email"))
        tickets[-1].receive(dora, text="The grinder hums.")
    for ticket in tickets[:2]:
        ticket.receive(dora, text="The grinder still hums.")
    seen, after = [], None
    for _ in range(3):
        found = search(ann, "grinder", size=2, after=after)
        assert after or (found.total, found.capped) == (3, True)
        seen += [hit.ticket.pk for hit in found.tickets]
        after = found.next
    assert seen == [tickets[n].pk for n in (1, 0, 4, 3, 2)]
