"""Writing down what happened long ago: for demo data, imports and benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Events emitted inside happened at `moment` and are old news: they are written, and what runs `@within`
    them runs, but nobody acts on them afterwards and no open page is told."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def moment() -> datetime | None:
    """When what is being written happened; None: now."""
    return _moment.get()
