"""The chat on a page of somebody else's, of another origin, under a strict policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.journeys.chatting import chat, open_ticket, said, write

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
