import time

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from events import queue


class Task:
    name = "a task"

    def __init__(self, seconds=0.0):
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
