"""How rooms tell each other what happened.

`emit` writes the Event, and a pending Receipt for each subscriber, into the transaction that it is called in.
After commit each Receipt becomes a task (`events.tasks.deliver`); a sweep repeats what the queue forgot.

    @on("ticket.solved")        # own task, after commit, retried, exactly one effect on the database
    def ask(event): ...

    @within("ticket.solved")    # in emit's transaction: SQL only; raising aborts the change
    def stop_clocks(event): ...
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.db import connection
from django.db.models import Model
from django.utils.timezone import now

from events import history
from events.catalogue import KINDS
from events.models import Event
from events.queue import enqueue
from events.refs import ref

Subscriber = Callable[[Event], None]
Condition = Callable[[Event], bool]

_after: dict[str, list[str]] = defaultdict(list)
_within: dict[str, list[Subscriber]] = defaultdict(list)
_by_name: dict[str, Subscriber] = {}
_when: dict[str, Condition] = {}
_cause: ContextVar[Event | None] = ContextVar("cause", default=None)


class NotInTransaction(RuntimeError):
    """`emit` was called where its event could be lost or told without its change."""


class UnknownEvent(ValueError):
    """The kind or its payload keys are not in the catalogue."""


class UnknownSubscriber(LookupError):
    """A receipt names a subscriber that is gone, or not here yet while a new version is being rolled out."""


def on(*kinds: str, when: Condition | None = None) -> Callable[[Subscriber], Subscriber]:
    """Register a subscriber: called in a task of its own after commit, with the event locked to it by a Receipt.

    `when` spares the task where it is not meant: asked within the transaction, of an event that has its `subject` but
    no id yet, it must look at nothing but what is in hand, or what the process keeps."""

    def register(subscriber: Subscriber) -> Subscriber:
        name = f"{subscriber.__module__}.{subscriber.__qualname__}"
        _by_name[name] = subscriber
        if when is not None:
            _when[name] = when
        for kind in _known(kinds):
            if name not in _after[kind]:
                _after[kind].append(name)
        return subscriber

    return register


def within(*kinds: str) -> Callable[[Subscriber], Subscriber]:
    """Register a subscriber that runs inside emit's own transaction: for what must never be a moment late."""

    def register(subscriber: Subscriber) -> Subscriber:
        for kind in _known(kinds):
            if subscriber not in _within[kind]:
                _within[kind].append(subscriber)
        return subscriber

    return register


def subscriber_named(name: str) -> Subscriber:
    """The registered subscriber of that dotted name. UnknownSubscriber when this code has none."""
    if name not in _by_name:
        raise UnknownSubscriber(f"This version of the program has no subscriber {name}.")
    return _by_name[name]


@contextmanager
def caused_by(event: Event):
    """Events emitted inside name `event` as their cause."""
    token = _cause.set(event)
    try:
        yield
    finally:
        _cause.reset(token)


def emit(
    kind: str,
    subject: Any,
    /,
    *,
    actor: Any = None,
    ticket_id: int | None = None,
    number: int | None = None,
    **payload: Any,
) -> Event:
    """Write that `kind` happened to `subject` (a model instance or a (kind, id) pair), by `actor` (None: the system).

    Of a model instance in the payload the id is kept, and the instance is at hand for who listens within."""
    from events.tasks import deliver

    _require_transaction()
    expected = KINDS.get(kind)
    if expected is None or expected != payload.keys():
        raise UnknownEvent(f"{kind} with {sorted(payload)}; the catalogue has {sorted(expected or [])}")
    at_hand = {name: fact for name, fact in payload.items() if isinstance(fact, Model)}
    payload |= {name: fact.pk for name, fact in at_hand.items()}
    subject_kind, subject_id = ref(subject)
    actor_kind, actor_id = ref(actor)
    long_ago = history.moment()
    event = Event(
        at=long_ago or now(),
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor_kind=actor_kind,
        actor_id=actor_id,
        ticket_id=ticket_id,
        number=number,
        cause=_cause.get(),
        payload=payload,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    event.subject, event.at_hand = subject, at_hand
    meant = [name for name in _after[kind] if name not in _when or _when[name](event)]
    for receipt in event.write([] if long_ago else meant):
        enqueue(deliver, receipt)
    for act in _within[kind]:
        act(event)
    return event


def _known(kinds: tuple[str, ...]) -> tuple[str, ...]:
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownEvent(kind)
    return kinds


def _require_transaction() -> None:
    """A test's own wrapping transaction does not count: it would hide a missing `atomic` in the product."""
    own = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    if not own:
        raise NotInTransaction("emit needs an open transaction: wrap the verb in transaction.atomic.")
