"""Addresses of tickets and what is below them: a page has a hundred, so each pattern is reversed once."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

_PLACES = (900_000_001, 900_000_002)


def address(name: str, *ids: int | str) -> str:
    """The address of the route `name`, whose arguments are one or two names or numbers."""
    return _pattern(name, len(ids)).format(*ids)


@cache
def _pattern(name: str, places: int) -> str:
    pattern = reverse(name, args=_PLACES[:places])
    for place in _PLACES[:places]:
        pattern = pattern.replace(str(place), "{}")
    return pattern
