"""What was solved in the chat is rated there, and the supervisor sees it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.chatting import PHONE, answer, chat, open_ticket, said, write
from tests.journeys.inbox import solve
from tests.plugins.browser import barriers


@pytest.mark.parametrize(("agent", "language", "facts"), [("ann", "en", {}), ("amal", "ar", PHONE)])
def test_what_was_solved_is_rated_and_the_supervisor_sees_it(agent, language, facts, sign_in, visit, desk):
    ann, dora, adam = sign_in(agent), visit(language, **facts), sign_in("adam")
    asked = {"en": "The scale shows too little", "ar": "الميزان يعطي أقل مما يجب"}[language]
    write(dora, asked)
    open_ticket(ann, asked)
    answer(ann, "😊 1042")
    said(dora, "1042").wait_for()
    solve(ann)
    faces = chat(dora).locator(".rates button[aria-pressed]:not(.quiet)")
    expect(faces).to_have_count(5, timeout=30_000)
    assert faces.evaluate_all("all => all.map(one => one.getAttribute('aria-pressed'))") == ["false"] * 5
    assert barriers(dora) == []
    faces.nth(3).click()
    expect(faces.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(ann.locator("#thread-head .rated")).to_contain_text("4", timeout=30_000)
    dora.reload()
    dora.locator("fanoos-chat .bubble").click()
    expect(faces.nth(3)).to_have_attribute("aria-pressed", "true")
    adam.goto(f"{desk.url}/ratings/")
    expect(adam.get_by_role("row", name=re.compile(r"^Shop \d"))).to_contain_text("4.00")


def test_not_now_is_an_answer_too(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "Where is the manual?")
    open_ticket(ann, "Where is the manual?")
    answer(ann, "Below the lid.")
    solve(ann)
    chat(dora).locator(".rates .quiet").click(timeout=30_000)
    expect(chat(dora).locator(".rates .quiet")).to_have_count(0)
