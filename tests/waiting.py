"""Waiting for what another process or thread brings about."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], seconds: float = 30) -> float:
    """Wait until it is true; how many seconds that took. AssertionError when it does not come true in time."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began
