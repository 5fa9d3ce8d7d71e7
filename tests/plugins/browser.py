"""A real browser, one for the whole session: Playwright's sync API cannot run twice at a time."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds that a page may take to show what is expected: behind it several processes share two slow cores."""
AXE = Path(find_spec("axe_playwright_python").origin).with_name("axe.min.js")
# Preloading would fetch every style sheet again, from wrong addresses, and inject them against the page's own policy.
FIND_SERIOUS = """async () => (await axe.run(document, { resultTypes: ["violations"], preload: false })).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed, so nothing was seen in a browser")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page, each with up to three places. Only that comes back from the
    browser: all that axe finds in order would take as long again."""
    page.evaluate(AXE.read_text())
    return page.evaluate(FIND_SERIOUS)
