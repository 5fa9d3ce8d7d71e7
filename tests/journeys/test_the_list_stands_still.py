"""The list while work goes on in it: new rows wait, what has left is dimmed, and going back finds it as it was."""

import pytest
from playwright.sync_api import expect

from tests.journeys.inbox import open_ticket, row_of
from tests.journeys.letters import letter, post


@pytest.fixture
def subject(request):
    return request.node.name.removeprefix("test_").replace("_", " ")


def test_new_rows_wait_and_those_that_are_done_meanwhile_do_not_come(desk, sign_in, subject):
    page = sign_in("ann")
    post(desk, letter(f"{subject} zero"))  # what comes into an empty list does not wait
    row_of(page, f"{subject} zero").wait_for()
    before = page.locator("#rows li").all_inner_texts()
    post(desk, *(letter(f"{subject} {which}") for which in ("one", "two", "three")))
    button = page.locator("#new-rows")
    expect(button).to_have_text("3 new", timeout=20_000)
    assert page.locator("#rows li").all_inner_texts()[:3] == before[:3]
    bea = sign_in("bea")
    open_ticket(bea, f"{subject} two")
    bea.locator("#thread-head [data-act=solve]").click()
    expect(button).to_have_text("2 new", timeout=20_000)
    button.click()
    rows = page.locator("#rows li .what")
    assert rows.all_inner_texts()[:2] == [f"{subject} three", f"{subject} one"]
    expect(button).to_be_hidden()


def test_what_leaves_the_view_stays_dimmed_where_it_is(desk, sign_in, subject):
    post(desk, letter(subject))
    page, bea = sign_in("ann"), sign_in("bea")
    row_of(page, subject).wait_for()
    open_ticket(bea, subject)
    bea.locator("#thread-head [data-act=solve]").click()
    expect(page.locator("#rows li[data-left]", has_text=subject)).to_have_count(1)
    page.reload()
    expect(page.locator("#rows li", has_text=subject)).to_have_count(0)


def test_a_channels_first_ticket_brings_its_view(desk, sign_in):
    page = sign_in("ann")
    desk.manage(
        "shell",
        "-c",
        "from customers.models import Customer; from agents.models import Team; from tickets.models import Ticket;"
        "dora = Customer.identify('phone', '+4915112345678', source='phone');"
        "t = Ticket.open(dora, Team.objects.get(name='Orders'), subject='By phone', source='phone', by=None);"
        "t.receive(dora, text='Hello?')",
    )
    page.locator('#views [data-view-count="source:phone"]').wait_for()


def test_on_a_phone_going_back_finds_the_list_where_it_was(desk, sign_in, subject):
    post(desk, *(letter(f"{subject} {number}") for number in range(12)))
    row_of(sign_in("ann"), f"{subject} 11").wait_for()
    page = sign_in("ann", width=390, height=700)
    page.evaluate("window.sameDocument = true")
    page.evaluate("document.getElementById('list').scrollTop = 300")
    place = page.evaluate("document.getElementById('list').scrollTop")
    assert place > 200
    row = page.locator("#rows li").nth(6)
    words = row.locator(".what").inner_text()
    row.locator("a").click()
    page.locator("#thread-head h2", has_text=words).wait_for()
    page.locator("#thread-head .back").click()
    page.locator("#rows li").nth(6).wait_for()
    assert page.evaluate("window.sameDocument")
    assert abs(page.evaluate("document.getElementById('list').scrollTop") - place) < 2
    expect(page).to_have_title("Inbox · Fanoos")
    page.go_forward()
    page.locator("#thread-head h2", has_text=words).wait_for()


def test_a_list_that_is_on_its_way_says_so_and_one_that_failed_can_be_asked_for_again(sign_in, desk, subject):
    desk.manage(
        "shell",
        "-c",
        "from customers.models import Customer; from agents.models import Team; from tickets.models import Ticket;"
        "dora = Customer.identify('email', 'dora@customer.example', source='email');"
        f"[Ticket.open(dora, Team.objects.get(name='Orders'), subject='{subject} %d' % n, source='email', by=None)"
        ".receive(dora, text='Hello?') for n in range(60)]",
    )
    page = sign_in("ann", loses_desk=True)
    page.route("**/inbox/?*after=*", lambda route: route.fulfill(status=500, body=""))
    page.locator("#rows .next").scroll_into_view_if_needed()
    retry = page.locator("#toasts .mini-retry").last
    retry.wait_for()
    page.unroute("**/inbox/?*after=*")
    shown = page.locator("#rows .row").count()
    retry.click()
    expect(page.locator("#rows .row")).not_to_have_count(shown)
    press = "() => { document.querySelector('#views a[href*=snoozed]').click(); return list.className }"
    assert "is-loading" in page.evaluate(press)
    page.wait_for_url("**view=snoozed")
    expect(page.locator("#list")).not_to_have_class("list is-loading")
