"""Whom an answer to a message goes to, as far as its writer may choose that.

`Reply-To` is believed where nothing is at stake yet: it opens a conversation; or where it changes nothing about whom
we trust: the same domain. On a conversation that is under way, a forged sender could otherwise have all of it sent
to himself.
"""

from typing import NamedTuple

from channels_inbox.adapters.contract import Incoming
from channels_inbox.models import Channel
from channels_inbox.models.recipient import is_sendable

MOST = 50


class Copies(NamedTuple):
    others: list[str]
    """Whom an answer to all goes to besides the writer; none of our own addresses."""
    answer_to: str
    """Where the answer goes: to the writer's address, or to another one that he asks for."""
    asked: bool
    """Whether he asked for another one,"""
    granted: bool
    """and gets his answers there."""


NOBODY = Copies([], "", asked=False, granted=False)


def of(incoming: Incoming, *, joins: bool) -> Copies:
    """What becomes of the writer's wishes; `joins` says that the conversation is under way."""
    named = {address.lower(): address for address in (*incoming.to, *incoming.cc) if is_sendable(address)}
    ours = Channel.objects.ours_among([*named.values(), incoming.reply_to])
    wanted = "" if incoming.reply_to in ours else _wanted(incoming)
    believed = not joins or _domain(wanted) == _domain(incoming.address)
    answer_to = (wanted if believed else "") or incoming.address
    writer = {incoming.address.lower(), answer_to.lower()}
    others = [address for key, address in named.items() if key not in writer and address not in ours]
    return Copies(others[:MOST], answer_to, asked=bool(wanted), granted=bool(wanted) and believed)


def _wanted(incoming: Incoming) -> str:
    """Where its writer asks for answers, if that is another address than his own; machines are not asked."""
    wanted = incoming.reply_to
    is_another = wanted.lower() != incoming.address.lower() and is_sendable(wanted)
    return wanted if is_another and not incoming.automatic else ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
