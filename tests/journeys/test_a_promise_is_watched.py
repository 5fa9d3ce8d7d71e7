"""A promise to a customer: its clock runs, stands still, warns and is late; the board of now shows that by itself, and a
lead gives the ticket to somebody from there."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.inbox import open_ticket
from tests.journeys.promises import let_pass
from tests.journeys.test_two_agents_at_one_desk import letter

__all__ = ["letter"]

PROMISE = """
from agents.models import Calendar
from automation.models import Policy
always = Calendar.objects.create(name="Always")
policy = Policy(name="Urgent", conditions={"priority": [4]}, calendar=always, warn_minutes=1)
policy.change(None, targets={"first_reply": {"4": 1.25}})
policy.move(True, None)
"""
"""A minute and a quarter, warned of a minute before."""


@pytest.fixture
def promise(desk) -> None:
    desk.manage("shell", "-c", PROMISE)


def choose(page: Page, menu: str, words: str) -> None:
    page.click(f"#thread-head [popovertarget={menu}-menu]")
    page.locator(f"#{menu}-menu .item", has_text=words).click()


def first_reply(page: Page, told: str) -> None:
    """What the ticket tells of this promise."""
    page.locator("#thread-head [popovertarget=due-menu]").click()
    expect(page.locator("#due-menu .promise", has_text="First reply")).to_contain_text(told)
    page.keyboard.press("Escape")


def test_a_promise_runs_pauses_warns_and_is_late_on_the_board(sign_in, letter, promise, desk):
    subject = letter("A boiler under pressure")
    ann, bea = sign_in("ann"), sign_in("bea")
    open_ticket(ann, subject)
    bea.goto(f"{desk.url}/now/")
    bea.evaluate("window.never_reloaded = true")
    late = bea.locator("[id^=late-]:not(select)", has_text=subject)
    expect(late).to_have_count(0)

    choose(ann, "priority", "Urgent")
    expect(ann.locator("#thread-head .due-pill")).to_contain_text("Reply due in")
    choose(ann, "status", "Pending")
    expect(ann.locator("#thread-head .due-pill")).to_have_count(0)
    first_reply(ann, "paused")
    choose(ann, "status", "Open")
    expect(ann.locator("#thread-head .due-pill")).to_be_visible()
    first_reply(ann, "due")

    expect(ann.locator("#timeline")).to_contain_text("The first reply will be late soon", timeout=60_000)
    let_pass(desk, subject, timedelta(minutes=2))
    expect(ann.locator("#timeline")).to_contain_text("The first reply is late", timeout=60_000)
    expect(ann.locator("#thread-head .due-pill")).to_contain_text(re.compile(r"\d+m late"))
    expect(late).to_be_visible(timeout=30_000)

    late.locator("select").select_option(label="Ann")
    expect(ann.locator("#thread-head .whose")).to_contain_text("Ann")
    expect(late.locator("option:checked")).to_have_text("Ann")
    assert bea.evaluate("window.never_reloaded")


def test_a_lead_changes_on_the_board_what_an_agent_takes_and_others_see_it(sign_in, desk):
    bea, also_bea, ann = sign_in("bea"), sign_in("bea"), sign_in("ann")
    for board in (bea, also_bea):
        board.goto(f"{desk.url}/now/")
        board.evaluate("window.never_reloaded = true")
    row, also = (board.locator("#board tr", has_text="Ann") for board in (bea, also_bea))
    field = row.get_by_label("How many points Ann takes at a time")
    field.fill("4")
    field.press("Tab")
    expect(also.get_by_label("How many points Ann takes at a time")).to_have_value("4", timeout=15_000)

    expect(also.locator(".state")).to_have_text("Online", timeout=15_000)
    ann.locator("#me").click()
    ann.get_by_role("button", name="Away").click()
    expect(also.locator(".state")).to_have_text("Away", timeout=15_000)
    assert bea.evaluate("window.never_reloaded")
    assert also_bea.evaluate("window.never_reloaded")
