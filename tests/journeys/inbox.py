"""What an agent looks for in the list of tickets."""

from playwright.sync_api import Locator, Page, expect


def row_of(page: Page, words: str) -> Locator:
    """The row with these words, once it is there. Other tickets may wait behind “3 new” before it and after it."""
    row, more = page.locator("#rows li", has_text=words), page.locator("#new-rows:not([hidden])")
    while not row.count():
        more.or_(row).first.wait_for()
        if more.is_visible():
            more.click()
    return row.first


def open_ticket(page: Page, subject: str) -> None:
    row_of(page, subject).locator("a").first.click()
    page.locator("#thread-head h2", has_text=subject).wait_for()


def solve(page: Page) -> None:
    button = page.locator("#thread-head [data-act=solve]")
    button.click()
    expect(button).to_have_count(0)
