"""Journeys walk through the running product: the launcher that `make run` uses, a real mail server, a real browser."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.plugins.desk import Desk
from tests.servers.mail import MailServer, mail_server
from tests.servers.oauth import OAuthServer

__all__ = ["mail_server"]

PASSWORD = "correct horse battery"
LOST = re.compile(
    r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket connection to|status of 50[0234]"
    r"|htmx:(afterRequest|sendAbort|sendError)|Response Status Error|ERR_INTERNET_DISCONNECTED|ERR_FAILED"
)
"""What a browser says when the desk is not there for a moment."""

CAST = """
from agents.models import Agent, Role, Team
from channels_inbox.models import Channel
team = Team.objects.create(name="Orders")
cast = [("Ann", "agent", "en"), ("Amal", "agent", "ar"), ("Bea", "lead", "en")]
cast += [("Adam", "administrator", "en"), ("Amira", "administrator", "ar"), ("Arash", "administrator", "fa")]
for name, role, language in cast:
    agent = Agent.objects.create_user(f"{name.lower()}@shop.example", PASSWORD, name=name, role=role, language=language)
    team.members.add(agent)
Channel.objects.create(kind="email", name="Care", team=team, address="care@localhost", from_name="Shop")
"""

CONNECT = """
from agents.models import Team
from channels_inbox.adapters.widget.models import Widget
widget = Widget.connect(
    None, name="Shop", team=Team.objects.get(name="Orders"), greeting="Hello, how can we help?", origins=["http://localhost:18499"]
)
print("KEY", widget.key, "YEK")
"""


@pytest.fixture(scope="session")
def desk(desks: Callable[..., Desk], mail_server: MailServer) -> Desk:
    """A desk with the cast and one mail channel, whose mail goes out through the real mail server."""
    provider = OAuthServer(mail_server.oauth_port)
    imap = {"imap_host": "127.0.0.1", "imap_port": mail_server.imap_port, "imap_encryption": "none"}
    desk = desks(
        "journeys",
        MAIL_PROVIDERS=json.dumps({"google": provider.as_provider(**imap)}),
        OAUTHLIB_INSECURE_TRANSPORT="1",
        EMAIL_URL=f"smtp://127.0.0.1:{mail_server.smtp_port}",
        FANOOS_PORT="18400",
        SMTP_GATEWAY_PORT="12900",
        SURVEY_WAIT_SECONDS="1",
    )
    desk.manage("shell", "-c", f"PASSWORD = {PASSWORD!r}\n{CAST}")
    return desk


@pytest.fixture(scope="session")
def sign_in_once(browser: Browser, desk: Desk) -> Callable[[str], StorageState]:
    """What a browser keeps of one of the cast who has signed in: each fills the form in once, for all journeys."""

    @cache
    def sign_in_once(name: str) -> StorageState:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{desk.url}/sign-in/")
        page.fill("[name=login]", f"{name}@shop.example")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_selector("#rows", state="attached")
        state = context.storage_state()
        context.close()
        return state

    return sign_in_once


@pytest.fixture
def sign_in(browser: Browser, desk: Desk, sign_in_once) -> Iterator[Callable[..., Page]]:
    """Open the desk as one of the cast, in a browser of his own. Whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def open_desk(name: str, *, width: int = 1440, height: int = 900, loses_desk: bool = False) -> Page:
        def complain(words: str) -> None:
            if not (loses_desk and LOST.search(words)):
                complaints.append(words)

        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, storage_state=sign_in_once(name))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type == "error" and complain(message.text))
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(f"{desk.url}/inbox/?view=open")
        page.wait_for_selector("#rows", state="attached")
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def key(desk) -> str:
    """The chat's, on the shop's pages."""
    return desk.manage("shell", "-c", CONNECT).split("KEY ", 1)[1].split(" YEK")[0]


@pytest.fixture(scope="session")
def shop(desk, key) -> str:
    """The address of a shop that has a chat."""
    return f"{desk.url}/demo/shop/"


@pytest.fixture
def visit(browser: Browser, shop: str) -> Iterator[Callable[..., Page]]:
    """Open the shop in a browser of its own. Whatever it complains of fails the test, but for lost connections."""
    contexts, complaints = [], []

    def open_shop(language: str = "en", **facts) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}} | facts)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{shop}?lang={language}")
        page.locator("fanoos-chat .bubble").wait_for()
        return page

    yield open_shop
    for context in contexts:
        context.close()
    assert [words for words in complaints if not LOST.search(words)] == []
