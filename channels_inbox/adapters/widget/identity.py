"""Whom a website vouches for: HMAC-SHA256 of the user's mail address, by a secret that only its server knows."""

from __future__ import annotations

import hmac

from channels_inbox.adapters.widget.models import Widget
from channels_inbox.secrets import Undecryptable


def user_hash(secret: str, email: str) -> str:
    """What the website's server puts beside the address, in hexadecimal."""
    return hmac.digest(secret.encode(), email.encode(errors="replace"), "sha256").hex()


def is_vouched_for(widget: Widget, email: str, given: str) -> bool:
    """Whether `given` is the website's own hash of that address."""
    try:
        expected = user_hash(widget.plain_secret, email)
    except Undecryptable:
        return False
    return bool(email) and hmac.compare_digest(expected.encode(), given.lower().encode(errors="replace"))
