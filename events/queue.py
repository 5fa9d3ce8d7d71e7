"""Handing tasks to the queue, as a hint: what has to happen is a row already, and a sweep repeats what was lost.

A queue that is down, or hangs, must not fail or slow the request that speaks to it.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import Task
from django.core.cache import cache
from django.db import transaction

log = structlog.get_logger(__name__)

PAUSE = 2.0
"""Seconds for which a server that failed is left alone: one that hangs costs its timeout once, not for each task."""
ASKED_FOR = 1
"""Second after which a task that nobody has begun is asked for once more."""

_closed_until = {"queue": 0.0, "cache": 0.0}


def enqueue(task: Task, *args: Any, seconds: float = 0) -> None:
    """After commit (at once outside a transaction), ask for `task` to run, in `seconds` at the earliest."""
    transaction.on_commit(lambda: _publish(task, args, seconds), robust=True)


def enqueue_once(task: Task) -> None:
    """As `enqueue`, but not while it is asked for already and no worker has begun with it: for a task that looks itself
    what there is to do, and begins by `begun`. It sees what was committed before."""
    transaction.on_commit(lambda: _ask_once(task), robust=True)


def begun(task: Task) -> None:
    """From now on it has to be asked for anew."""
    _try("cache", task, lambda: cache.delete(_asked(task)), otherwise=False)


def _ask_once(task: Task) -> None:
    is_new = _try("cache", task, lambda: cache.add(_asked(task), 1, ASKED_FOR), otherwise=True)
    if is_new and not _publish(task, (), 0):
        begun(task)


def _asked(task: Task) -> str:
    return f"asked-{task.name}"


def _publish(task: Task, args: tuple[Any, ...], seconds: float) -> bool:
    """Whether the queue has it."""

    def publish() -> bool:
        task.apply_async(args, countdown=seconds)
        return True

    return _try("queue", task, publish, otherwise=False)


def _try(server: str, task: Task, act: Callable[[], bool], *, otherwise: bool) -> bool:
    """What `act` says; `otherwise` where it fails, and while its server is left alone for having failed."""
    if time.monotonic() < _closed_until[server]:
        return otherwise
    try:
        return act()
    except Exception as error:
        _closed_until[server] = time.monotonic() + PAUSE
        log.warning(f"{server}_unavailable", task=task.name, error_type=type(error).__name__)
        return otherwise
