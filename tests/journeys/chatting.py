"""What a visitor and an agent do in a journey's two pages, and what a page is looked at for."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.test_accessibility import OPTIONS, SERIOUS

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
    row, more = agent.locator("#rows li", has_text=words), agent.locator("#new-rows:not([hidden])")
    while not row.count():
        more.or_(row).first.wait_for()
        if more.is_visible():
            more.click()
    row.locator("a").first.click()
    agent.locator(ABOVE, has_text=words).first.wait_for()
    agent.locator("#visitor #whereto").wait_for()


def answer(agent: Page, words: str) -> None:
    agent.fill("#reply-text", words)
    agent.keyboard.press("Control+Enter")
    agent.locator("#timeline .msg.ours", has_text=words).wait_for()


def solve(agent: Page) -> None:
    """Once the page knows what the answer made of the status: else that would be a conflict."""
    expect(agent.locator("#thread-head .state.accent")).to_have_count(0, timeout=15_000)
    agent.locator("[data-act=solve]").first.click()


def violations(page: Page) -> dict[str, list[str]]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return {
        one["id"]: [node["html"][:160] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in SERIOUS
    }
