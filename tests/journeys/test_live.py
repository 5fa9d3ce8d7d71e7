"""An open desk stays true, and asks the server for no more than it needs."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.inbox import open_ticket, row_of
from tests.journeys.test_two_agents_at_one_desk import letter

__all__ = ["letter"]
ROWS = re.compile(r"/inbox/rows/\?.*ids=")
NEWEST = re.compile(r"/inbox/rows/\?.*newest=")
BROKEN_TWICE = """
    (() => {
        const real = window.fetch;
        window.failures = 0;
        window.fetch = (address, ...rest) => String(address).startsWith("/inbox/rows/") && window.failures++ < 2
            ? Promise.resolve(new Response("", { status: 503 })) : real(address, ...rest);
    })()
"""


@pytest.fixture
def asked():
    """A question: the requests for a ticket's row that the page makes from now on."""

    def record(page: Page, ticket: str) -> list[str]:
        found: list[str] = []
        row = re.compile(rf"/inbox/rows/\?.*[=,]{ticket}\b")
        page.on("request", lambda request: row.search(request.url) and found.append(request.url))
        return found

    return record


def test_what_changes_during_a_round_waits_for_the_next(sign_in, letter, desk):
    ann, held = sign_in("ann"), []
    with ann.expect_response(NEWEST):  # The socket is open: what comes from now on is told.
        ann.reload()
    ann.route(ROWS, lambda route: held.append(route))
    letter("A first funnel")
    wait_until(ann, lambda: len(held) == 1)
    letter("A second funnel")
    letter("A third funnel")
    wait_until(ann, lambda: "A third funnel" in ann.request.get(f"{desk.url}/inbox/?view=open").text())
    ann.wait_for_timeout(1000)
    assert len(held) == 1, "one round at a time"
    held[0].continue_()
    wait_until(ann, lambda: len(held) == 2)
    ids = held[1].request.url.partition("ids=")[2].split(",")
    assert len(ids) >= 2, "one request for all that has changed"
    held[1].continue_()
    for subject in ("A first funnel", "A second funnel", "A third funnel"):
        row_of(ann, subject)
    expect(ann.locator("#rows li", has_text="funnel")).to_have_count(3)


def test_what_the_server_could_not_give_is_asked_for_again(sign_in, letter):
    ann = sign_in("ann")
    ann.evaluate(BROKEN_TWICE)
    open_ticket(ann, letter("A lid that leaks"))
    assert ann.evaluate("window.failures") > 2


def test_a_change_that_a_list_does_not_show_is_not_fetched(sign_in, letter, asked, desk):
    ann, bea = sign_in("ann"), sign_in("bea")
    open_ticket(bea, letter("A spoon too short"))
    ann.goto(f"{desk.url}/inbox/?view=mine")
    number = bea.locator("#thread").get_attribute("data-ticket")
    requests = asked(ann, number)
    raise_priority(bea, number)
    bea.locator(".tabs label:has(input[value=note])").click()
    bea.fill("#note-text", "It may come into her list: this is asked for.")
    bea.click(".side-note .btn.main")
    wait_until(ann, lambda: bool(requests))
    ann.wait_for_timeout(1500)
    assert len(requests) == 1


def raise_priority(page: Page, ticket: str) -> None:
    done = page.evaluate(
        """async (ticket) => {
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const body = new URLSearchParams({ priority: 3, csrfmiddlewaretoken: token });
            return (await fetch(`/tickets/${ticket}/priority/`, { method: "POST", body })).ok;
        }""",
        ticket,
    )
    assert done
    page.wait_for_timeout(1500)


def wait_until(page: Page, reached) -> None:
    for _ in range(150):
        if reached():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came to that")


def test_what_came_between_the_page_and_its_socket_is_caught_up(sign_in, letter, desk):
    ann = sign_in("ann")

    def late(route):
        letter("A kettle between")
        time.sleep(1.5)
        route.continue_()

    ann.add_init_script(BROKEN_TWICE)
    ann.route(re.compile(r"/js/live[^/]*\.js$"), late, times=1)
    ann.goto(f"{desk.url}/inbox/?view=unassigned")
    row_of(ann, "A kettle between")
    assert ann.evaluate("window.failures") > 2
