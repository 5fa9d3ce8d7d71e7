"""Handing tasks to the queue, as a hint: what has to happen is a row already, and a sweep repeats what was lost.

A queue that is down, or hangs, must not fail or slow the request that speaks to it.
"""

import time
from typing import Any

import structlog
from celery import Task
from django.core.cache import cache
from django.db import transaction

log = structlog.get_logger(__name__)

PAUSE = 2.0
"""Seconds for which a queue that failed is left alone: one that hangs costs its timeout once, not for each task."""

ASKED_FOR = 1
"""Second after which a task that nobody has begun is asked for once more."""

_closed_until = 0.0


def enqueue(task: Task, *args: Any, seconds: float = 0) -> None:
    """After commit (at once outside a transaction), ask for `task` to run, in `seconds` at the earliest."""
    transaction.on_commit(lambda: _publish(task, args, seconds), robust=True)


def enqueue_once(task: Task) -> None:
    """As `enqueue`, but not while it is asked for already and no worker has begun with it: for a task that does
    whatever there is to do, and begins by `begun`. What has been committed before is seen by it."""
    transaction.on_commit(lambda: _ask_once(task), robust=True)


def begun(task: Task) -> None:
    """From now on it has to be asked for anew."""
    try:
        cache.delete(_asked(task))
    except Exception as error:
        log.warning("cache_unavailable", task=task.name, error_type=type(error).__name__)


def _ask_once(task: Task) -> None:
    try:
        is_asked = not cache.add(_asked(task), 1, ASKED_FOR)
    except Exception as error:
        log.warning("cache_unavailable", task=task.name, error_type=type(error).__name__)
        is_asked = False
    if not is_asked:
        _publish(task, (), 0)


def _asked(task: Task) -> str:
    return f"asked-{task.name}"


def _publish(task: Task, args: tuple[Any, ...], seconds: float) -> None:
    global _closed_until
    if time.monotonic() < _closed_until:
        return
    try:
        task.apply_async(args, countdown=seconds)
    except Exception as error:
        _closed_until = time.monotonic() + PAUSE
        log.warning("queue_unavailable", task=task.name, error_type=type(error).__name__)
