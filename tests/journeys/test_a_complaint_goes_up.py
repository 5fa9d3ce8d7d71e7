"""A complaint: marked by an agent, taken to the lead when its deadline passes, who hears it by the bell and settles it."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.journeys.inbox import open_ticket
from tests.journeys.promises import let_pass
from tests.journeys.test_the_bell_is_heard import count, read_all
from tests.journeys.test_two_agents_at_one_desk import letter
from tests.plugins.browser import barriers

__all__ = ["letter"]


def complaint(page: Page):
    """Where it stands, opened."""
    page.locator("#thread-head .fact", has_text="The product").click()
    return page.locator("#complaint-menu")


def test_it_goes_to_the_lead_when_nobody_answers_in_time_and_is_settled(sign_in, letter, desk):
    subject = letter("A machine that gave up")
    ann, bea = sign_in("ann"), sign_in("bea")
    read_all(bea, desk)
    open_ticket(ann, subject)
    ann.keyboard.press("a")
    expect(ann.locator("#thread-head .whose")).to_contain_text("Ann")
    ann.click("#thread-head [popovertarget=more-menu]")
    ann.click("#more-menu [popovertarget=complaint-menu]")
    ann.locator("#complaint-menu .item", has_text="The product").click()
    expect(ann.locator("#timeline")).to_contain_text("level 1")
    told = complaint(ann)
    expect(told).to_contain_text("Level 1 of 3")
    expect(told).to_contain_text("To be answered by: Ann")
    assert barriers(ann) == []
    ann.keyboard.press("Escape")

    let_pass(desk, subject, timedelta(days=60))
    expect(ann.locator("#timeline")).to_contain_text("level 2", timeout=30_000)
    expect(count(bea)).to_be_visible(timeout=30_000)
    bea.locator(".stroke.unread", has_text=subject).filter(has_text="level 2").locator("a.row-link").click()
    told = complaint(bea)
    expect(told).to_contain_text("Level 2 of 3")
    expect(told).to_contain_text("To be answered by: Bea")
    told.locator(".item", has_text="Answered at this level").click()
    expect(ann.locator("#timeline")).to_contain_text("Bea answered the complaint")
    complaint(bea).locator(".item", has_text="Settled").click()
    expect(ann.locator("#timeline")).to_contain_text("Bea settled the complaint")
    expect(ann.locator("#thread-head .fact", has_text="The product")).to_have_count(0)
