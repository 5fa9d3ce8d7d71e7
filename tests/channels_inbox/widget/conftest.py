"""A website with the chat on it: its pages ask over HTTP, and open sockets on a real server."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from channels_inbox.adapters.widget.models import Conversation, Widget
from tests.servers.asgi import served

SHOP = "https://shop.example"
EVIL = "https://evil.example"


@pytest.fixture(autouse=True)
def no_limits_of_other_tests(db) -> None:
    cache.clear()


@pytest.fixture
def widget(orders, admin) -> Widget:
    return Widget.connect(admin, name="Shop", team=orders, origins=[SHOP])


class Site:
    """The shop's pages in one browser."""

    def __init__(self, widget: Widget, origin: str = SHOP) -> None:
        self.widget, self.origin, self.token = widget, origin, ""
        self.client = Client(headers={"origin": origin})

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        if self.token:
            headers.setdefault("authorization", f"Bearer {self.token}")
        facts = {} if sent is None else {"data": json.dumps(sent), "content_type": "application/json"}
        return self.client.generic(method, path, headers=headers, **facts)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, sent: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if sent is None else sent, **headers)

    def arrive(self, **facts: str) -> dict[str, Any]:
        answer = self.post(f"/widget/{self.widget.key}/visitors/", facts)
        assert answer.status_code == 201, answer.content
        self.token = answer.json()["token"]
        return answer.json()

    def lines(self, conversation: str, query: str = "") -> list[dict[str, Any]]:
        answer = self.get(f"/widget/conversations/{conversation}/messages/{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()["messages"]


@pytest.fixture
def site(widget) -> Site:
    return Site(widget)


@pytest.fixture
def another_browser(widget) -> Callable[..., Site]:
    def browser(**facts: str) -> Site:
        other = Site(widget)
        other.arrive(**facts)
        return other

    return browser


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    from helpdesk.asgi import application

    with served(application, ws="websockets-sansio") as port:
        yield port


class Bubble:
    """An open page: what it says, and what it is told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def says(self, **said: Any) -> None:
        self.socket.send(json.dumps(said))

    def hears(self, word: str, seconds: float = 5) -> Any:
        """The next frame of that word; others before it are passed over."""
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(self.socket.recv(timeout=max(0.01, deadline - time.monotonic())))
            if word in frame:
                return frame

    def everything(self, seconds: float = 0.5) -> list[dict[str, Any]]:
        frames = []
        try:
            while True:
                frames.append(json.loads(self.socket.recv(timeout=seconds)))
        except TimeoutError:
            return frames

    def sends(
        self, text: str, client_id: str, conversation: str | None = None, **more: Any
    ) -> dict[str, Any]:
        self.says(send={"client_id": client_id, "conversation": conversation, "text": text, **more})
        return self.hears("sent")["sent"]

    def close_code(self) -> int:
        try:
            while True:
                self.socket.recv(timeout=8)
        except ConnectionClosed as closed:
            return closed.rcvd.code


@pytest.fixture
def opened(port) -> Iterator[Callable[..., Bubble]]:
    """Opens sockets of a site's browser, and says hello unless told not to."""
    with ExitStack() as sockets:

        def bubble(site: Site, *, hello: bool = True, origin: str = "", **facts: Any) -> Bubble:
            url = f"ws://127.0.0.1:{port}/ws/widget/{site.widget.key}/"
            socket = sockets.enter_context(connect(url, origin=origin or site.origin))
            page = Bubble(socket)
            if hello:
                page.says(hello={"token": site.token, **facts})
                page.welcome = page.hears("welcome")["welcome"]
            return page

        yield bubble


@pytest.fixture
def chat(site, opened) -> tuple[Bubble, Conversation]:
    """A visitor who has written once."""
    site.arrive()
    bubble = opened(site)
    sent = bubble.sends("Hello, is the blue mug in stock?", "first")
    return bubble, Conversation.objects.select_related("thread__ticket", "visitor").get(
        pk=sent["conversation"]
    )
