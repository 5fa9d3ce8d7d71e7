"""The first hour in a real browser, and what every page of the settings promises to eyes, keyboards and screen readers."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins.browser import barriers
from tests.plugins.desk import Desk

PASSWORD = "lamp oil three wicks"
PAGES = [
    "settings/",
    "settings/profile/",
    "settings/password/",
    "settings/tokens/",
    "settings/first-steps/",
    "settings/company/",
    "settings/agents/",
    "settings/agents/invitation/",
    "settings/agents/1/",
    "settings/agents/1/deactivation/",
    "settings/teams/",
    "settings/teams/new/",
    "settings/teams/1/",
    "settings/channels/",
    "settings/channels/new/",
    "settings/channels/1/",
    "settings/quarantine/",
    "settings/quarantine/9/",
    "settings/dead-letters/",
    "nothing/here/",
]
ENTRANCE = [
    "sign-in/",
    "password/forgotten/",
    "password/forgotten/sent/",
    "password/1-abc-def/",
    "sign-in/inactive/",
]
TROUBLE = """
from channels_inbox.models import Channel, Parcel
from events.models import Event, Receipt
raw = "Subject: طلب\\r\\n\\r\\nمرحبا".encode()
Parcel.objects.create(pk=9, kind="email", channel=Channel.objects.get(), raw=raw, state="quarantined", error="No sender")
event = Event.objects.first()
Receipt.objects.create(event=event, subscriber="gone", state="dead", attempts=10, error="Error: no\\n  at all")
"""


@pytest.fixture(scope="module")
def desk(desks: Callable[..., Desk], browser: Browser) -> Desk:
    """A desk that was claimed and set up in the browser, and has some trouble to show."""
    desk = desks("shell", FANOOS_PORT="18300", SMTP_GATEWAY_PORT="12800", MAIL_DOMAIN="shop.example")
    page = browser.new_context().new_page()
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    live_through_the_first_hour(page, desk.url)
    page.context.close()
    assert complaints == []
    desk.manage("shell", "-c", TROUBLE)
    return desk


def live_through_the_first_hour(page: Page, url: str) -> None:
    page.goto(url)
    fill_in(page, name="Yara", email="yara@shop.example", password=PASSWORD)
    expect(page).to_have_url(re.compile("/settings/first-steps/$"))
    expect(page.locator(".steps .done")).to_have_count(0)
    page.goto(f"{url}/settings/company/")
    fill_in(page, name="Dallah Coffee", sender="Dallah Care")
    page.goto(f"{url}/settings/teams/new/")
    page.check("[name=members]")
    fill_in(page, name="Orders")
    page.goto(f"{url}/settings/channels/new/")
    page.select_option("[name=team]", index=1)
    fill_in(page, name="Care", address="care@shop.example")
    page.goto(f"{url}/settings/agents/invitation/")
    fill_in(page, name="نورة حداد", email="noura@shop.example")
    page.goto(f"{url}/settings/first-steps/")
    expect(page.locator(".steps .done")).to_have_count(3)
    page.click(".steps form button")
    page.goto(f"{url}/settings/first-steps/")
    expect(page.locator(".steps .done")).to_have_count(4, timeout=20_000)


def fill_in(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
    page.click("main form:not(.languages) button.main")
    page.wait_for_load_state()


@pytest.fixture
def look(desk: Desk, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a browser of that width, theme and language, signed in or not."""
    contexts = []

    def open_browser(language: str, width: int, scheme: str, *, signed_in: bool = True) -> Page:
        size = {"width": width, "height": 844}
        context = browser.new_context(viewport=size, color_scheme=scheme, locale=language, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{desk.url}/sign-in/?next=/settings/profile/")
        if signed_in:
            fill_in(page, login="yara@shop.example", password=PASSWORD)
            page.select_option("[name=language]", language)
            fill_in(page)
        return page

    yield open_browser
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 1440, "light"),
        ("en", 390, "dark"),
        ("ar", 390, "light"),
        ("ar", 1440, "dark"),
        ("fa", 390, "dark"),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_page_can_be_read_by_everyone_and_fits(desk, look, language, width, scheme, signed_in):
    page = look(language, width, scheme, signed_in=signed_in)
    for path in PAGES if signed_in else ENTRANCE:
        page.goto(f"{desk.url}/{path}")
        assert page.get_attribute("html", "dir") == ("ltr" if language == "en" else "rtl")
        assert (path, barriers(page)) == (path, [])
        assert (path, page.evaluate("document.documentElement.scrollWidth - innerWidth")) == (path, 0)


def test_the_theme_follows_the_system_and_a_choice_shows_at_once(desk, look):
    page = look("en", 1440, "dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.check("[name=theme][value=light]", force=True)
    assert page.evaluate(paper) != dark
    page.check("[name=theme][value=dark]", force=True)
    assert page.evaluate(paper) == dark


def test_the_rail_is_beside_the_page_and_below_it_on_phones(desk, look):
    wide, phone = look("en", 1440, "light"), look("en", 390, "light")
    assert wide.locator("#rail").bounding_box()["height"] == 844
    foot = phone.locator("#rail").bounding_box()
    assert (foot["width"], round(foot["y"] + foot["height"])) == (390, 844)
    assert wide.evaluate("document.querySelector('#rail').getBoundingClientRect().left") == 0
    arabic = look("ar", 1440, "light")
    assert arabic.evaluate("document.querySelector('#rail').getBoundingClientRect().right") == 1440


def test_a_phone_shows_one_pane_at_a_time(desk, look):
    phone = look("en", 390, "light")
    phone.goto(f"{desk.url}/inbox/")
    expect(phone.locator(".list")).to_be_visible()
    expect(phone.locator("#thread")).to_be_hidden()
    phone.goto(f"{desk.url}/settings/")
    expect(phone.locator(".settings-nav")).to_be_visible()
    expect(phone.locator("#main .page")).to_be_hidden()
    phone.click(".settings-nav a >> nth=1")
    expect(phone.locator(".settings-nav")).to_be_hidden()
    phone.click(".back")
    expect(phone.locator(".settings-nav")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(desk, look):
    page = look("en", 1440, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_presence_is_chosen_on_the_avatar_without_leaving_the_page(desk, look):
    page = look("en", 1440, "light")
    page.fill("[name=signature]", "half written")
    page.click(".me-button")
    page.click("#me-menu [value=away]")
    expect(page.locator(".me-button .presence-dot")).to_have_class("presence-dot away")
    assert page.input_value("[name=signature]") == "half written"


def test_inter_and_vazirmatn_come_from_us_and_draw_persian(desk, look):
    page = look("fa", 1440, "light")
    loaded = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family))"
    )
    assert "Vazirmatn" in {family.strip('"') for family in loaded}
