"""The queue is a hint: whatever happens to Valkey, each subscriber takes effect exactly once for each event."""

import logging
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now

from channels_inbox.tasks import unpack
from events import bus
from events.models import Receipt, ReceiptState
from events.tasks import sweep_receipts
from helpdesk.celery import app
from tests.events import listening

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def subscribers(listen, effect_table):
    with queue() as client:
        client.delete(key_of("celery"), key_of("intake"), key_of("outgoing"))
    listen(bus.on, listening.first, listening.second)


def happen() -> int:
    with transaction.atomic():
        return bus.emit(listening.KIND, ("team", 1), fields=[]).pk


def test_valkey_stops_and_starts_during_100_events(servers, worker, subscribers):
    worker()
    events, slowest = [], 0.0
    for count in range(100):
        if count == 30:
            wait_until(lambda: Receipt.objects.filter(state=ReceiptState.DONE).exists())
            servers.valkey.stop()
        if count == 70:
            servers.valkey.start()
        begun = time.perf_counter()
        events.append(happen())
        slowest = max(slowest, time.perf_counter() - begun)
    half_a_minute_passes_until(all_are_done)
    assert listening.effects() == {(pk, name): 1 for pk in events for name in ("first", "second")}
    assert slowest < 1, "a change does not wait for a queue that is down"


def test_queued_tasks_are_lost_with_valkeys_data(servers, worker, subscribers):
    events = [happen() for _ in range(100)]
    assert queue_length() == 200
    servers.valkey.kill()
    servers.valkey.start()
    assert queue_length() == 0, "the queue is lost"
    worker()
    half_a_minute_passes_until(all_are_done)
    assert listening.effects() == {(pk, name): 1 for pk in events for name in ("first", "second")}


def test_a_worker_that_is_killed_at_work_takes_effect_once(servers, worker, subscribers):
    events = [happen() for _ in range(100)]
    doomed, _other = worker(), worker()
    wait_until(lambda: Receipt.objects.filter(state=ReceiptState.DONE).count() > 5)
    os.killpg(doomed.pid, signal.SIGKILL)
    half_a_minute_passes_until(all_are_done)
    assert listening.effects() == {(pk, name): 1 for pk in events for name in ("first", "second")}


def test_a_worker_outlives_a_lost_connection_with_work_in_hand(subscribers):
    happen()
    with app.connection_for_read() as broker:
        in_hand = app.amqp.queues["celery"](broker.default_channel).get(no_ack=False)
        errors = broker.connection_errors
    in_hand.ack_log_error(logging.getLogger("test"), errors)
    assert not in_hand.acknowledged


def test_a_worker_keeps_its_connections_from_task_to_task(servers, worker, subscribers):
    for _ in range(20):
        happen()
    worker()
    half_a_minute_passes_until(all_are_done)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT backend) FROM effect")
        assert cursor.fetchone()[0] <= 2, "one for each of its two processes"


def test_what_agents_wait_for_does_not_stand_behind_a_flood_of_mail(servers, worker, subscribers):
    for nobody in range(3000):
        unpack.delay(-1 - nobody)
    happen()
    worker()
    wait_until(all_are_done)
    assert queue_length("intake") > 1000


def test_publishing_to_a_dead_queue_is_quick_and_raises_nothing(servers, subscribers):
    servers.valkey.kill()
    begun = time.perf_counter()
    for _ in range(10):
        happen()
    assert (time.perf_counter() - begun) / 10 < 0.05
    assert Receipt.objects.filter(state=ReceiptState.PENDING).count() == 20


def all_are_done() -> bool:
    return not Receipt.objects.exclude(state=ReceiptState.DONE).exists()


def half_a_minute_passes_until(condition: Callable[[], bool]) -> None:
    """Let the sweep find what it would find half a minute later."""

    def swept() -> bool:
        Receipt.objects.filter(state=ReceiptState.PENDING).update(next_try_at=now() - timedelta(seconds=1))
        sweep_receipts()
        return condition()

    wait_until(swept, every=1.0)


def wait_until(condition: Callable[[], bool], every: float = 0.05, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(every)


def queue() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def queue_length(name: str = "celery") -> int:
    with queue() as client:
        return client.llen(key_of(name))


def key_of(name: str) -> str:
    return f"{settings.REDIS_PREFIX}-jobs-{name}"
