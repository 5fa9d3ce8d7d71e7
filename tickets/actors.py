"""Who acts on tickets and is no person: rooms above name their rules and policies for the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from events.models import Event

Namer = Callable[[set[int]], dict[int, str]]

_namers: dict[str, Namer] = {}


def names(kind: str) -> Callable[[Namer], Namer]:
    """Register who knows what actors of that kind are called, in one query, by id."""

    def register(namer: Namer) -> Namer:
        _namers[kind] = namer
        return namer

    return register


def named(events: Iterable[Event]) -> dict[tuple[str, int | None], str]:
    """The names of all actors of a stretch of history that are known here: a query for each kind there is."""
    acted: dict[str, set[int]] = {}
    for event in events:
        if event.actor_kind in _namers and event.actor_id is not None:
            acted.setdefault(event.actor_kind, set()).add(event.actor_id)
    return {(kind, pk): name for kind, ids in acted.items() for pk, name in _namers[kind](ids).items()}
