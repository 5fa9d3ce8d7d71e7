"""Handing tasks to the queue, as a hint: what has to happen is a row already, and a sweep repeats what was lost.

A queue that is down, or hangs, must not fail or slow the request that speaks to it.
"""

import time
from typing import Any

import structlog
from celery import Task
from django.db import transaction

log = structlog.get_logger(__name__)

PAUSE = 2.0
"""Seconds for which a queue that failed is left alone: one that hangs costs its timeout once, not for each task."""

_closed_until = 0.0


def enqueue(task: Task, *args: Any, seconds: float = 0) -> None:
    """After commit (at once outside a transaction), ask for `task` to run, in `seconds` at the earliest."""
    transaction.on_commit(lambda: _publish(task, args, seconds), robust=True)


def _publish(task: Task, args: tuple[Any, ...], seconds: float) -> None:
    global _closed_until
    if time.monotonic() < _closed_until:
        return
    try:
        task.apply_async(args, countdown=seconds)
    except Exception as error:
        _closed_until = time.monotonic() + PAUSE
        log.warning("queue_unavailable", task=task.name, error_type=type(error).__name__)
