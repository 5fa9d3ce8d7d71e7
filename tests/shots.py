"""`make shots`: the screenshots of docs/screenshots/, taken of the running desk with its demo data."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.plugins.desk import Desk

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
AGENTS = {"en": "sara@mihbaj.example", "ar": "yusuf@mihbaj.example", "fa": "niloofar@mihbaj.example"}
PASSWORD = "fanoos-demo"
SIZES = {1440: 900, 390: 844}


def main() -> None:
    """Serve a desk of its own, and photograph it in every language, theme and width."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Screenshots need Chromium.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fanoos-shots-") as folder:
        desk = Desk(Path(folder) / "local", FANOOS_PORT="18300", SMTP_GATEWAY_PORT="12800")
        desk.start()
        try:
            for language, email in AGENTS.items():
                change = (
                    f"Agent.objects.filter(email={email!r}).update(language={language!r}, theme='system')"
                )
                desk.manage("shell", "-c", f"from agents.models import Agent; {change}")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
                for language in AGENTS:
                    for theme in ("light", "dark"):
                        _photograph(browser, desk.url, language, theme)
                browser.close()
        finally:
            desk.stop()


def _photograph(browser: Browser, url: str, language: str, theme: str) -> None:
    for width, height in SIZES.items():
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        page = context.new_page()
        page.goto(f"{url}/inbox/")
        page.fill("[name=login]", AGENTS[language])
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/inbox/**")
        page.wait_for_selector("#rows li[data-ticket]")
        if width < 600:
            _take(page, f"inbox-{language}-{theme}-{width}")
        page.click("#rows li[data-ticket] a")
        page.wait_for_selector("#timeline [data-number]")
        _take(page, f"{'ticket' if width < 600 else 'desk'}-{language}-{theme}-{width}")
        context.close()


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(800)
    page.screenshot(path=str(FOLDER / f"{name}.png"))
    sys.stdout.write(f"docs/screenshots/{name}.png\n")


if __name__ == "__main__":
    main()
