"""That pages are still open: said by each of them again and again, and written down for all of them at once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from django.utils.timezone import now

from channels_inbox.adapters.widget.models import Visitor
from events.sockets import in_database

GATHERED = 2.0
"""Seconds until what was said is written."""

_heard: WeakKeyDictionary[asyncio.AbstractEventLoop, set[int]] = WeakKeyDictionary()
"""By server: one that ends takes what it has not written along."""
_writing: set[asyncio.Task[None]] = set()


def heard_of(visitor_id: int) -> None:
    """His page is still open, whichever of this process's pages that is."""
    heard = _heard.setdefault(asyncio.get_running_loop(), set())
    if not heard:
        task = asyncio.create_task(_write_soon(now()))
        _writing.add(task)
        task.add_done_callback(_writing.discard)
    heard.add(visitor_id)


async def _write_soon(since: datetime) -> None:
    await asyncio.sleep(GATHERED)
    visitors = _heard.pop(asyncio.get_running_loop(), set())
    await in_database(_write)(visitors, since)


def _write(visitors: set[int], since: datetime) -> None:
    """As of when the first of them was heard: whose page was closed a moment later has left all the same."""
    Visitor.objects.filter(pk__in=sorted(visitors), seen_at__lt=since).update(seen_at=since, left_at=None)
