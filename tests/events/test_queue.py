import time
from uuid import uuid4

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from events import queue


class Task:
    """One of its own name, which takes `seconds` to be queued, and then fails."""

    def __init__(self, seconds=0.0):
        self.name = f"task-{uuid4()}"
        self.calls, self.seconds = [], seconds

    def apply_async(self, args, countdown):
        time.sleep(self.seconds)
        self.calls.append((args, countdown))
        if self.seconds:
            raise OperationalError


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_hangs_costs_its_timeout_once():
    task = Task(seconds=0.2)
    begun = time.perf_counter()
    with transaction.atomic():
        for number in range(20):
            queue.enqueue(task, number)
    assert len(task.calls) == 1
    assert time.perf_counter() - begun < 0.4


@pytest.mark.django_db(transaction=True)
def test_a_task_is_queued_only_when_the_change_is_committed():
    """Also after the test above, which closed the queue: each begins with an open one."""
    task = Task()
    with transaction.atomic():
        queue.enqueue(task, 1, 2, seconds=10)
        assert task.calls == []
    assert task.calls == [((1, 2), 10)]
    with transaction.atomic():
        queue.enqueue(task, 3)
        transaction.set_rollback(True)
    assert len(task.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_what_does_all_there_is_is_asked_for_once_until_it_has_begun():
    task = Task()
    for _ in range(3):
        queue.enqueue_once(task)
    assert task.calls == [((), 0)]
    queue.begun(task)
    queue.enqueue_once(task)
    assert len(task.calls) == 2


@pytest.mark.django_db(transaction=True)
def test_it_is_asked_for_anew_when_that_was_lost():
    task = Task()
    queue.enqueue_once(task)
    time.sleep(queue.ASKED_FOR + 0.1)
    queue.enqueue_once(task)
    assert len(task.calls) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_cache_it_is_asked_for_each_time(monkeypatch):
    def fail(*args):
        raise ConnectionError

    monkeypatch.setattr(queue.cache, "add", fail)
    monkeypatch.setattr(queue.cache, "delete", fail)
    task = Task()
    queue.enqueue_once(task)
    queue.begun(task)
    queue.enqueue_once(task)
    assert len(task.calls) == 2


@pytest.mark.django_db(transaction=True)
def test_a_cache_that_hangs_costs_its_timeout_once(monkeypatch):
    def hang(*args):
        time.sleep(0.2)
        raise ConnectionError

    monkeypatch.setattr(queue.cache, "add", hang)
    task, begun = Task(), time.perf_counter()
    for _ in range(20):
        queue.enqueue_once(task)
    assert len(task.calls) == 20
    assert time.perf_counter() - begun < 0.4


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_asked_for_is_asked_for_by_the_next(monkeypatch):
    failing, task = Task(seconds=0.01), Task()
    task.name = failing.name
    queue.enqueue_once(failing)
    monkeypatch.setitem(queue._closed_until, "queue", 0.0)
    queue.enqueue_once(task)
    assert len(task.calls) == 1
