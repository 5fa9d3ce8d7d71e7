"""Addresses of tickets and what is below them: a page has a hundred, so each pattern is reversed once."""

from __future__ import annotations

from functools import cache

from django.urls import reverse


def address(name: str, ticket_id: int) -> str:
    """The address of the route `name`, whose only argument is a ticket's number."""
    before, after = _around(name)
    return f"{before}{ticket_id}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    before, _zero, after = reverse(name, args=[0]).rpartition("0")
    return before, after
