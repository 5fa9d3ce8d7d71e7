"""Marks in our mail by which a reply finds its ticket, and which nobody else can make.

| mark | shape |
|---|---|
| Message-ID | `t{ticket}.{message}.{mac}@domain` |
| reply address, for customers | `care+t{ticket}.{mac}@domain` |
| Message-ID of a notification to an agent | `n{ticket}.{agent}.{event}.{mac}@domain` |
| reply address, for one agent | `care+a{ticket}.{agent}.{week}.{mac}@domain` |
| return path, for bounces | `care+b{envelope}.{mac}@domain` |
| token in a subject | `[#{ticket}-{mac}]` |

The mac is 96 bits of HMAC-SHA256 (48 in a subject, which people see) in lower-case hex, since mail programs may
change the case of what they quote. Each kind has a key of its own: none passes for another.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

MAC_DIGITS = 24
TOKEN_DIGITS = 12
WEEK = 7 * 24 * 60 * 60
"""Seconds."""
GOOD_FOR = 13
"""Weeks in which an agent may answer a notification by mail."""

_ID = re.compile(r"\At([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{24})@.*\Z", re.IGNORECASE)
_REPLY_ADDRESS = re.compile(r"\+t([0-9]{1,18})\.([0-9a-f]{24})@", re.IGNORECASE)
_NOTIFICATION = re.compile(
    r"\An([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{24})@.*\Z", re.IGNORECASE
)
_AGENT_ADDRESS = re.compile(r"\+a([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,6})\.([0-9a-f]{24})@", re.IGNORECASE)
_AN_AGENTS = re.compile(r"\+a[0-9]{1,20}\.[0-9]{1,20}\.[0-9a-f.]*@", re.IGNORECASE)
_RETURN_PATH = re.compile(r"\+b([0-9]{1,18})\.([0-9a-f]{24})@", re.IGNORECASE)
_TOKEN = re.compile(r"\[#([0-9]{1,18})-([0-9a-f]{12})\]", re.IGNORECASE)


class ForAgent(NamedTuple):
    """What an agent's reply address says; `is_current` is not one that is too old to be answered."""

    ticket_id: int
    agent_id: int
    is_current: bool


def message_id(ticket_id: int, message_id: int) -> str:
    """The Message-ID of one of our messages, without angle brackets."""
    words = f"{ticket_id}.{message_id}"
    return f"t{words}.{_mac('message-id', words, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def reply_address(address: str, ticket_id: int) -> str:
    """Our `address`, extended by the ticket that an answer to it belongs to."""
    return _extended(address, "t", "reply-to", str(ticket_id))


def agent_address(address: str, ticket_id: int, agent_id: int) -> str:
    """Our `address`, extended so that a mail of this agent's to it is his reply on this ticket, for 13 weeks."""
    return _extended(address, "a", "agent", f"{ticket_id}.{agent_id}.{_this_week()}")


def notification_id(ticket_id: int, agent_id: int, event_id: int) -> str:
    """The Message-ID, without angle brackets, of the mail that tells the agent of the event; that of event 0 is
    what all of his mails on the ticket refer to, so that they stand together."""
    words = f"{ticket_id}.{agent_id}.{event_id}"
    return f"n{words}.{_mac('notification', words, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def return_path(address: str, envelope_id: int) -> str:
    """Our `address`, extended by the envelope whose bounces come back to it."""
    return _extended(address, "b", "return-path", str(envelope_id))


def subject_token(ticket_id: int) -> str:
    """What a subject may carry, for mail programs that drop everything else."""
    return f"[#{ticket_id}-{_mac('subject', str(ticket_id), settings.SECRET_KEY)[:TOKEN_DIGITS]}]"


def ticket_of_ids(ids: Iterable[str]) -> int | None:
    """The ticket of the first Message-ID that we made."""
    found = message_of_ids(ids)
    return found[0] if found else None


def message_of_ids(ids: Iterable[str]) -> tuple[int, int] | None:
    """(ticket, message) of the first Message-ID that we made."""
    found = _first(_ID, "message-id", ids)
    return (found[0], found[1]) if found else None


def ticket_of_addresses(addresses: Iterable[str]) -> int | None:
    """The ticket of the first reply address that we made for a customer."""
    found = _first(_REPLY_ADDRESS, "reply-to", addresses)
    return found[0] if found else None


def notification_of_ids(ids: Iterable[str]) -> tuple[int, int, int] | None:
    """(ticket, agent, event) of the first Message-ID that we made for a notification."""
    found = _first(_NOTIFICATION, "notification", ids)
    return (found[0], found[1], found[2]) if found else None


def agent_of_addresses(addresses: Iterable[str]) -> ForAgent | None:
    """What the first reply address says that we made for an agent."""
    found = _first(_AGENT_ADDRESS, "agent", addresses)
    return ForAgent(found[0], found[1], 0 <= _this_week() - found[2] <= GOOD_FOR) if found else None


def look_like_agents(addresses: Iterable[str]) -> bool:
    """Whether one of `addresses` has the look of a reply address for an agent, whoever made it."""
    return any(map(_AN_AGENTS.search, addresses))


def envelope_of_addresses(addresses: Iterable[str]) -> int | None:
    """The envelope of the first return path that we made."""
    found = _first(_RETURN_PATH, "return-path", addresses)
    return found[0] if found else None


def ticket_of_subject(subject: str) -> int | None:
    """The ticket of the first token of ours in it."""
    found = _first(_TOKEN, "subject", (token[0] for token in _TOKEN.finditer(subject[:1000])))
    return found[0] if found else None


def without_tokens(subject: str) -> str:
    """The subject as people mean it: without our tokens."""
    return _TOKEN.sub("", subject).rstrip() if "[#" in subject else subject


def _first(shape: re.Pattern[str], purpose: str, texts: Iterable[str]) -> tuple[int, ...] | None:
    """The numbers of the first text that holds a mark of that shape with our mac."""
    for text in texts:
        if found := shape.search(text):
            *numbers, mac = found.groups()
            if _is_ours(purpose, _words(*numbers), mac):
                return tuple(map(int, numbers))
    return None


def _extended(address: str, letter: str, purpose: str, words: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{letter}{words}.{_mac(purpose, words, settings.SECRET_KEY)}@{domain}"


def _this_week() -> int:
    return int(time.time()) // WEEK


def _words(*numbers: str) -> str:
    return ".".join(str(int(number)) for number in numbers)


def _mac(purpose: str, words: str, key: str) -> str:
    return hmac.digest(_key(purpose, key), words.encode(), "sha256").hex()[:MAC_DIGITS]


@lru_cache(maxsize=64)
def _key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"fanoos.mail.{purpose}{secret}".encode()).digest()


def _is_ours(purpose: str, words: str, mac: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    mac = mac.lower()
    return any(hmac.compare_digest(_mac(purpose, words, key)[: len(mac)], mac) for key in keys)
