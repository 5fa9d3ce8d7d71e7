"""Counting what happens within a window of the clock, in the cache: quick, and best effort."""

from __future__ import annotations

import time
from typing import Any, cast

import structlog
from django.core.cache import cache
from redis import RedisError

log = structlog.get_logger(__name__)

LATE = 24 * 3600
"""Seconds for which what is counted belatedly still meets its window."""


def counted(key: str, seconds: int, at: float | None = None) -> int:
    """How often `key` was counted within the `seconds` of the clock that `at` (a time stamp; None: now) lies in, this
    time included. 0 where the cache is down: that must hold nobody up."""
    moment = time.time() if at is None else at
    key = f"{key}-{seconds}-{int(moment // seconds)}"
    try:
        return cast(Any, cache).count(key, 2 * seconds + (0 if at is None else LATE))
    except RedisError as error:
        log.warning("not_counted", error_type=type(error).__name__)
        return 0
