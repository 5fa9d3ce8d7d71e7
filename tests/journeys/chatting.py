"""What a visitor and an agent do in a journey's two pages."""

from playwright.sync_api import Locator, Page

from tests.journeys.inbox import row_of

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
ABOVE = "#timeline .msg .body"


def chat(page: Page) -> Locator:
    return page.locator("fanoos-chat dialog")


def write(page: Page, words: str) -> None:
    if not chat(page).is_visible():
        page.locator("fanoos-chat .bubble").click()
    chat(page).locator(".field textarea").fill(words)
    chat(page).locator(".field textarea").press("Enter")


def said(page: Page, words: str) -> Locator:
    return chat(page).locator(".letter", has_text=words)


def open_ticket(agent: Page, words: str) -> None:
    row_of(agent, words).locator("a").first.click()
    agent.locator(ABOVE, has_text=words).first.wait_for()
    agent.locator("#visitor #whereto").wait_for()


def answer(agent: Page, words: str) -> None:
    agent.fill("#reply-text", words)
    agent.keyboard.press("Control+Enter")
    agent.locator("#timeline .msg.ours", has_text=words).wait_for()
