"""What changes things tells names: after commit, quickly, whatever state Valkey is in."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.db import transaction

from events import history, live
from events.live import Letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def new_clients() -> Iterator[None]:
    live._shards.cache_clear()
    yield
    live._shards.cache_clear()


@pytest.fixture
def heard():
    """A question: which letters have come since it was asked last?"""
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as names:
        names.subscribe(live.channel())
        assert names.get_message(timeout=5)["type"] == "subscribe"

        def letters(seconds: float = 0.3) -> list[Letter]:
            found = []
            while message := names.get_message(timeout=seconds):
                found.append(Letter.read(message["data"]))
            return found

        yield letters


def test_a_name_is_told_once_for_all_its_groups_when_the_change_is_committed(heard):
    with transaction.atomic():
        live.tell({"team.1", "everything"}, {"ticket": 42})
        assert heard(0.1) == []
    assert heard() == [Letter(("everything", "team.1"), '{"ticket":42}')]


def test_what_was_rolled_back_is_not_told(heard):
    with transaction.atomic():
        live.tell({"team.1"}, {"ticket": 42})
        live.close({"agent.1"})
        transaction.set_rollback(True)
    assert heard() == []


def test_old_news_is_not_told(heard):
    with history.as_of(history.datetime(2020, 1, 1)), transaction.atomic():
        live.tell({"team.1"}, {"ticket": 42})
    assert heard() == []


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'[["a"], 1, "", 0]', b'["a", "", "", 0]'])
def test_what_is_no_letter_is_not_read(data):
    with pytest.raises(ValueError):
        Letter.read(data)


def test_after_a_restart_the_next_name_is_told(servers, heard):
    live.publish(Letter(("a",), "before"))
    servers.valkey.stop()
    live.publish(Letter(("a",), "lost"))
    servers.valkey.start()
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as names:
        names.subscribe(live.channel())
        names.get_message(timeout=5)
        time.sleep(0.1)
        live.publish(Letter(("a",), "after"))
        assert Letter.read(names.get_message(timeout=5)["data"]).text == "after"


def test_a_server_that_hangs_costs_its_timeout_once(servers, monkeypatch):
    monkeypatch.setattr(live, "TIMEOUT", 0.2)
    live.publish(Letter(("a",), "before"))
    pid = int(servers.valkey.pid_file.read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.perf_counter()
        for number in range(50):
            live.publish(Letter(("a",), str(number)))
        assert 0.2 <= time.perf_counter() - begun < 0.4
    finally:
        os.kill(pid, signal.SIGCONT)
