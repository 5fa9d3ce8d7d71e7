"""The confirmation of a new request, which nobody writes by hand."""

from __future__ import annotations

from channels_inbox.caps import may_acknowledge
from channels_inbox.language import language_for
from channels_inbox.models import Outlet, Thread
from channels_inbox.wording import ACKNOWLEDGEMENT, facts, said, words_of
from tickets.models import Message


def acknowledge(letter: Message, thread: Thread, address: str) -> Message | None:
    """Tell whoever opened the ticket by `letter`, from `address`, that it has arrived; None where that is not wanted,
    would answer a machine, or was done too often: a stranger can write under somebody else's address. Within the
    transaction in which the letter came."""
    channel, ticket = thread.channel, thread.ticket
    if channel.kind != "email" or letter.automatic or not Outlet.of(channel).acknowledges:
        return None
    if not may_acknowledge(address):
        return None
    words = words_of(channel, ACKNOWLEDGEMENT, language_for(ticket))
    return ticket.notify(text=said(words, facts(ticket, channel)), purpose=ACKNOWLEDGEMENT)
