"""A mail's bytes, and how they came, as Incoming."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db.models import QuerySet

from channels_inbox import signing
from channels_inbox.adapters.contract import File, Incoming, Unreadable
from channels_inbox.adapters.email.addresses import Address
from channels_inbox.adapters.email.authentication import is_suspect, results
from channels_inbox.adapters.email.belonging import ticket_of
from channels_inbox.adapters.email.parse import Mail
from channels_inbox.models import Channel
from customers.models import IdentityKind
from customers.models.identity import key_of
from events.prepared import Prepared
from text.forwards import is_forward

_LIST = re.compile(r"<([^<>\s]{1,320})>\s*$")


def read(mail: Mail, meta: dict[str, Any], received_at: datetime) -> Incoming:
    """What the mail says, in nobody's format. `meta` is the SMTP envelope: from, to. Unreadable when nobody sent it."""
    sender = _sender(mail, meta)
    to, cc = _addresses(mail.to), _addresses(mail.cc)
    return Incoming(
        identity_kind=IdentityKind.EMAIL,
        address=sender,
        name=mail.sender.name,
        subject=signing.without_tokens(mail.subject),
        text=mail.text,
        html=mail.html,
        provider_id=mail.message_id,
        digest=mail.body_digest,
        ticket_id=ticket_of(mail, meta),
        passed_ticket_id=signing.ticket_of_subject(mail.subject),
        automatic=(mail.automatic and not _came_by_our_list(mail))
        or _comes_from_a_machine(mail, sender, meta),
        to=tuple(to),
        cc=tuple(cc),
        reply_to=next(iter(_addresses(mail.reply_to)), ""),
        folded=not is_forward(mail.subject),
        files=tuple(_files(mail)),
        flags=_flags(mail),
        at=received_at,
    )


def _sender(mail: Mail, meta: dict[str, Any]) -> str:
    for address in (mail.sender.address, meta.get("from", "")):
        try:
            key_of(IdentityKind.EMAIL, address)
        except ValueError:
            continue
        return address
    raise Unreadable("It names no sender.")


def _addresses(people: Iterable[Address]) -> list[str]:
    return [person.address for person in people if person.address][:200]


def _comes_from_a_machine(mail: Mail, sender: str, meta: dict[str, Any]) -> bool:
    """Beyond what its headers admit: a null sender (RFC 5321, 4.5.5), or our own mail come back to us."""
    return meta.get("from") == "" or _is_ours(mail) or bool(_channels_at(key_of(IdentityKind.EMAIL, sender)))


@Prepared
def _channels_at(address: str) -> QuerySet[Channel, int]:
    return Channel.objects.filter(address=address).values_list("pk", flat=True)[:1]


def _is_ours(mail: Mail) -> bool:
    ids = [mail.message_id]
    return signing.ticket_of_ids(ids) is not None or signing.notification_of_ids(ids) is not None


def _came_by_our_list(mail: Mail) -> bool:
    """Where one of our addresses is a group that passes mail on to us, all its mail is marked as a list's, people's
    too. Groups are named (RFC 2919) by their address with a dot for the @."""
    named = _LIST.search(mail.headers.get("list-id", "")) if mail.only_listed else None
    if named is None:
        return False
    name = named[1].lower()
    dots = [place for place, letter in enumerate(name) if letter == "."][:20]
    addresses = [f"{name[:dot]}@{name[dot + 1 :]}" for dot in dots]
    return Channel.objects.filter(kind="email", address__in=addresses).exists()


def _flags(mail: Mail) -> tuple[str, ...]:
    found = results(mail.headers.get("authentication-results", ""), settings.TRUSTED_MAIL_SERVERS)
    return ("unproved",) if is_suspect(found) else ()


def _files(mail: Mail) -> Iterable[File]:
    """Inline is what the HTML shows in its place, whatever the part says of itself: programs mark all kinds so."""
    shown = unquote(mail.html)
    for one in mail.attachments:
        inline = bool(one.content_id) and f"cid:{one.content_id}" in shown
        yield File(one.filename, one.content_type, one.data, one.content_id, inline)
