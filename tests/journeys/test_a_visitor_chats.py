"""A visitor of a website talks with an agent: two pages side by side, the shop's and the desk's."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.journeys.conftest import LOST
from tests.journeys.test_accessibility import OPTIONS, SERIOUS

CONNECT = """
from agents.models import Team
from channels_inbox.adapters.widget.models import Widget
widget = Widget.connect(
    None, name="Shop", team=Team.objects.get(), greeting="Hello, how can we help?", origins=["http://localhost:18499"]
)
print("KEY", widget.key, "YEK")
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
ABOVE = "#timeline .msg .body"


ELSEWHERE_PORT = 18499
ELSEWHERE = """<!doctype html><html lang="en"><head><title>Elsewhere</title><link rel="stylesheet" href="/all.css"></head>
<body><h1>A page of somebody else's</h1><script async src="{desk}/widget.js" data-key="{key}"></script></body></html>"""
SHIFTS = """() => new Promise((tell) => {
    new PerformanceObserver((list) => tell(list.getEntries().length)).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => tell(0), 500);
})"""
LOUD = (
    "* { letter-spacing: 9px; color: red !important; } button, dialog, textarea { display: none !important; }"
)


@pytest.fixture(scope="module")
def key(desk) -> str:
    """The newest chat's."""
    return desk.manage("shell", "-c", CONNECT).split("KEY ", 1)[1].split(" YEK")[0]


@pytest.fixture(scope="module")
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
    row = agent.locator("#rows li", has_text=words)
    agent.locator(f"#new-rows:not([hidden]), #rows li:has-text('{words}')").first.wait_for()
    if agent.locator("#new-rows").is_visible():
        agent.locator("#new-rows").click()
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


def test_a_visitor_asks_and_an_agent_answers(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "The lid of my grinder is cracked")
    open_ticket(ann, "The lid of my grinder is cracked")
    expect(chat(dora).locator(".state").last).to_contain_text("Seen")
    expect(ann.locator("#whereto")).to_contain_text("on the website now")

    chat(dora).locator(".field textarea").press_sequentially("It came ")
    expect(ann.locator("#visitor-typing")).not_to_be_empty()
    took = []
    for words in ("It came today.", "In the blue box.", "Order 1042.", "No hurry.", "Well, a little."):
        write(dora, words)
        sent = time.monotonic()
        ann.locator(ABOVE, has_text=words).wait_for()
        took.append(time.monotonic() - sent)
    assert min(took) < 1, took
    expect(ann.locator("#visitor-typing")).to_be_empty()

    ann.locator("#reply-text").press_sequentially("A new lid ")
    chat(dora).locator(".dots").wait_for()
    expect(chat(dora).locator("header")).to_contain_text("Ann is writing")
    answer(ann, "A new lid is on its way.")
    said(dora, "A new lid is on its way.").wait_for()
    expect(chat(dora).locator(".dots")).to_have_count(0)
    expect(ann.locator("#timeline .msg.ours .seen-mark")).to_be_visible()
    expect(ann.locator(".delivery.held")).to_have_count(0)


