"""Marks in our mail by which a reply finds its ticket, and which nobody else can make.

Message-IDs are `t{ticket}.{message}.{mac}@domain`, reply addresses `care+t{ticket}.{mac}@domain`; the mac is 96 bits
of HMAC-SHA256 in lower-case hex, since mail programs may change the case of what they quote.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

MAC_DIGITS = 24

_ID = re.compile(r"t(\d{1,18})\.(\d{1,18})\.([0-9a-f]{24})@.*", re.IGNORECASE)
_REPLY_ADDRESS = re.compile(r"\+t(\d{1,18})\.([0-9a-f]{24})@", re.IGNORECASE)


def message_id(ticket_id: int, message_id: int) -> str:
    """The Message-ID of one of our messages, without angle brackets."""
    words = f"{ticket_id}.{message_id}"
    return f"t{words}.{_mac('message-id', words, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def reply_address(address: str, ticket_id: int) -> str:
    """Our `address`, extended by the ticket that an answer to it belongs to."""
    local, _, domain = address.rpartition("@")
    return f"{local}+t{ticket_id}.{_mac('reply-to', str(ticket_id), settings.SECRET_KEY)}@{domain}"


def ticket_of_ids(ids: Iterable[str]) -> int | None:
    """The ticket of the first Message-ID that we made."""
    for one in ids:
        found = _ID.fullmatch(one)
        if found and _is_ours("message-id", f"{int(found[1])}.{int(found[2])}", found[3]):
            return int(found[1])
    return None


def ticket_of_addresses(addresses: Iterable[str]) -> int | None:
    """The ticket of the first reply address that we made."""
    for one in addresses:
        found = _REPLY_ADDRESS.search(one)
        if found and _is_ours("reply-to", str(int(found[1])), found[2]):
            return int(found[1])
    return None


def _mac(purpose: str, words: str, key: str) -> str:
    return salted_hmac(f"fanoos.mail.{purpose}", words, secret=key, algorithm="sha256").hexdigest()[
        :MAC_DIGITS
    ]


def _is_ours(purpose: str, words: str, mac: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(_mac(purpose, words, key), mac.lower()) for key in keys)
