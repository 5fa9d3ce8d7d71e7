"""Chats are given out: to who is here, has room and speaks the language; on to the next where nobody opens them; and
from the queue the moment somebody has room."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.chatting import open_ticket, write
from tests.journeys.conftest import PASSWORD
from tests.journeys.inbox import row_of, solve

TEAM = """
from agents.models import Agent, Team
from automation.models import Ability, RoutingPlan
from channels_inbox.adapters.widget.models import Widget
from tickets.models import Ticket
by = None
counter, new = Team.objects.get_or_create(name="Counter")
for name, languages in (("Cora", ["en"]), ("Colin", ["en", "ar"])):
    email = f"{name.lower()}@shop.example"
    agent = Agent.objects.filter(email=email).first()
    agent = agent or Agent.objects.create_user(email, PASSWORD, name=name, role="agent", language="en")
    counter.members.add(agent)
    agent.be("offline", by_hand=True)
    Ability.of(agent).change(by, capacity=ROOM, languages=languages, skills=[])
for ticket in Ticket.objects.filter(team=counter).exclude(status="closed"):
    ticket.close(by)
RoutingPlan.of(counter).change(by, mode="in_turn", take_within=TAKE, weights={"widget": 3})
Widget.objects.filter(channel__team=counter).exists() or Widget.connect(by, name="Counter", team=counter)
"""
GONE = """
from channels_inbox.models import Channel
Channel.objects.filter(team__name="Counter").update(is_active=False)
"""
"""The shop shows the newest chat that there is: at the end its own again."""


@pytest.fixture(scope="module", autouse=True)
def switched_off_at_the_end(desk) -> Iterator[None]:
    yield
    desk.manage("shell", "-c", GONE)


@pytest.fixture
def counter(desk, browser: Browser) -> Iterator[Callable[..., Callable[..., None]]]:
    """Set how much each takes at a time, and within how many seconds, with nobody here and nothing waiting; gives back
    how a visitor comes, and writes."""
    contexts = []

    def open_counter(*, room: int, take_within: int = 0) -> Callable[..., None]:
        said = (
            TEAM.replace("PASSWORD", repr(PASSWORD))
            .replace("ROOM", str(room))
            .replace("TAKE", str(take_within))
        )
        desk.manage("shell", "-c", said)

        def come(words: str, language: str = "en") -> None:
            context = browser.new_context()
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.goto(f"{desk.url}/demo/shop/?lang={language}")
            page.locator("fanoos-chat .bubble").wait_for()
            write(page, words)

        return come

    yield open_counter
    for context in contexts:
        context.close()


@pytest.fixture
def arrive(sign_in, desk) -> Callable[[str], Page]:
    """An agent of the counter, with her own tickets before her."""

    def arrive(name: str) -> Page:
        page = sign_in(name)
        page.goto(f"{desk.url}/inbox/?view=mine")
        page.evaluate("window.never_reloaded = true")
        return page

    return arrive


def be_online(page: Page) -> None:
    page.click("#me .me-button")
    page.click("#me-menu [value=online]")
    expect(page.locator("#me .me-button .presence-dot.online")).to_be_visible()


def test_it_goes_to_who_is_here_and_speaks_the_language(counter, arrive):
    come = counter(room=6)
    cora, colin = arrive("cora"), arrive("colin")
    be_online(cora)
    come("Good morning, is the hand grinder quiet enough for an office?")
    row_of(cora, "hand grinder")
    be_online(colin)
    come("Hello, do you also sell the paper filters for the dripper?")
    row_of(colin, "paper filters")
    come("مرحبا، هل يمكن طحن القهوة قبل إرسالها إلى المنزل؟", "ar")
    row_of(colin, "طحن القهوة")
    expect(cora.locator("#rows li")).to_have_count(1)
    open_ticket(colin, "طحن القهوة")
    expect(colin.locator("#timeline")).to_contain_text("gave the ticket to Colin")
    for page in (cora, colin):
        assert page.evaluate("window.never_reloaded")


def test_who_does_not_open_it_loses_it_to_the_next(counter, arrive):
    come = counter(room=6, take_within=5)
    cora, colin = arrive("cora"), arrive("colin")
    be_online(cora)
    come("Is anybody at the counter who knows about kettles?")
    row_of(cora, "about kettles")
    be_online(colin)
    row_of(colin, "about kettles")
    expect(cora.locator("#rows li[data-left]", has_text="about kettles")).to_be_visible()
    open_ticket(colin, "about kettles")
    passed = "passed the ticket on to Colin, since it was not opened in time"
    expect(colin.locator("#timeline")).to_contain_text(passed)


def test_what_waits_is_given_the_moment_somebody_has_room(counter, arrive, desk):
    come = counter(room=3)
    cora, colin = arrive("cora"), arrive("colin")
    colin.goto(f"{desk.url}/inbox/?view=unassigned")
    be_online(cora)
    come("The first of two questions is about the scale of mine")
    open_ticket(cora, "the scale of mine")
    come("The second of two questions is about the spoon of mine")
    row_of(colin, "the spoon of mine")
    expect(cora.locator("#rows li", has_text="the spoon of mine")).to_have_count(0)
    solve(cora)
    row_of(cora, "the spoon of mine")
    expect(colin.locator("#rows li[data-left]", has_text="the spoon of mine")).to_be_visible()
    assert cora.evaluate("window.never_reloaded")
