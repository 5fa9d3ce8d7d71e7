"""Real sockets on a real server: what the hub passes on arrives, and one page cannot hold up another."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.sync.client import connect

from events import live
from events.hub import TRY_AGAIN, Hub
from events.live import Letter
from events.sockets import LiveSocket
from tests.servers.asgi import served


class Page(LiveSocket):
    async def connect(self) -> None:
        await self.accept()
        await self.hub.ready(5)
        self.join("all")
        await self.send("joined")

    async def receive(self, text_data=None, bytes_data=None) -> None:
        if text_data == "break":
            raise RuntimeError("The page's own code fails.")


@pytest.fixture
def port() -> Iterator[int]:
    with served(Page.as_asgi(), ws_ping_interval=None) as port:
        yield port


@pytest.fixture
def opened(port):
    pages = []

    def open_page(**options):
        pages.append(connect(f"ws://127.0.0.1:{port}/", **options))
        assert pages[-1].recv(timeout=10) == "joined"
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


def the_hub() -> Hub:
    from events import hub

    [here] = [here for loop, here in hub._hubs.items() if not loop.is_closed()]
    return here


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def test_all_pages_hear(opened):
    pages = [opened() for _ in range(3)]
    live.publish(Letter(("all",), "Hello, سلام"))
    assert [page.recv(timeout=5) for page in pages] == ["Hello, سلام"] * 3


def test_a_page_that_does_not_read_is_closed_and_holds_up_nobody(opened):
    reads = opened()
    host = "{}:{}".format(*reads.remote_address)
    with socket.create_connection(reads.remote_address, timeout=5) as stuck:
        asked = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        stuck.sendall((asked + key).encode())
        wait_until(lambda: len(the_hub().memberships) == 2)
        slowest, told = 0.0, 0
        while len(the_hub().memberships) == 2:
            begun, told = time.perf_counter(), told + 1
            live.publish(Letter(("all",), "x" * 100_000))
            assert len(reads.recv(timeout=5)) == 100_000
            slowest = max(slowest, time.perf_counter() - begun)
            assert told < 500, "it is never given up"
        assert slowest < 1
        received = b""
        while data := stuck.recv(1 << 20):
            received = received[-10:] + data
            if received.endswith(b"\x88\x02" + TRY_AGAIN.to_bytes(2)):
                return
        pytest.fail("it was not told to try again")


@pytest.mark.parametrize("end", ["close", "break"])
def test_a_page_that_is_gone_leaves_nothing_behind(opened, end):
    page, other = opened(), opened()
    page.close() if end == "close" else page.send("break")
    live.publish(Letter(("all",), "still here"))
    assert other.recv(timeout=5) == "still here"
    wait_until(lambda: len(the_hub().memberships) == 1)
