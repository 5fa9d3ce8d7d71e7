"""A mail read: pure, for any bytes, in bounded time and memory. `parse` is the only entry.

The work is in the neighbours, each named for its job: `structure` (parts), `headers` and `addresses` (fields),
`charsets` and `transfer` (bytes to words), `filenames` and `kinds` (files), `dates`, `flowed`, `tnef`.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from channels_inbox.adapters.email.addresses import Address, addresses
from channels_inbox.adapters.email.addresses import sender as first_sender
from channels_inbox.adapters.email.bodies import Attachment, read_bodies
from channels_inbox.adapters.email.charsets import one_mail
from channels_inbox.adapters.email.dates import sent_at
from channels_inbox.adapters.email.headers import message_ids, words
from channels_inbox.adapters.email.structure import Part, take_apart
from text.html import to_text

__all__ = ["Address", "Attachment", "Mail", "parse"]

KEPT_HEADERS = (
    "authentication-results",
    "auto-submitted",
    "content-language",
    "delivered-to",
    "importance",
    "list-id",
    "list-unsubscribe",
    "precedence",
    "return-path",
    "thread-index",
    "thread-topic",
    "x-auto-response-suppress",
    "x-failed-recipients",
    "x-mailer",
    "x-original-to",
    "x-priority",
    "x-spam-flag",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. Text fields hold no NUL and no lone surrogate; ids stand without angle brackets."""

    sender: Address
    to: list[Address]
    cc: list[Address]
    reply_to: list[Address]
    subject: str
    """On one line, "" without one."""
    text: str
    """The plain text, or the words of the HTML where there is none; line ends are "\\n"."""
    html: str
    """As it came, not made safe; "" for a plain mail."""
    attachments: list[Attachment]
    message_id: str
    """"" without one."""
    in_reply_to: str
    """The first id it names."""
    references: list[str]
    sent_at: datetime | None
    """Aware; None without a readable Date."""
    automatic: bool
    """Whether a program sent it, or a list passed it on: never answered by a program."""
    protection: str
    """"signed", "encrypted" or ""."""
    body_digest: str
    """SHA-256 (hex) of what is the same in each copy of a mail, on whichever way it came."""
    headers: dict[str, str] = field(default_factory=dict)
    """`KEPT_HEADERS` that are there; several of one name stand on lines of their own."""
    only_listed: bool = False
    """Whether it is automatic for nothing but that a list passed it on."""


def parse(raw: bytes) -> Mail:
    """The mail in `raw`. Never raises; what cannot be read is left empty, what cannot be shown is attached."""
    with one_mail():
        return _read(raw)


def _read(raw: bytes) -> Mail:
    root = take_apart(raw)
    bodies = read_bodies(root)
    by_program, listed = _automatic(root), _listed(root)
    get = root.get
    charset = root.parameters.get("charset", "")
    return Mail(
        sender=_sender(root, charset),
        to=_all_addresses(root, "to", charset),
        cc=_all_addresses(root, "cc", charset),
        reply_to=_all_addresses(root, "reply-to", charset),
        subject=words(get("subject"), charset)[:1_000],
        text=bodies.text or (to_text(bodies.html) if bodies.html else ""),
        html=bodies.html,
        attachments=bodies.attachments,
        message_id=next(iter(message_ids(get("message-id"))), ""),
        in_reply_to=next(iter(message_ids(get("in-reply-to"))), ""),
        references=message_ids(b" ".join(root.fields.get("references", ())))[-100:],
        sent_at=sent_at(words(get("date"))),
        automatic=by_program or listed,
        only_listed=listed and not by_program,
        protection=bodies.protection,
        body_digest=_digest(root),
        headers={
            name: "\n".join(words(value) for value in root.fields[name][:20])
            for name in KEPT_HEADERS
            if name in root.fields
        },
    )


def _sender(root: Part, charset: str) -> Address:
    """From; where it has no address, Sender, Reply-To or the return path lend theirs."""
    written = first_sender(root.get("from"), charset)
    if written.address:
        return written
    for name in ("sender", "reply-to", "return-path"):
        lent = first_sender(root.get(name), charset)
        if lent.address:
            return Address(lent.address, written.name or lent.name)
    return written


def _all_addresses(root: Part, name: str, charset: str) -> list[Address]:
    return addresses(b", ".join(root.fields.get(name, ())), charset)


_NO_PERSON = re.compile(r"(?:^|[<\s])(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)


def _automatic(root: Part) -> bool:
    """RFC 3834 and what is done besides: whether a program sent this, so that no program answers it."""

    def says(name: str) -> str:
        return words(root.get(name)[:1_000]).lower()

    submitted = says("auto-submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if says("precedence") in ("bulk", "junk", "auto_reply", "auto-reply"):
        return True
    suppress = {word.strip() for word in says("x-auto-response-suppress").split(",")}
    if suppress & {"all", "oof", "autoreply"}:
        return True
    if any(
        says(name) not in ("", "no", "false") for name in ("x-autoreply", "x-autorespond", "x-autoresponder")
    ):
        return True
    if "return-path" in root.fields and root.get("return-path").strip() in (b"<>", b'""', b'<"">'):
        return True
    if root.content_type == "multipart/report" or "x-failed-recipients" in root.fields:
        return True
    return bool(_NO_PERSON.search(root.get("from")[:1_000].decode("latin-1")))


def _listed(root: Part) -> bool:
    """Whether a list passed it on (RFC 2369, 2919)."""
    marks = "list-id" in root.fields or "list-unsubscribe" in root.fields
    return marks or root.get("precedence").strip().lower() == b"list"


def _digest(root: Part) -> str:
    """Over the sender's own fields, spaces evened, and the body with bare line ends: relays add trace fields
    above, and change line ends."""
    digest = hashlib.sha256()
    for name in ("from", "to", "cc", "subject", "date", "message-id", "content-type"):
        for value in root.fields.get(name, ()):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    step = 1_000_000
    for start in range(root.start, root.end, step):
        piece = root.raw[start : min(start + step, root.end)]
        digest.update(
            piece.replace(b"\r", b"").rstrip(b"\n") if start + step >= root.end else piece.replace(b"\r", b"")
        )
    return digest.hexdigest()
