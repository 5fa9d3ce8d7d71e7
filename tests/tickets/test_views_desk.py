"""The desk's pages: what an agent sees, and how little the database is asked for it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from customers.models import Customer
from tests.conftest import hire
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


@pytest.fixture
def as_carl(client, carl):
    client.force_login(carl, backend="agents.backends.AgentBackend")
    return client


def conversations(team, number):
    for n in range(number):
        who = Customer.identify("email", f"c{n}@customer.example", name=f"Customer {n}" if n % 2 else "")
        ticket = Ticket.open(who, team, subject=f"Subject {n}", source="email")
        ticket.receive(who, text=f"Message {n}")
        ticket.tag(f"tag {n}", by=None)


def queries(client, address, asserting):
    client.get(address)
    with asserting() as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def counting():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


def test_the_list_says_who_what_and_how_it_began(as_ann, ticket):
    page = as_ann.get(reverse("inbox"), {"view": "unassigned"})
    assert f'id="row-{ticket.pk}"' in page.text
    for words in ["Dora", "Cracked lid", "Hello, the lid arrived cracked."]:
        assert words in page.text


def test_a_customers_words_cannot_become_markup(as_ann, dora, orders):
    ticket = Ticket.open(dora, orders, subject="<script>alert(1)</script>", source="email")
    ticket.receive(dora, text="<img src=x onerror=alert(1)>")
    ticket.tag("<b>bold</b>", by=None)
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>bold</b>" not in page


def test_every_view_opens_even_when_it_is_empty(as_ann):
    for view in ["mine", "unassigned", "open", "snoozed", "solved", "spam", "source:email"]:
        page = as_ann.get(reverse("inbox"), {"view": view})
        assert page.status_code == 200
        assert 'id="list-empty" class="empty">' in page.text


def test_tags_stand_in_the_order_of_the_alphabet(as_ann, ticket):
    for name in ("warranty", "broken", "milk"):
        ticket.tag(name, by=None)
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    head = page[page.index("thread-head") :]
    assert head.index("broken") < head.index("milk") < head.index("warranty")


def test_of_a_very_long_letter_the_page_shows_the_beginning_and_leads_to_the_rest(as_ann, ticket, dora):
    message = ticket.receive(dora, text="So it went on. " * 100_000 + "The end.")
    page, body = as_ann.get(reverse("ticket", args=[ticket.pk])), reverse("message-body", args=[message.pk])
    assert len(page.content) < 150_000
    assert f'data-original="{body}"' in page.text
    assert "The end." in as_ann.get(body).text


def test_an_unknown_view_is_refused(as_ann):
    assert as_ann.get(reverse("inbox"), {"view": "nonsense"}).status_code == 400


def test_another_teams_ticket_is_not_there(as_carl, ticket):
    number = ticket.pk
    for address in [
        reverse("ticket", args=[number]),
        reverse("ticket-head", args=[number]),
        reverse("ticket-since", args=[number, 0]),
        reverse("ticket-earlier", args=[number, 99]),
        reverse("ticket-items", args=[number]),
        reverse("ticket-customer", args=[number]),
        reverse("ticket-people", args=[number]),
        reverse("ticket-tags", args=[number]),
        reverse("message-body", args=[ticket.messages.get().pk]),
    ]:
        assert as_carl.get(address).status_code == 404, address
    assert f"row-{number}" not in as_carl.get(reverse("inbox"), {"view": "open"}).text
    assert f"row-{number}" not in as_carl.get(reverse("inbox-rows"), {"view": "open", "ids": number}).text
    assert "Cracked lid" not in as_carl.get(reverse("search"), {"q": "cracked"}).text


def test_nobody_is_led_to_the_door(client, ticket):
    page = client.get(reverse("ticket", args=[ticket.pk]))
    assert page.status_code == 302
    assert page.url.startswith(reverse("account_login"))
    fragment = client.get(reverse("ticket-head", args=[ticket.pk]), headers={"HX-Request": "true"})
    assert fragment.status_code == 401


def test_looking_at_a_ticket_marks_it_read(as_ann, ticket):
    as_ann.get(reverse("ticket", args=[ticket.pk]))
    ticket.refresh_from_db()
    assert not ticket.unread


def test_a_row_that_left_the_view_says_so(as_ann, ann, ticket):
    ticket.solve(ann)
    rows = as_ann.get(reverse("inbox-rows"), {"view": "open", "ids": ticket.pk}).text
    assert f'id="row-{ticket.pk}"' in rows
    assert "data-left" in rows


def test_what_came_since_is_appended_in_order(as_ann, ann, dora, ticket):
    seen = ticket.sequence
    ticket.note(ann, text="Ask the potter")
    ticket.receive(dora, text="Any news?")
    page = as_ann.get(reverse("ticket-since", args=[ticket.pk, seen]))
    assert page.text.index("Ask the potter") < page.text.index("Any news?")
    assert "Hello, the lid" not in page.text
    assert page["X-Last-Number"] == str(Ticket.objects.get(pk=ticket.pk).sequence)


def test_long_conversations_begin_with_the_newest_and_go_back(as_ann, dora, ticket):
    for n in range(40):
        ticket.receive(dora, text=f"Line {n}.")
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert "Line 39." in page
    assert "Line 5." not in page
    earlier = page.split(f'hx-get="/tickets/{ticket.pk}/earlier/')[1].split("/")[0]
    older = as_ann.get(reverse("ticket-earlier", args=[ticket.pk, earlier])).text
    assert "Line 5." in older
    assert "Line 39." not in older


def test_lists_page_without_gaps_or_doubles(as_ann, orders):
    conversations(orders, 60)
    seen, address = [], f"{reverse('inbox')}?view=open"
    while address:
        page = as_ann.get(address, headers={"HX-Request": "true"}).text
        seen += [part.split('"')[0] for part in page.split('id="row-')[1:]]
        address = (
            page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&") if 'class="next"' in page else None
        )
    assert len(seen) == len(set(seen)) == 60


def test_the_inbox_asks_as_much_for_fifty_rows_as_for_five(as_ann, orders, counting):
    address = f"{reverse('inbox')}?view=open"
    conversations(orders, 5)
    few = queries(as_ann, address, counting)
    conversations(orders, 50)
    assert queries(as_ann, address, counting) == few
    assert 2 < few <= 6


def test_the_ticket_asks_as_much_for_thirty_messages_as_for_three(
    as_ann, ann, dora, orders, ticket, counting
):
    address = reverse("ticket", args=[ticket.pk])
    colleagues = [hire(name, orders) for name in ("Fay", "Gus", "Hal")]

    def talk(rounds):
        for n in range(rounds):
            ticket.receive(dora, text=f"Question {n}?")
            ticket.reply(colleagues[n % 3], text=f"Answer {n}.")
            ticket.tag(f"t{n}", by=ann)
            ticket.assign(colleagues[n % 3], by=ann)

    talk(3)
    few = queries(as_ann, address, counting)
    talk(10)
    assert queries(as_ann, address, counting) == few
    assert 5 < few <= 18


def test_search_finds_tickets_messages_and_customers(as_ann, ticket):
    page = as_ann.get(reverse("search"), {"q": "cracked"}).text
    assert f"row-{ticket.pk}" in page
    assert "Dora" in as_ann.get(reverse("search"), {"q": "dora"}).text
    assert f"row-{ticket.pk}" in as_ann.get(reverse("search"), {"q": f"#{ticket.pk}"}).text


def test_search_without_a_find_is_kind(as_ann):
    assert "Nothing found for" in as_ann.get(reverse("search"), {"q": "zebra"}).text


def test_a_snoozed_ticket_shows_when_it_wakes(as_ann, ann, ticket):
    ticket.snooze(now() + timedelta(days=1), by=ann)
    assert "Snoozed until" in as_ann.get(reverse("ticket", args=[ticket.pk])).text


@pytest.mark.parametrize("number", [0, 2**31 + 5, 2**63, 10**24])
def test_a_number_that_no_ticket_has_is_not_found_however_often_it_is_asked_for(as_ann, number):
    assert {as_ann.get(f"/tickets/{number}/").status_code for _ in range(6)} == {404}
