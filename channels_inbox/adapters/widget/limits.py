"""How much one visitor, and one address of the network, may ask of us."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from typing import NamedTuple

from django.conf import settings

from events.counting import counted


class Limit(NamedTuple):
    most: int
    seconds: int


OF_VISITOR = {
    "send": (Limit(20, 10), Limit(100, 300)),
    "open": (Limit(10, 3600),),
    "file": (Limit(30, 600),),
    "transcript": (Limit(5, 3600),),
    "address": (Limit(10, 3600),),
}
OF_ADDRESS = {
    "send": (Limit(120, 60),),
    "open": (Limit(60, 3600),),
    "visitor": (Limit(120, 3600),),
    "socket": (Limit(240, 60),),
    "ask": (Limit(600, 60),),
    "file": (Limit(120, 600),),
    "transcript": (Limit(10, 3600),),
    "address": (Limit(30, 3600),),
}
"""Of the network: many visitors may share one."""


MOST_OPEN = 300
"""Sockets that one address of the network may have open at once in a process, which holds some thousands."""
_open: Counter[str] = Counter()


def take_place(address: str) -> bool:
    """Whether another socket of the address may stay open; then it takes a place, until `give_place`."""
    if _open[address] >= MOST_OPEN and not settings.WIDGET_LIMITS_OFF:
        return False
    _open[address] += 1
    return True


def give_place(address: str) -> None:
    _open[address] -= 1
    if not _open[address]:
        del _open[address]


def wait_for(what: str, address: str, visitor_id: int | None = None) -> int:
    """Count it. 0 when it may be done now, else after how many seconds."""
    if settings.WIDGET_LIMITS_OFF:
        return 0
    counted = [(f"a{_short(address)}", limit) for limit in OF_ADDRESS.get(what, ())]
    if visitor_id is not None:
        counted += [(f"v{visitor_id}", limit) for limit in OF_VISITOR.get(what, ())]
    return max((_count(f"widget-{what}-{who}", limit) for who, limit in counted), default=0)


def _count(key: str, limit: Limit) -> int:
    over = counted(key, limit.seconds) > limit.most
    return int(limit.seconds - time.time() % limit.seconds) + 1 if over else 0


def _short(address: str) -> str:
    return hashlib.sha256(address.encode(errors="replace")).hexdigest()[:16]