def test_a_chat_that_is_nobodys_yet_is_told_in_the_title(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    ann.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    write(dora, "Is anybody there?")
    expect(ann).to_have_title(re.compile(r"^\(1\) "), timeout=15_000)


def test_a_note_of_colleagues_is_not_shown_as_writing(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "Between you and me")
    open_ticket(ann, "Between you and me")
    ann.click(".tabs label:has(input[value=note])")
    ann.locator("#note-text").press_sequentially("He is a friend.", delay=50)
    dora.wait_for_timeout(700)
    expect(chat(dora).locator(".dots")).to_have_count(0)


def test_it_is_all_there_after_a_reload_and_what_comes_meanwhile_is_counted(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "My parcel came twice")
    open_ticket(ann, "My parcel came twice")
    dora.reload()
    answer(ann, "Keep one, and enjoy it.")
    expect(dora.locator("fanoos-chat .badge")).to_have_text("1")
    assert dora.evaluate("document.cookie") == ""
    dora.locator("fanoos-chat .bubble").click()
    said(dora, "Keep one, and enjoy it.").wait_for()
    expect(said(dora, "My parcel came twice")).to_have_count(1)
    expect(ann.locator("#timeline .msg.ours .seen-mark")).to_be_visible()
    dora.keyboard.press("Escape")
    expect(dora.locator("fanoos-chat .badge")).to_be_hidden()


def test_it_speaks_arabic_and_fills_a_phone(sign_in, visit):
    amal, nada = sign_in("amal"), visit("ar", **PHONE)
    nada.locator("fanoos-chat .bubble").click()
    box = chat(nada).bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert nada.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    for _ in range(12):
        nada.keyboard.press("Tab")
        assert nada.evaluate("document.activeElement.tagName") in {"FANOOS-CHAT", "BODY"}
    write(nada, "وصلت الآلة والغطاء مكسور")
    open_ticket(amal, "وصلت الآلة والغطاء مكسور")
    expect(chat(nada).locator(".state").last).to_contain_text("قُرئت")
    answer(amal, "نعتذر عن ذلك، والبديل في الطريق.")
    said(nada, "نعتذر عن ذلك، والبديل في الطريق.").wait_for()
    sent, came = said(nada, "وصلت الآلة").bounding_box(), said(nada, "نعتذر").bounding_box()
    assert sent["x"] < 20
    assert came["x"] + came["width"] > 370
    chat(nada).locator(".close").click()
    assert nada.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"


@pytest.fixture
def elsewhere(desk, key) -> Iterator[str]:
    """The address of somebody else's page with the chat, where nothing is allowed but the desk."""
    sources = f"script-src {desk.url}; connect-src {desk.url} {desk.url.replace('http', 'ws', 1)}; img-src {desk.url} blob:"
    policy = f"default-src 'none'; {sources}; style-src 'self'; require-trusted-types-for 'script'"
    pages = {
        "/": ("text/html; charset=utf-8", ELSEWHERE.format(desk=desk.url, key=key)),
        "/all.css": ("text/css", LOUD),
    }

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, words = pages.get(self.path, ("text/plain", ""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *args: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", ELSEWHERE_PORT), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{ELSEWHERE_PORT}/"
    server.shutdown()
    server.server_close()


def test_it_stands_on_anybodys_page_under_a_strict_policy(sign_in, browser, elsewhere):
    """Of another origin; what that page's style shouts is not heard."""
    ann, context, complaints = sign_in("ann"), browser.new_context(), []
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on(
        "console", lambda message: message.type in {"error", "warning"} and complaints.append(message.text)
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(elsewhere)
    before = page.locator("h1").bounding_box()
    page.locator("fanoos-chat .bubble").wait_for()
    assert page.evaluate(SHIFTS) == 0
    write(page, "From another house")
    open_ticket(ann, "From another house")
    expect(chat(page).locator(".state").last).to_contain_text("Seen")
    colours = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).letterSpacing]"
    assert said(page, "From another house").evaluate(colours) == ["rgb(43, 95, 208)", "normal"]
    assert page.locator("h1").bounding_box() == before
    assert context.cookies() == []
    context.close()
    assert complaints == []


class Line:
    """The chat's socket, which can be made deaf one way or the other, and be cut."""

    def __init__(self, page: Page) -> None:
        self.lost = ""
        page.route_web_socket(re.compile("/ws/widget/"), self._open)

    def _open(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        self.ends = page, server
        page.on_message(lambda frame: self.lost != "up" and server.send(frame))
        server.on_message(lambda frame: self.lost != "down" and page.send(frame))

    def cut(self) -> None:
        for end in self.ends:
            end.close(code=4000)
        self.lost = ""


def test_nothing_is_lost_or_doubled_when_the_line_is_cut_ten_times(sign_in, visit, shop):
    ann, dora = sign_in("ann"), visit()
    line = Line(dora)
    dora.goto(shop)
    write(dora, "Is the line good?")
    open_ticket(ann, "Is the line good?")
    for turn in range(10):
        line.lost = ("up", "down")[turn % 2]
        write(dora, f"asked {turn}.")
        answer(ann, f"answered {turn}.")
        line.cut()
        said(dora, f"answered {turn}.").wait_for()
        ann.locator(ABOVE, has_text=f"asked {turn}.").wait_for()
    expect(chat(dora).locator(".state").last).to_contain_text(re.compile("Sent|Seen"))
    seen = chat(dora).locator(".row .letter").all_inner_texts()
    shown = ann.locator(ABOVE).all_inner_texts()
    assert [words.strip() for words in shown] == [words.strip() for words in seen]
    turns = [f"{what} {turn}." for turn in range(10) for what in ("asked", "answered")]
    assert sorted(seen) == sorted(["Is the line good?", *turns])
    dora.reload()
    dora.locator("fanoos-chat .bubble").click()
    said(dora, "answered 9.").wait_for()
    assert chat(dora).locator(".row .letter").all_inner_texts() == seen


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_is_good_to_everyone(language, scheme, visit):
    page = visit(language, color_scheme=scheme)
    write(page, "Is this good to everyone? https://shop.example/")
    chat(page).locator(".more").click()
    assert _violations(page) == {}
    page.keyboard.press("Escape")
    chat(page).locator(".smile").click()
    assert _violations(page) == {}
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(chat(page)).to_be_hidden()
    assert (
        page.evaluate("document.querySelector('fanoos-chat').shadowRoot.activeElement.className") == "bubble"
    )
    assert _violations(page) == {}


def _violations(page: Page) -> dict[str, list[str]]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return {
        one["id"]: [node["html"][:160] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in SERIOUS
    }


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
    assert _violations(dora) == {}
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


def test_the_server_is_started_anew(sign_in, visit, desk):
    """The last of them: it takes the desk away for a moment."""
    ann, dora = sign_in("ann", loses_desk=True), visit()
    write(dora, "Before the storm")
    open_ticket(ann, "Before the storm")
    desk.stop()
    write(dora, "In the storm")
    write(dora, "Still in it")
    chat(dora).locator(".trouble").wait_for()
    desk.screen.clear()
    desk.start()
    ann.locator(ABOVE, has_text="Still in it").wait_for(timeout=60_000)
    answer(ann, "It is over.")
    said(dora, "It is over.").wait_for(timeout=60_000)
    expect(chat(dora).locator(".trouble")).to_be_hidden()
    words = ["Before the storm", "In the storm", "Still in it", "It is over."]
    assert chat(dora).locator(".row .letter").all_inner_texts() == words
    assert [one.strip() for one in ann.locator(ABOVE).all_inner_texts()] == words
