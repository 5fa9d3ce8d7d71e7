"""What else an agent asks for with a reply: rooms above say what the composer's field `along` means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from agents.models import Agent
from tickets.models import Ticket

Reader = Callable[[Agent, Ticket, str], list[dict[str, Any]]]

_readers: dict[str, Reader] = {}


def reads(prefix: str) -> Callable[[Reader], Reader]:
    """Register who turns what follows `prefix:` into what is done when the reply leaves. It may raise ValueError, in
    words for the agent."""

    def register(reader: Reader) -> Reader:
        _readers[prefix] = reader
        return reader

    return register


def read(agent: Agent, ticket: Ticket, words: str) -> list[dict[str, Any]]:
    """For `Ticket.reply`. ValueError for what nobody reads."""
    if not words:
        return []
    prefix, _colon, rest = words.partition(":")
    if prefix not in _readers:
        raise ValueError(_("It is not known what should follow this reply."))
    return _readers[prefix](agent, ticket, rest)
