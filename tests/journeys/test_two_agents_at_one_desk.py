"""Two agents work side by side: each sees at once what the other does, and what was done in haste is taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import letters
from tests.journeys.inbox import open_ticket, row_of


@pytest.fixture
def letter(desk):
    """A mail of Dora's, with a subject of its own."""

    def send(subject: str) -> str:
        letters.post(desk, letters.letter(subject, "Please have a look."))
        return subject

    return send


def test_who_else_is_looking_and_what_they_do_is_seen_at_once(sign_in, letter):
    ann, bea = sign_in("ann"), sign_in("bea")
    subject = letter("A grinder that hums")
    open_ticket(ann, subject)
    open_ticket(bea, subject)
    ann.locator("#viewers", has_text="Bea").wait_for()
    bea.reload()  # whom no journey sets away by hand
    bea.locator("#me > button > .presence-dot.online").wait_for(state="attached")
    ann.locator("#viewers", has_text="Bea").wait_for()

    bea.click(".tabs label:has(input[value=note])")
    bea.fill("#note-text", "It may be the burrs.")
    bea.click(".side-note .btn.main")
    ann.locator("#timeline .msg.note", has_text="It may be the burrs.").wait_for()

    bea.locator("body").press("Escape")
    bea.locator("#thread-head h2").click()
    bea.keyboard.press("a")
    ann.locator("#thread-head .whose", has_text="Bea").wait_for()


def test_a_reply_and_a_change_are_taken_back(sign_in, letter):
    ann = sign_in("ann")
    open_ticket(ann, letter("A cup too many"))
    ann.fill("#reply-text", "Sent too soon.")
    ann.keyboard.press("Control+Enter")
    ann.locator("#timeline .msg.ours", has_text="Sent too soon.").wait_for()
    ann.click(".undo-send")
    expect(ann.locator("#reply-text")).to_have_value("Sent too soon.")
    expect(ann.locator("#timeline .msg.ours")).to_have_count(0)

    ann.locator("#thread-head h2").click()
    ann.keyboard.press("e")
    ann.locator("#thread-head .state", has_text="Solved").wait_for()
    ann.locator("[data-toast]", has_text="Solved.").locator("[data-undo]").wait_for()
    ann.keyboard.press("u")
    ann.locator("#thread-head .state:not(:has-text('Solved'))").wait_for()


def test_what_is_being_written_survives_a_reload(sign_in, letter):
    ann = sign_in("ann")
    open_ticket(ann, letter("A draft to keep"))
    with ann.expect_response(lambda response: "/drafts/reply/" in response.url and response.ok):
        ann.fill("#reply-text", "Half a sentence")
    ann.reload()
    expect(ann.locator("#reply-text")).to_have_value("Half a sentence")


def test_what_a_lead_erases_is_gone_from_every_open_desk(sign_in, desk):
    mail = letters.letter("A card number by mistake", "My card is 4111.")
    mail.add_attachment(b"the card again", maintype="text", subtype="plain", filename="card.txt")
    letters.post(desk, mail)
    ann, bea = sign_in("ann"), sign_in("bea")
    for page in (ann, bea):
        open_ticket(page, "A card number by mistake")
        page.locator(".file", has_text="card.txt").wait_for()
    bea.on("dialog", lambda dialog: dialog.accept())

    bea.locator(".files li").hover()
    bea.click(".files .redact button")
    ann.locator(".file", has_text="Erased file").wait_for()
    expect(ann.locator("#timeline")).not_to_contain_text("card.txt")
    expect(ann.locator("#timeline")).to_contain_text("My card is 4111.")

    bea.locator(".msg").first.hover()
    bea.click(".by .redact button")
    ann.locator("#timeline .gone").wait_for()
    expect(ann.locator("body")).not_to_contain_text("4111")


def test_a_reply_that_is_taken_back_leaves_every_open_desk(sign_in, letter):
    ann, bea = sign_in("ann"), sign_in("bea")
    subject = letter("Two who watch")
    open_ticket(ann, subject)
    open_ticket(bea, subject)
    ann.fill("#reply-text", "Sent too soon.")
    ann.keyboard.press("Control+Enter")
    bea.locator("#timeline .msg.ours", has_text="Sent too soon.").wait_for()
    ann.click(".undo-send")
    bea.locator("#timeline .msg.ours").wait_for(state="detached")


def test_keys_pressed_while_a_ticket_is_coming_are_for_that_ticket(sign_in, letter):
    ann = sign_in("ann")
    first, second = letter("Beans for the office"), letter("Beans for home")
    open_ticket(ann, second)
    open_ticket(ann, first)
    held = []

    def let_it_come():
        while not held:
            ann.wait_for_timeout(20)
        held.pop().continue_()

    ann.route(re.compile(r"/tickets/\d+/(\?.*)?$"), lambda route: held.append(route))
    row_of(ann, second).locator("a").first.click()
    ann.locator("#thread.is-loading").wait_for()
    ann.keyboard.type("rWe do, even here.")
    let_it_come()
    expect(ann.locator("#thread-head h2")).to_contain_text(second)
    expect(ann.locator("#reply-text")).to_have_value("We do, even here.")

    ann.locator("#thread-head h2").click()
    row_of(ann, first).locator("a").first.click()
    ann.locator("#thread.is-loading").wait_for()
    ann.keyboard.press("e")
    let_it_come()
    ann.locator("#thread-head .state", has_text="Solved").wait_for()
    expect(ann.locator("#thread-head h2")).to_contain_text(first)
