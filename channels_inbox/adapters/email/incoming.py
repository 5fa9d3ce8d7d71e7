"""A mail's bytes, and how they came, as Incoming."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from channels_inbox import signing
from channels_inbox.adapters.contract import File, Incoming, Unreadable
from channels_inbox.adapters.email.parse import parse
from channels_inbox.models import Channel
from customers.models import IdentityKind
from customers.models.identity import key_of


def read(raw: bytes, meta: dict[str, Any], received_at: datetime) -> Incoming:
    """What the mail says, in nobody's format. `meta` is the SMTP envelope: from, to. Unreadable when nobody sent it."""
    mail = parse(raw)
    sender = _sender(mail, meta)
    to, cc = _addresses(mail.to), _addresses(mail.cc)
    answered = [mail.in_reply_to, *reversed(mail.references)]
    ticket_id = signing.ticket_of_ids(answered) or signing.ticket_of_addresses(
        [*meta.get("to", ()), *to, *cc]
    )
    return Incoming(
        identity_kind=IdentityKind.EMAIL,
        address=sender,
        name=mail.sender.name if mail.sender else "",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        provider_id=mail.message_id,
        digest=mail.body_digest if mail.message_id else _whole_digest(mail, sender),
        ticket_id=ticket_id,
        automatic=mail.automatic or _comes_from_a_machine(mail, sender, meta),
        to=tuple(to),
        cc=tuple(cc),
        files=tuple(_files(mail)),
        at=received_at,
    )


def _sender(mail: Any, meta: dict[str, Any]) -> str:
    for address in (mail.sender.address if mail.sender else "", meta.get("from", "")):
        try:
            key_of(IdentityKind.EMAIL, address)
        except ValueError:
            continue
        return address
    raise Unreadable("It names no sender.")


def _addresses(people: Iterable[Any]) -> list[str]:
    return [person.address for person in people if person.address][:200]


def _comes_from_a_machine(mail: Any, sender: str, meta: dict[str, Any]) -> bool:
    """Beyond what its headers admit: a null sender (RFC 5321, 4.5.5), or our own mail come back to us."""
    ours = signing.ticket_of_ids([mail.message_id]) is not None
    return (
        meta.get("from") == ""
        or ours
        or Channel.objects.filter(address=key_of(IdentityKind.EMAIL, sender)).exists()
    )


def _whole_digest(mail: Any, sender: str) -> str:
    """For mail without a Message-ID: two that say the same, to the same, at another time, are two."""
    parts = [sender, str(mail.sent_at), mail.subject, *_addresses(mail.to), mail.body_digest]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def _files(mail: Any) -> Iterable[File]:
    for one in mail.attachments:
        content_id = one.content_id.strip("<>")
        shown = bool(content_id) and content_id in mail.html
        yield File(one.filename, one.content_type, one.data, content_id, inline=shown)
