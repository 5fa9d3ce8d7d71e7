"""What a process hears reaches the right sockets once, and a gap in its hearing is never hidden from them."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest

from events import hub, live
from events.hub import TRY_AGAIN, Hub
from events.live import Letter


class Ear:
    """A listener that remembers what it heard."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.code = 0

    def hear(self, frame) -> None:
        self.texts.append(frame["text"])

    def end(self, code: int) -> None:
        Hub.here().leave(self)
        self.code = code


def run(work: Coroutine) -> None:
    """In an event loop of its own, in a thread: a browser's test may have left one in this."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def listening(test: Callable[[Hub], Awaitable[None]]) -> None:
    """Run the test in an event loop, with its hub ready."""

    async def heard() -> None:
        here = Hub.here()
        assert await here.ready(5)
        await test(here)

    run(heard())


async def until(reached: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.01)


def publish(*groups: str, text: str = "", **fields) -> Awaitable[None]:
    return asyncio.to_thread(live.publish, Letter(groups, text, **fields))


def test_each_hears_once_what_is_told_to_groups_of_hers():
    async def test(here: Hub) -> None:
        ann, bea, carl = Ear(), Ear(), Ear()
        for ear, groups in (
            (ann, ("orders", "42")),
            (bea, ("orders", "42", "everything")),
            (carl, ("repairs",)),
        ):
            for group in groups:
                here.join(ear, group)
        await publish("42", "orders", text="one")
        await here.tell(Letter(("42",), "two", but="everything"))
        await publish("repairs", text="three")
        await until(lambda: bool(carl.texts))
        assert (ann.texts, bea.texts, carl.texts) == (["one", "two"], ["one"], ["three"])

    listening(test)


def test_who_left_hears_no_more_and_leaves_nothing_behind():
    async def test(here: Hub) -> None:
        gone, stays = Ear(), Ear()
        for group in ("a", "b", "c"):
            here.join(gone, group)
            here.join(stays, group)
        here.leave(gone, "a", "never joined")
        await publish("a", text="one")
        here.leave(gone)
        await publish("b", text="two")
        await until(lambda: stays.texts == ["one", "two"])
        assert gone.texts == []
        here.leave(stays)
        assert here.groups == here.memberships == {}

    listening(test)


def test_a_code_closes_who_is_in_the_group():
    async def test(here: Hub) -> None:
        hers, his = Ear(), Ear()
        here.join(hers, "agent.1")
        here.join(his, "agent.2")
        await publish("agent.1", code=4403)
        await until(lambda: hers.code == 4403)
        assert his.code == 0

    listening(test)


def test_what_cannot_be_read_is_passed_over():
    async def test(here: Hub) -> None:
        ear = Ear()
        here.join(ear, "a")
        await here.clients[next(iter(here.clients))].publish(live.channel(), b"{}")
        await publish("a", text="good")
        await until(lambda: ear.texts == ["good"])

    listening(test)


def test_a_restart_of_valkey_closes_every_socket_and_new_ones_hear(servers):
    async def test(here: Hub) -> None:
        before, after = Ear(), Ear()
        here.join(before, "a")
        await asyncio.to_thread(servers.valkey.stop)
        await until(lambda: before.code == TRY_AGAIN)
        assert not await here.ready(0.05), "while names may be missed, no socket is served"
        await asyncio.to_thread(servers.valkey.start)
        assert await here.ready(5)
        here.join(after, "a")
        await here.tell(Letter(("a",), "back"))
        await until(lambda: after.texts == ["back"])
        assert before.texts == []

    listening(test)
    servers.valkey.stop()  # it ends with the thread that started it: the fixture starts it anew


def test_a_server_that_hangs_is_noticed(servers, monkeypatch):
    monkeypatch.setattr(hub, "QUIET", 0.2)
    pid = int(servers.valkey.pid_file.read_text())

    async def test(here: Hub) -> None:
        ear = Ear()
        here.join(ear, "a")
        await asyncio.sleep(1)
        assert ear.code == 0, "a server that has nothing to say is not one that hangs"
        os.kill(pid, signal.SIGSTOP)
        try:
            await until(lambda: ear.code == TRY_AGAIN)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert await here.ready(5)

    listening(test)


def test_a_loop_has_a_hub_of_its_own():
    hubs = []

    async def here() -> None:
        hubs.append(Hub.here())
        assert Hub.here() is hubs[-1]
        assert await hubs[-1].ready(5)

    run(here())
    run(here())
    assert hubs[0] is not hubs[1]
    assert hubs[0] not in hub._hubs.values()


@pytest.mark.parametrize("count", [1, 3])
def test_a_letter_goes_by_the_same_server_each_time(settings, count):
    settings.CHANNEL_REDIS_URLS = [settings.REDIS_URL] * count
    shards = {Letter((f"team.{number}",), "text").shard for number in range(50)}
    assert shards == set(range(count))
