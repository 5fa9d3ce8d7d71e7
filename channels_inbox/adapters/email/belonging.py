"""Where a mail belongs: only what carries a signature of ours says so, the strongest proof first.

1. Our Message-ID: its own, when our mail comes back, or the one that it answers.
2. A reply address of ours, wherever it was delivered or written to.
3. Any of our Message-IDs among the mails it refers to, newest first.
4. A token in the subject: people pass subjects on, so intake asks besides who the sender is.

What is not signed by us opens nothing: whoever guesses a number, or knows the id of a customer's own mail, would
read along with him (CVE-2024-49193).
"""

from collections.abc import Mapping
from typing import Any

from channels_inbox import signing
from channels_inbox.adapters.email.addresses import addresses
from channels_inbox.adapters.email.parse import Mail


def ticket_of(mail: Mail, meta: Mapping[str, Any]) -> int | None:
    """The ticket that the mail proves to belong to."""
    return (
        signing.ticket_of_ids([mail.message_id, mail.in_reply_to])
        or signing.ticket_of_addresses(recipients(mail, meta))
        or signing.ticket_of_ids(reversed(mail.references))
    )


def recipients(mail: Mail, meta: Mapping[str, Any]) -> list[str]:
    """Every address it was sent to, as far as is known: of the SMTP envelope, of those who delivered it on, and of
    its own headers."""
    delivered = [
        one.address
        for name in ("delivered-to", "x-original-to")
        for one in addresses(mail.headers.get(name, "").replace("\n", ", ").encode())
    ]
    written = [person.address for person in (*mail.to, *mail.cc)]
    return [address for address in (*meta.get("to", ()), *delivered, *written) if address]
