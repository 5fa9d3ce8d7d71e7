"""Quick hands and bad lines: what is seen is what is acted on, and nothing is done that nobody asked for."""

import re
import smtplib

import pytest
from playwright.sync_api import expect

from tests.journeys.inbox import open_ticket, row_of

TICKET = re.compile(r"/tickets/\d+/(\?|$)")


@pytest.fixture
def letters(desk, sign_in, request):
    """Two tickets in the list of an agent; her page and their subjects."""
    subjects = [f"{which} kettle of {request.node.name}" for which in ("Loud", "Silent")]
    for subject in subjects:
        mail = f"From: Dora <dora@customer.example>\nTo: care@localhost\nSubject: {subject}\n\nPlease look.\n"
        with smtplib.SMTP(*desk.smtp, timeout=10) as smtp:
            smtp.sendmail("dora@customer.example", ["care@localhost"], mail.encode())
    page = sign_in("ann", loses_desk=True)
    for subject in subjects:
        row_of(page, subject).first.wait_for()
    return page, *subjects


def slowly(route):
    route.request.frame.page.wait_for_timeout(400)
    route.continue_()


def breaks(route):
    route.request.frame.page.wait_for_timeout(400)
    route.fulfill(status=500, body="")


def test_of_two_tickets_clicked_in_haste_the_later_is_shown(letters):
    page, first, second = letters
    page.route(TICKET, slowly)
    row_of(page, first).first.click()
    row_of(page, second).first.click()
    page.locator("#thread-head h2", has_text=second).wait_for()
    page.wait_for_timeout(1500)
    expect(page.locator("#thread-head h2")).to_contain_text(second)


def test_a_ticket_that_cannot_be_had_leaves_the_one_before_and_no_key_acts_on_it(letters):
    page, first, second = letters
    open_ticket(page, first)
    address = page.url.split("?")[0]
    page.route(TICKET, breaks)
    row_of(page, second).first.click()
    page.keyboard.press("e")
    retry = page.locator("[role=status] .mini-retry, #toasts .mini-retry").first
    retry.wait_for()
    assert page.url.split("?")[0] == address
    expect(page.locator("#thread-head h2")).to_contain_text(first)
    expect(page.locator("#thread-head .state")).not_to_contain_text("Solved")
    page.unroute(TICKET)
    retry.click()
    page.locator("#thread-head h2", has_text=second).wait_for()


def test_a_reply_waits_for_its_file(letters):
    page, first, _second = letters
    open_ticket(page, first)
    page.route("**/files/", slowly)
    page.fill("#reply-text", "The drawing is here.")
    page.set_input_files(
        "#composer [data-side=reply] [data-pick]",
        {"name": "drawing.txt", "mimeType": "text/plain", "buffer": b"lines" * 1000},
    )
    page.keyboard.press("Control+Enter")
    ours = page.locator("#timeline .msg.ours", has_text="The drawing is here.")
    ours.wait_for()
    expect(ours).to_contain_text("drawing.txt")
