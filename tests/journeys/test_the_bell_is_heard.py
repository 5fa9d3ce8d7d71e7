"""What is an agent's business rings at her bell: counted on the page that she has open, read when she has been there."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.inbox import open_ticket
from tests.journeys.test_two_agents_at_one_desk import letter
from tests.plugins.browser import barriers

__all__ = ["letter"]


def count(page: Page) -> Locator:
    return page.locator("#rail [data-bell-count]")


def read_all(page: Page, desk) -> None:
    """Nothing of earlier is left to be read."""
    page.goto(f"{desk.url}/bell/")
    if count(page).is_visible():
        page.click("form[action='/bell/reading/'] button")
    expect(count(page)).to_be_hidden()


def test_a_colleague_is_called_by_name_and_hears_it(sign_in, letter, desk):
    bea, amal = sign_in("bea"), sign_in("amal", width=390, height=844)
    read_all(amal, desk)
    subject = letter("A seal that whistles")
    open_ticket(bea, subject)

    bea.click(".tabs label:has(input[value=note])")
    bea.locator("#note-text").press_sequentially("Well, @am")
    offered = bea.locator("#colleagues [role=option]")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    expect(offered.locator("bdi")).to_have_text(["Amal", "Amira"])
    assert barriers(bea) == []
    bea.keyboard.press("ArrowDown")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    bea.keyboard.press("ArrowUp")
    bea.keyboard.press("Enter")
    expect(bea.locator("#note-text")).to_have_value("Well, @Amal ")
    expect(offered.first).to_be_hidden()
    bea.keyboard.type("do you know it?")
    bea.keyboard.press("Control+Enter")
    bea.locator("#timeline .msg.note", has_text="@Amal do you know it?").wait_for()

    expect(count(amal)).to_have_text("1")
    rung = amal.locator(".stroke", has_text=subject)
    expect(rung.locator("xpath=self::*[contains(@class, 'unread')]")).to_have_count(1)
    assert barriers(amal) == []
    rung.locator("a.row-link").click()
    amal.locator("#timeline .msg.note", has_text="do you know it?").wait_for()
    expect(count(amal)).to_be_hidden()

    amal.goto(f"{desk.url}/bell/")
    expect(amal.locator(".stroke.unread", has_text=subject)).to_have_count(0)
    rung.locator("form button").click()
    expect(count(amal)).to_have_text("1")
    rung.locator("form button").click()
    expect(count(amal)).to_be_hidden()


def test_a_name_is_touched_on_a_phone_and_an_offer_declined(sign_in, letter):
    """Right to left, where the list begins at the other side; what was declined is not offered again."""
    amal = sign_in("amal", width=390, height=844)
    open_ticket(amal, letter("A seal that sings"))
    amal.click(".tabs label:has(input[value=note])")
    field, offered = amal.locator("#note-text"), amal.locator("#colleagues [role=option]")
    field.press_sequentially("@")
    expect(offered.first).to_be_visible()
    box = amal.locator("#colleagues").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    offered.filter(has_text="Bea").click()
    expect(field).to_have_value("@Bea ")
    expect(field).to_be_focused()

    field.press_sequentially("@an")
    expect(offered.filter(has_text="Ann")).to_be_visible()
    amal.keyboard.press("Escape")
    expect(offered.first).to_be_hidden()
    field.press_sequentially("n")
    expect(field).to_have_value("@Bea @ann")
    expect(field).to_be_focused()
    expect(amal.locator("#colleagues")).to_be_hidden()


def test_a_ticket_that_is_given_rings_too(sign_in, letter, desk):
    bea, ann = sign_in("bea"), sign_in("ann")
    read_all(ann, desk)
    ann.goto(f"{desk.url}/inbox/?view=mine")
    subject = letter("A hopper that sticks")
    open_ticket(bea, subject)
    bea.click("#thread-head .whose")
    bea.locator("#assignee-menu .item", has_text="Ann").click()
    expect(count(ann)).to_have_text("1")
    ann.click("#rail a[href='/bell/']")
    ann.locator(".stroke.unread", has_text=subject).locator("a.row-link").click()
    expect(ann.locator("#thread-head h2")).to_have_text(subject)
    expect(count(ann)).to_be_hidden()
