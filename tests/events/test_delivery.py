from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from events import bus, delivery
from events.models import STRAGGLER, Event, Receipt, ReceiptState
from events.tasks import sweep_receipts
from tests.events import listening


@pytest.fixture
def queued(monkeypatch) -> list[int]:
    """What is handed to the queue: ids of receipts, in order."""
    ids: list[int] = []
    monkeypatch.setattr("events.tasks.enqueue", lambda task, receipt_id: ids.append(receipt_id))
    monkeypatch.setattr("events.bus.enqueue", lambda task, receipt_id: ids.append(receipt_id))
    monkeypatch.setattr("events.delivery.enqueue", lambda task, receipt_id: ids.append(receipt_id))
    return ids


def happen() -> Receipt:
    with transaction.atomic():
        event = bus.emit(listening.KIND, ("team", 1), fields=[])
    return Receipt.objects.get(event=event)


def fail(event):
    raise OSError("the printer is on fire")


@pytest.mark.django_db
def test_an_effect_names_its_cause(listen, queued):
    def react(event):
        with transaction.atomic():
            bus.emit("team.changed", ("team", 2), fields=["effect"])

    listen(bus.on, react)
    with structlog.contextvars.bound_contextvars(request_id="the-request"):
        receipt = happen()
    delivery.act_on(receipt.pk)
    effect = Event.objects.get(subject_id=2)
    assert effect.cause == receipt.event
    assert effect.request_id == "the-request", (
        "also where the sweep, which knows nothing of it, queued the receipt"
    )
    assert happen().event.cause is None, "what comes later has no part in it"


@pytest.mark.django_db
def test_a_settled_receipt_is_never_acted_on_again(listen, queued, effect_table):
    listen(bus.on, listening.first)
    receipt = happen()
    for _ in range(3):
        delivery.act_on(receipt.pk)
    assert listening.effects() == {(receipt.event_id, "first"): 1}
    delivery.act_on(receipt.pk + 1000)


@pytest.mark.django_db
def test_a_failure_takes_its_effect_back_and_waits_longer_each_time(listen, queued, effect_table):
    def half(event):
        listening.take_effect(event, "half")
        fail(event)

    listen(bus.on, half)
    receipt = happen()
    waits = []
    for attempt in range(1, 5):
        delivery.act_on(receipt.pk)
        receipt.refresh_from_db()
        assert (receipt.state, receipt.attempts) == (ReceiptState.PENDING, attempt)
        assert receipt.error == "OSError: the printer is on fire\n"
        waits.append((receipt.next_try_at - now()).total_seconds())
    assert not listening.effects()
    assert waits == pytest.approx([5, 10, 20, 40], rel=0.26)


def test_backoff_is_scattered_and_at_most_an_hour_and_a_quarter():
    same = {delivery.backoff(3) for _ in range(50)}
    assert len(same) > 40
    assert timedelta(seconds=15) <= min(same) <= max(same) <= timedelta(seconds=25)
    assert delivery.backoff(60) <= timedelta(minutes=75)


@pytest.mark.django_db
def test_who_fails_too_often_is_given_up_until_someone_retries(listen, queued):
    listen(bus.on, fail)
    receipt = happen()
    for _ in range(delivery.MOST_ATTEMPTS + 3):
        delivery.act_on(receipt.pk)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts) == (ReceiptState.DEAD, delivery.MOST_ATTEMPTS)
    queued.clear()
    delivery.retry(receipt)
    delivery.retry(receipt)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts, queued) == (ReceiptState.PENDING, 0, [receipt.pk])


@pytest.mark.django_db
def test_a_subscriber_that_kills_its_worker_is_given_up_too(listen, queued):
    def kill(event):
        raise SystemExit

    listen(bus.on, kill)
    receipt = happen()
    for _ in range(delivery.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            delivery.act_on(receipt.pk)
    delivery.act_on(receipt.pk)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.error) == (ReceiptState.DEAD, "Its worker died over it each time.")


@pytest.mark.django_db
def test_a_subscriber_that_is_gone_ends_as_dead_and_says_so(listen, queued):
    listen(bus.on, fail)
    receipt = happen()
    bus._by_name.clear()
    for _ in range(delivery.MOST_ATTEMPTS):
        delivery.act_on(receipt.pk)
    receipt.refresh_from_db()
    assert receipt.state == ReceiptState.DEAD
    assert "has no subscriber tests.events.test_delivery.fail" in receipt.error


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_take_the_same_receipt_take_effect_once(listen, queued, effect_table):
    inside, go_on = Signal(), Signal()

    def slow(event):
        listening.take_effect(event, "slow")
        inside.set()
        go_on.wait(10)

    listen(bus.on, slow)
    receipt = happen()

    def work():
        delivery.act_on(receipt.pk)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        first = workers.submit(work)
        assert inside.wait(10)
        others = [workers.submit(work) for _ in range(3)]
        for other in others:
            other.result(10)
        go_on.set()
        first.result(10)
    assert listening.effects() == {(receipt.event_id, "slow"): 1}
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts) == (ReceiptState.DONE, 1)


@pytest.mark.django_db
def test_the_sweep_queues_what_waited_longest_and_then_lets_others_have_their_turn(listen, queued):
    listen(bus.on, fail)
    fresh, forgotten, failed, dead = (happen() for _ in range(4))
    wait(forgotten, seconds=100)
    wait(failed, seconds=50, attempts=3)
    wait(dead, seconds=200, state=ReceiptState.DEAD)
    assert fresh.next_try_at > now() + STRAGGLER - timedelta(seconds=5)
    queued.clear()
    assert sweep_receipts(limit=1) == 1
    assert sweep_receipts(limit=1) == 1
    assert sweep_receipts(limit=1) == 0
    assert queued == [forgotten.pk, failed.pk]


def wait(receipt: Receipt, *, seconds: int, **fields) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(next_try_at=now() - timedelta(seconds=seconds), **fields)
