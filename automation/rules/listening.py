"""Which events any rule that is on waits for, kept by each process: a desk without rules pays nothing for them.

It is asked for again after a second, so a rule that was switched on elsewhere counts a second later."""

from __future__ import annotations

import time

from events.models import Event

FRESH = 1.0
"""Seconds."""

_kinds: frozenset[str] = frozenset()
_until = 0.0


def hears(event: Event) -> bool:
    """Whether a rule may want the event."""
    global _kinds, _until
    if time.monotonic() >= _until:
        from automation.models import Rule

        _kinds, _until = Rule.heard(), time.monotonic() + FRESH
    return event.kind in _kinds


def forget() -> None:
    """Ask anew at the next event."""
    global _until
    _until = 0.0


def assume_silence() -> None:
    """Ask no more until `forget`: for tests that count queries."""
    global _kinds, _until
    _kinds, _until = frozenset(), float("inf")
