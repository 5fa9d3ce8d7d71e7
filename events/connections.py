"""The database connections of work that belongs to no request: tasks, sockets, the door for mail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

from django.db import close_old_connections, connection

A_MOMENT = 1.0
"""Seconds for which a server that was there is believed to be there still: to ask takes as long as many a query."""

_thread = local()


def look_after_connection() -> None:
    """As at the beginning of a request: the thread's connection is closed if it is too old or broken, else it serves
    on. One that has failed is looked at at once."""
    if connection.errors_occurred or time.monotonic() - getattr(_thread, "looked_at", 0) > A_MOMENT:
        close_old_connections()
        _thread.looked_at = time.monotonic()


@contextmanager
def looked_after() -> Iterator[None]:
    """Around such work in a thread of its own; where no connection is kept, it is closed at the end."""
    look_after_connection()
    try:
        yield
    finally:
        if not connection.settings_dict["CONN_MAX_AGE"]:
            connection.close()
