"""The desk by keys alone, on keyboards of other letters too, and without them."""

import pytest
from playwright.sync_api import expect

from tests.journeys.inbox import open_ticket, row_of
from tests.journeys.letters import letter, post

ARABIC = {"e": "ث", "j": "ت", "k": "ن", "n": "ى", "r": "ق", "?": "؟"}
PERSIAN = {"e": "ث", "j": "ت", "k": "ن", "n": "د", "r": "ق", "?": "؟"}
FRENCH = {letter: letter for letter in "ejknr"} | {"?": "?"}
CODES = {letter: f"Key{letter.upper()}" for letter in "ejknr"} | {"?": "Slash"}
PRESS = """([key, code, shiftKey]) => (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))"""


@pytest.fixture
def pages(desk, sign_in, request):
    subjects = [f"{which}: {request.node.name}" for which in ("First", "Second")]
    for subject in subjects:
        post(desk, letter(subject))
        row_of(sign_in("ann"), subject).wait_for()
    return sign_in("ann"), *subjects


@pytest.mark.parametrize("keyboard", [ARABIC, PERSIAN, FRENCH], ids=["arabic", "persian", "azerty"])
def test_the_key_in_the_same_place_does_the_same_on_every_keyboard(pages, keyboard):
    page, first, second = pages

    def press(letter):
        page.evaluate(PRESS, [keyboard[letter], CODES[letter], letter == "?"])

    row_of(page, second).locator("a").focus()
    press("j")
    expect(row_of(page, first).locator("a")).to_be_focused()
    press("k")
    expect(row_of(page, second).locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#thread-head h2", has_text=second).wait_for()
    press("n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.press("Escape")
    press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.press("Escape")
    press("?")
    page.locator("#help[open]").wait_for()
    page.keyboard.press("Escape")
    press("e")
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(0)


def test_a_slash_leads_to_the_search_and_a_letter_into_a_field_is_a_letter(pages):
    page, first, _second = pages
    open_ticket(page, first)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("e?n/")
    expect(page.locator("#search")).to_have_value("e?n/")
    expect(page.locator("#thread-head [data-act=solve]")).to_have_count(1)


def test_who_switches_the_keys_off_is_left_alone(pages, desk):
    page, first, _second = pages
    off = "from agents.models import Agent; Agent.objects.filter(name='Ann').update(shortcuts=%s)"
    desk.manage("shell", "-c", off % False)
    try:
        page.reload()
        open_ticket(page, first)
        page.locator("#messages").focus()
        for key in ("e", "r", "/", "?"):
            page.keyboard.press(key)
        expect(page.locator("#thread-head [data-act=solve]")).to_have_count(1)
        expect(page.locator("#messages")).to_be_focused()
        expect(page.locator("#help[open]")).to_have_count(0)
    finally:
        desk.manage("shell", "-c", off % True)
