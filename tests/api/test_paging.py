"""Keyset pages both ways: nothing is repeated, nothing is hidden, whatever comes or goes."""

import base64
import json

import pytest

from tests.conftest import hire
from tickets.models import Ticket


@pytest.fixture
def seven(dora, orders) -> list[int]:
    return [Ticket.open(dora, orders, subject=f"{number}", source="api").pk for number in range(7)]


def walk(api, address: str, way: str = "next") -> list[list]:
    pages = []
    while address:
        page = api.get(address).json()
        pages.append(page["results"])
        address = page[way]
        assert len(pages) < 20
    return pages


def test_forwards_and_back_again(api, seven):
    pages = walk(api, "tickets/?limit=3")
    assert [[row["id"] for row in page] for page in pages] == [seven[:3:-1], seven[3:0:-1], seven[:1]]
    last = api.get(f"tickets/?limit=3&cursor={cursor('next', seven[1])}").json()
    assert last["next"] is None
    middle = api.get(last["previous"]).json()
    assert [row["id"] for row in middle["results"]] == seven[3:0:-1]
    first = api.get(middle["previous"]).json()
    assert [row["id"] for row in first["results"]] == seven[:3:-1]
    assert first["previous"] is None
    assert api.get(first["next"]).json()["results"] == middle["results"]


def test_what_comes_meanwhile_does_not_shift_the_pages(api, seven, dora, orders):
    first = api.get("tickets/?limit=3").json()
    Ticket.open(dora, orders, subject="new", source="api")
    second = api.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == seven[3:0:-1]


def test_rows_that_sort_alike_are_told_apart_by_their_id(api, ann):
    twins = [hire(f"Twin{number}", None) for number in range(5)]
    type(ann).objects.filter(pk__in=[twin.pk for twin in twins]).update(name="Twin")
    names = [row["id"] for page in walk(api, "agents/?limit=2") for row in page]
    assert names == [ann.pk, *(twin.pk for twin in twins)]
    third = api.get(api.get(api.get("agents/?limit=2").json()["next"]).json()["next"]).json()
    back = [[row["id"] for row in page] for page in walk(api, third["previous"], "previous")]
    assert back == [[twins[1].pk, twins[2].pk], [ann.pk, twins[0].pk]]


def test_a_ticket_that_is_seen_by_several_rights_is_shown_once(api, seven, ann):
    for pk in seven:
        ticket = Ticket.objects.get(pk=pk)
        ticket.assign(ann, by=ann)
        ticket.follow(ann, by=ann)
    assert [row["id"] for page in walk(api, "tickets/?limit=2") for row in page] == seven[::-1]


def test_filters_stay_on_the_following_pages(api, seven, dora, repairs):
    assert "status=new" in api.get("tickets/?limit=2&status=new").json()["next"]


def test_what_was_found_is_paged_too(api, dora, orders):
    for number in range(5):
        Ticket.open(dora, orders, subject=f"Lid {number}", source="api").receive(dora, text="cracked lid")
    found = [row["subject"] for page in walk(api, "tickets/?q=cracked&limit=2") for row in page]
    assert found == [f"Lid {number}" for number in range(4, -1, -1)]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e2", "٣", "99999999999999999999"])
def test_a_limit_that_is_none(api, limit):
    assert api.get(f"tickets/?limit={limit}").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "é", "\0", "A" * 3000, "W10", "bnVsbA", "WyJuZXh0Il0", "WyJzaWRld2F5cyIsMV0", "WyJuZXh0Iiwie30iXQ",
     base64.urlsafe_b64encode(json.dumps(["next", None]).encode()).decode(),
     base64.urlsafe_b64encode(json.dumps(["next", [1]]).encode()).decode(),
     base64.urlsafe_b64encode(b"[" * 5000).decode()],
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused(api, wrong):
    from urllib.parse import quote

    assert api.get(f"tickets/?cursor={quote(wrong)}").status_code == 400


def test_a_huge_number_in_a_cursor_is_no_error(api, seven):
    assert len(api.get(f"tickets/?cursor={cursor('next', 10**40)}").json()["results"]) == 7
    assert api.get(f"tickets/?q=lid&cursor={10**40}").status_code == 400


def cursor(way: str, *values) -> str:
    return base64.urlsafe_b64encode(json.dumps([way, *values]).encode()).decode().rstrip("=")
