"""An administrator connects a bot; what a customer writes to it is answered from the desk, and rated in the chat."""

import os
import re
import time

import pytest
from playwright.sync_api import Page

from tests.channels_inbox.test_intake import PNG
from tests.journeys.inbox import row_of, solve
from tests.servers.telegram import DORA, TOKEN, Telegram
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.servers]

MINA = DORA | {"id": 4242, "first_name": "Mina", "last_name": "", "username": "mina"}


def test_a_telegram_message(desk, sign_in, telegram: Telegram, tmp_path):
    admin = sign_in("adam")
    admin.goto(f"{desk.url}/settings/channels/")
    admin.click("main a:has-text('Telegram')")
    look_at(admin, tmp_path, "new")
    admin.fill("[name=name]", "Shop bot")
    admin.select_option("[name=team]", label="Orders")
    admin.fill("[name=token]", TOKEN)
    admin.fill("[name=api_url]", telegram.url)
    admin.click("button:text-is('Test connection')")
    admin.wait_for_selector("text=It works")
    assert admin.input_value("[name=token]") == TOKEN
    admin.click("main button:text-is('Connect')")
    admin.wait_for_selector("text=New messages are fetched", timeout=20_000)
    look_at(admin, tmp_path, "connected")

    agent = sign_in("ann")
    telegram.writes("hi", by=MINA)
    first = telegram.writes("The lid of my grinder is cracked", by=MINA)
    telegram.writes(photo=telegram.photo(PNG), by=MINA)
    row_of(agent, "The lid of my grinder is cracked").locator("a").first.click()
    agent.locator("#timeline .msg img").wait_for()
    letters = agent.locator("#timeline .msg").all_inner_texts()
    assert [
        bool(re.search(words, one)) for words, one in zip(["hi", "grinder", ""], letters, strict=True)
    ] == [True] * 3

    # A change is seen where it was made, with what stood there before.
    telegram.edits(first, text="The lid of my coffee grinder is cracked")
    agent.locator("#timeline .msg", has_text="coffee grinder").wait_for()
    agent.locator("#timeline .msg", has_text="coffee grinder").locator(
        "summary:has-text('As it was before')"
    ).click()
    look_at(agent, tmp_path, "changed")

    # The answer arrives at once.
    agent.fill("#reply-text", "We send you a new one today.")
    began = time.monotonic()
    agent.click(".side-reply .send > button[name=then]")
    until(lambda: telegram.sent(MINA["id"]))
    assert time.monotonic() - began < 5
    assert telegram.sent(MINA["id"])[0]["text"] == "We send you a new one today."

    # Solved: asked in the chat, and rated there by a button.
    solve(agent)
    until(lambda: any(one.get("reply_markup") for one in telegram.sent(MINA["id"])), 60)
    question = next(one for one in telegram.sent(MINA["id"]) if one.get("reply_markup"))
    buttons = [one for row in question["reply_markup"]["inline_keyboard"] for one in row]
    five = next(one for one in buttons if one.get("callback_data") == "rate:5")
    telegram.presses(question, "rate:5", by=MINA)
    until(lambda: "✓" in str(question["reply_markup"]))
    agent.locator("#timeline", has_text="5 of 5").wait_for()
    look_at(agent, tmp_path, "rated")
    assert five["text"]


@pytest.mark.parametrize("name", ["adam", "amira", "arash"])
def test_the_pages_in_each_direction_light_and_dark(desk, sign_in, tmp_path, name):
    page = sign_in(name)
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for place in ("settings/channels/", "settings/channels/telegram/new/"):
            page.goto(f"{desk.url}/{place}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            look_at(page, tmp_path, f"{name}-{width}-{scheme}-{place.strip('/').rpartition('/')[2]}")


def look_at(page: Page, folder, name: str) -> None:
    # Hiding the caret would leave an empty style on every field, which htmx then copies against the page's policy.
    path = os.path.join(os.environ.get("SHOTS_DIR", folder), f"telegram-{name}.png")
    page.screenshot(path=path, full_page=True, caret="initial")
