"""What every channel's adapter has, what it hands to intake, and how it says that something failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from channels_inbox.models import Channel, Envelope, Parcel
    from tickets.models import Message

LATER = gettext_noop("The mail server could not be reached, or asked to try later.")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    """By which the HTML names it, without angle brackets."""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Forward:
    """How a customer's message came by an agent: he passed it on."""

    agent_id: int
    comment: str
    """What he wrote about it."""
    written: str
    """When the customer wrote it: ISO 8601, or in the words of the program that passed it on; "" where unknown."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from outside, in nobody's format."""

    identity_kind: str
    address: str
    """Who wrote: an address of that kind."""
    text: str
    provider_id: str
    """The provider's id for it, or nothing where it has none."""
    digest: str
    """SHA-256 (hex) of the content below its trace: tells a second copy from another message."""
    name: str = ""
    html: str = ""
    """As it came, not yet cleaned."""
    subject: str = ""
    ticket_id: int | None = None
    """The ticket it answers, proved by a signature of ours; never merely claimed."""
    passed_ticket_id: int | None = None
    """The ticket that it names with a signature of ours which people pass on, as in a subject: good only from who is
    on that ticket."""
    thread_key: str = ""
    """The provider's own conversation, for channels that have one."""
    automatic: bool = False
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    """Where its writer asks for answers."""
    folded: bool = True
    """Whether what it quotes is told apart from its own words; not where it was passed on to be read."""
    files: tuple[File, ...] = ()
    flags: tuple[str, ...] = ()
    at: datetime | None = None
    """When we got it; None is now."""
    answers_as: int | None = None
    """The agent whose answer on `ticket_id` it is, proved: not a customer's message at all."""
    amends: str = ""
    """The id of the customer's earlier message that this one takes the place of: he changed it."""
    also: tuple[tuple[str, str], ...] = ()
    """(provider_id, digest) of what came apart and is one message with it, such as an album's pictures."""
    forward: Forward | None = None
    """By whom it was passed on, proved, where it did not come from its writer."""

    def loose_files(self) -> tuple[File, ...]:
        """Its files, where the HTML that showed some of them is not kept."""
        return tuple(replace(file, inline=False, content_id="") for file in self.files)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the buttons below a message of ours, pressed outside: for `choosing.choose`."""

    identity_kind: str
    address: str
    """Who pressed it: an address of that kind."""
    value: str
    """What the button carried: `Button.value` (`links.buttons` says how choices are shown)."""
    provider_id: str = ""
    """The provider's id of our message, as its envelope has it …"""
    envelope_id: int | None = None
    """… or that envelope, where the adapter knows it."""


class Unreadable(Exception):
    """What came cannot become a message, however often it is tried."""


class Held(Exception):
    """A rule keeps it from becoming a message until an administrator releases it. `why` is one of `Hold`'s values."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail)
        self.why, self.detail = why, detail


class Refused(Held):
    """It was written in the name of `agent_id` on `ticket_id`, and is not taken as his word."""

    def __init__(self, why: str, agent_id: int, ticket_id: int) -> None:
        super().__init__(why)
        self.agent_id, self.ticket_id = agent_id, ticket_id


class Unwanted(Exception):
    """It is for nobody here, such as chatter in a group, and is not kept. `then`: what is done once it is dropped."""

    def __init__(self, then: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.then = then


class NotYet(Exception):
    """What belongs before it, or to it, is still on its way: it is looked at again in a moment."""


class NotNow(Exception):
    """Something that must be asked first does not answer: it waits for as long as that takes."""


class DeliveryError(Exception):
    """It was not sent. `reason` is for agents: one of the adapter's plain sentences, marked for translation;
    `detail` is what the other side said. Unless `permanent`, it is tried again later, not before `after` seconds."""

    def __init__(self, reason: str, *, permanent: bool, detail: str = "", after: float = 0) -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.permanent, self.detail, self.after = reason, permanent, detail, after


@dataclass(frozen=True, slots=True)
class Handover:
    """What the next server answered: it took the message for everyone who is not in `refused`."""

    provider_id: str = ""
    """The id under which it travels, where that is another than the one it was given."""
    refused: Mapping[str, DeliveryError] = field(default_factory=dict)
    """By address, as it stands on the envelope."""
    remote_ids: Mapping[str, str] = field(default_factory=dict)
    """By address: under which the provider will tell how it went on."""


class Adapter(Protocol):
    kind: str
    label: StrOrPromise
    source: str
    """The plain word that tickets carry for icons and filters."""
    identity_kind: str
    """The kind of address by which customers are reached."""
    hold: timedelta
    """How long a reply can be taken back before it leaves."""
    is_chat: bool
    """Whether what is said there are lines to one person, and not letters: without a subject (a ticket is called after
    what is said first), without copies, and without machines on the other side that answer by themselves."""
    is_at_once: bool
    """Whether what we write is with the customer in the transaction that writes it, so that nothing is left to deliver."""
    icon: str
    about: StrOrPromise
    """Where it is offered: a picture's name, and one sentence."""
    new_page: str
    page: str
    """Names of its settings' pages: where one is connected, and one by its `channel_id`."""

    def is_address(self, address: str) -> bool:
        """Whether something can be sent to it."""
        ...

    def open(self, parcel: Parcel) -> Sequence[Incoming | Choice]:
        """What the parcel holds. Unreadable when no try will help, Unwanted, NotYet; anything else raised is tried
        again."""
        ...

    def id_for(self, message: Message, channel: Channel) -> str:
        """The id under which a message of ours will travel, the same on every try; nothing if the provider gives it."""
        ...

    def deliver(self, envelope: Envelope) -> Handover:
        """Hand it to the next server, for those recipients who wait. Raises DeliveryError when that went wrong for
        all of them."""
        ...
