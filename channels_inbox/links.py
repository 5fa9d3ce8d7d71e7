"""The buttons below a message; where they lead on channels that have none, such as mail; and where whoever wants no
more of it says so.

A message's choices are plain (`{"value": "rate:5", "label": "5"}`) and hold no address: whoever sees the message on the
desk must not be able to press them for the customer. The room that wrote them says, at the moment of sending, where
they lead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tickets.models import Message

Link = Callable[[Message, str], str]

End = Callable[[Message], str]

_links: dict[str, Link] = {}
_ends: dict[str, End] = {}


def leads(prefix: str) -> Callable[[Link], Link]:
    """Register who knows the address of choices whose value is `prefix:argument`; called with message and argument."""

    def register(link: Link) -> Link:
        _links[prefix] = link
        return link

    return register


def link_for(message: Message, value: str) -> str:
    """The whole address of that choice; nothing when it leads nowhere."""
    prefix, _, argument = value.partition(":")
    return _links[prefix](message, argument) if prefix in _links else ""


@dataclass(frozen=True, slots=True)
class Button:
    """One of a message's choices, as a channel shows it."""

    label: str
    mark: str
    """A sign, such as a face: those that have one stand in a row, whose ends are labelled. Or nothing."""
    value: str
    """What a press brings back, for `choosing.choose`."""
    url: str
    """Where it leads instead, if it does: then it is a link and nothing to press."""


def buttons(message: Message, *, pressed: bool) -> list[Button]:
    """What stands below it, in its order. Where nothing can be `pressed`, all are links, and those that lead nowhere
    are left out. A link is for the customer's eyes alone: the desk shows none."""
    urls = [
        link_for(message, one["value"]) if one.get("opens") or not pressed else "" for one in message.choices
    ]
    return [
        Button(one["label"], one.get("mark", ""), one["value"], url)
        for one, url in zip(message.choices, urls, strict=True)
        if url or (pressed and not one.get("opens"))
    ]


def ends(purpose: str) -> Callable[[End], End]:
    """Register who knows the address at which a customer ends mails of that purpose (RFC 8058)."""

    def register(end: End) -> End:
        _ends[purpose] = end
        return end

    return register


def end_of(message: Message) -> str:
    """The whole address at which its reader ends such mails; nothing for letters and for what must be said."""
    return _ends[message.purpose](message) if message.purpose in _ends else ""
