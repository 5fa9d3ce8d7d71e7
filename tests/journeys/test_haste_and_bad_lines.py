"""Quick hands and bad lines: what is seen is what is acted on, and nothing is done that nobody asked for."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.inbox import open_ticket, row_of
from tests.journeys.letters import letter, post

TICKET = re.compile(r"/tickets/\d+/(\?|$)")
REPLIES = re.compile(r"/tickets/\d+/replies/")


@pytest.fixture
def letters(desk, sign_in, request):
    """Two tickets in the list of an agent; her page and their subjects."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    subjects = [f"{which}: {name}" for which in ("First", "Second")]
    post(desk, *map(letter, subjects))
    page = sign_in("ann", loses_desk=True)
    for subject in subjects:
        row_of(page, subject).wait_for()
    return page, *subjects


def slowly(route):
    route.request.frame.page.wait_for_timeout(400)
    route.continue_()


def breaks(route):
    route.request.frame.page.wait_for_timeout(400)
    route.fulfill(status=500, body="")


def loses_the_answer(route):
    route.fetch()
    route.fulfill(status=502, body="")


def send_again(page, what_happens, words, keys):
    """A reply, sent by `keys` while that happens to it, and again by the toast's Retry when it is over."""
    page.route(REPLIES, what_happens)
    page.fill("#reply-text", words)
    page.keyboard.press(keys)
    retry(page).wait_for()
    page.unroute(REPLIES)
    retry(page).click()


def retry(page):
    return page.locator("#toasts .mini-retry").last


def test_of_two_tickets_clicked_in_haste_the_later_is_shown(letters):
    page, first, second = letters
    page.route(TICKET, slowly)
    row_of(page, first).click()
    row_of(page, second).click()
    page.locator("#thread-head h2", has_text=second).wait_for()
    page.wait_for_timeout(1500)
    expect(page.locator("#thread-head h2")).to_contain_text(second)


def test_a_key_waits_for_the_ticket_that_is_coming(letters):
    page, first, second = letters
    open_ticket(page, first)
    page.route(TICKET, slowly)
    row_of(page, second).click()
    page.keyboard.press("e")
    page.locator("#thread-head h2", has_text=second).wait_for()
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(0)
    assert page.url.split("?")[0].split("/")[-3] == "tickets"


def test_a_ticket_that_cannot_be_had_leaves_the_one_before_and_no_key_acts_on_it(letters):
    page, first, second = letters
    open_ticket(page, first)
    address = page.url.split("?")[0]
    page.route(TICKET, breaks)
    row_of(page, second).click()
    page.keyboard.press("e")
    retry(page).wait_for()
    assert page.url.split("?")[0] == address
    expect(page.locator("#thread-head h2")).to_contain_text(first)
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(1)
    page.unroute(TICKET)
    retry(page).click()
    page.locator("#thread-head h2", has_text=second).wait_for()


def test_what_failed_is_tried_again_by_the_same_button(letters):
    page, first, _second = letters
    open_ticket(page, first)
    send_again(page, breaks, "It is on its way.", "Control+Shift+Enter")
    page.locator("#timeline .msg.ours", has_text="It is on its way.").wait_for()
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(0, timeout=20_000)


def test_a_reply_whose_answer_is_lost_is_written_once(letters):
    page, first, _second = letters
    open_ticket(page, first)
    send_again(page, loses_the_answer, "A new one leaves today.", "Control+Enter")
    expect(page.locator("#reply-text")).to_have_value("")
    page.reload()
    expect(page.locator("#timeline .msg.ours", has_text="A new one leaves today.")).to_have_count(1)
    expect(page.locator("#reply-text")).to_have_value("")


def test_a_reply_waits_for_its_file(letters):
    page, first, _second = letters
    open_ticket(page, first)
    page.route("**/files/**", slowly)
    page.fill("#reply-text", "The drawing is here.")
    page.set_input_files(
        "#composer [data-side=reply] [data-pick]",
        {"name": "drawing.txt", "mimeType": "text/plain", "buffer": b"lines" * 1000},
    )
    page.keyboard.press("Control+Enter")
    ours = page.locator("#timeline .msg.ours", has_text="The drawing is here.")
    ours.wait_for()
    expect(ours).to_contain_text("drawing.txt")


def test_a_reply_that_is_taken_back_is_still_for_the_same(letters):
    page, first, _second = letters
    open_ticket(page, first)
    page.locator("#composer .copy summary").click()
    page.fill("#composer [name=cc]", "eve@elsewhere.example")
    page.fill("#reply-text", "Too soon.")
    page.keyboard.press("Control+Enter")
    page.locator("#timeline .undo-send").first.click()
    expect(page.locator("#reply-text")).to_have_value("Too soon.")
    expect(page.locator("#composer [name=cc]")).to_have_value("eve@elsewhere.example")


def test_what_is_written_without_a_line_is_kept_when_the_line_is_back(letters):
    page, first, second = letters
    open_ticket(page, first)
    expect(page.locator("#connection")).to_be_hidden()
    page.route("**/drafts/**", lambda route: route.abort())
    page.fill("#reply-text", "Half a sentence")
    row_of(page, second).click()
    page.locator("#thread-head h2", has_text=second).wait_for()
    page.unroute("**/drafts/**")
    page.wait_for_timeout(6000)
    open_ticket(page, first)
    expect(page.locator("#reply-text")).to_have_value("Half a sentence")
    page.fill("#reply-text", "")


def test_a_lost_line_is_told_and_what_came_meanwhile_is_there_after_it(letters, desk):
    page, first, _second = letters
    open_ticket(page, first)
    expect(page.locator("#connection")).to_be_hidden()
    page.context.set_offline(True)
    page.locator("#connection").wait_for()
    post(desk, letter(f"Meanwhile: {first}"))
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden()
    row_of(page, f"Meanwhile: {first}").wait_for()


def test_a_head_whose_menu_was_open_is_fresh_once_it_is_closed(letters, sign_in):
    page, first, _second = letters
    bea = sign_in("bea")
    open_ticket(page, first)
    open_ticket(bea, first)
    page.locator("#thread-head [popovertarget]").first.click()
    bea.locator("#thread-head [data-act=solve]").click()
    expect(bea.locator("#thread-head [data-act=solve]")).to_have_count(0)
    page.wait_for_timeout(2500)
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(0)
