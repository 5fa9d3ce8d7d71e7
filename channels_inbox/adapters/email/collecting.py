"""What is new in a mailbox becomes parcels: each mail's bytes are committed before it is marked or moved, and a mail
that cannot be had holds up no other."""

import imaplib
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from threading import Event
from typing import Any

import structlog
from imap_tools.errors import ImapToolsError

from channels_inbox.adapters.contract import Held, Unreadable
from channels_inbox.adapters.email.imap import AT_ONCE, LARGEST, Connection, Letter
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Afterwards, Channel, Hold, Mailbox
from channels_inbox.models.mailbox import MOST_TRIES

log = structlog.get_logger(__name__)

DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To")
UNFETCHED = "The mail server did not hand out this mail. It still lies in the mailbox."
TOO_LARGE = "It has {size} bytes, and still lies in the mailbox."


def settle(mailbox: Mailbox, connection: Connection) -> None:
    """Begin where it was left off; or, where the server has numbered the folder anew (RFC 3501, 2.3.1.1), at what
    came since we look after it."""
    if mailbox.uid_validity != connection.uid_validity:
        mailbox.begin_anew(connection.uid_validity, connection.uid_next)


def collect(mailbox: Mailbox, connection: Connection, ended: Event) -> int:
    """Take what is new, then once more what could not be had before. Returns how many mails were taken."""
    uids = connection.letters_after(mailbox.last_uid)
    mailbox.note_seen(behind=len(uids))
    taken = 0
    for start in range(0, len(uids), AT_ONCE):
        taken += _take_some(mailbox, connection, uids[start : start + AT_ONCE], ended)
    if not ended.is_set():
        _take_failing(mailbox, connection)
        tidy(mailbox, connection)
        mailbox.note_seen(behind=0)
    return taken


def _take_some(mailbox: Mailbox, connection: Connection, uids: list[int], ended: Event) -> int:
    taken = 0
    for letter in connection.look_at(uids):
        if ended.is_set():
            return taken
        if letter.uid < mailbox.reread_below and letter.arrived_at < mailbox.begins_at.replace(microsecond=0):
            mailbox.skip_to(letter.uid)
        else:
            taken += _take(mailbox, connection, letter)
    mailbox.skip_to(uids[-1])
    return taken


def _take(mailbox: Mailbox, connection: Connection, letter: Letter) -> bool:
    """Whether the mail is ours now, and marked. What ends the connection is raised, and counts as a try."""
    if letter.size > LARGEST:
        error = Held(Hold.LARGE, TOO_LARGE.format(size=letter.size))
        mailbox.give_up(letter.uid, connection.head_of(letter.uid), {"size": letter.size}, error)
        return False
    try:
        raw = connection.raw_of(letter.uid)
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        mailbox.set_aside(letter.uid)
        log.warning("mail_not_fetched", mailbox=mailbox.pk, uid=letter.uid, error_type=type(error).__name__)
        if isinstance(error, OSError | imaplib.IMAP4.abort):
            raise
        return False
    if not raw:
        mailbox.skip_to(letter.uid)
        return False
    ours = mailbox.take(letter.uid, raw, how_it_came(raw, mailbox.channel), letter.arrived_at) is not None
    if ours:
        _after(mailbox, connection, letter.uid)
    return ours


def _take_failing(mailbox: Mailbox, connection: Connection) -> None:
    """Another try for each that was set aside; after the last, what can be had of it goes into quarantine."""
    for uid in sorted(int(uid) for uid in mailbox.failing):
        try:
            raw = connection.raw_of(uid)
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            lost = isinstance(error, OSError | imaplib.IMAP4.abort)
            if mailbox.set_aside(uid) >= MOST_TRIES:
                mailbox.give_up(uid, b"" if lost else _head(connection, uid), {}, Unreadable(UNFETCHED))
            if lost:
                raise
        else:
            if mailbox.take_late(uid, raw, how_it_came(raw, mailbox.channel)):
                _after(mailbox, connection, uid)


def _head(connection: Connection, uid: int) -> bytes:
    try:
        return connection.head_of(uid)
    except (ImapToolsError, imaplib.IMAP4.error):
        return b""


def tidy(mailbox: Mailbox, connection: Connection) -> None:
    """Mark what was taken when the connection ended before it could be marked."""
    if mailbox.tidied_uid < mailbox.last_uid and mailbox.afterwards != Afterwards.LEAVE:
        taken = mailbox.channel.parcels.filter(
            meta__mailbox=mailbox.pk, meta__uid_validity=mailbox.uid_validity,
            meta__uid__gt=mailbox.tidied_uid, meta__uid__lte=mailbox.last_uid,
        )  # fmt: skip
        for uid in sorted(taken.values_list("meta__uid", flat=True)):
            _after(mailbox, connection, uid)
    mailbox.note_tidied(mailbox.last_uid)


def _after(mailbox: Mailbox, connection: Connection, uid: int) -> None:
    if mailbox.afterwards == Afterwards.READ:
        connection.mark_read(uid)
    elif mailbox.afterwards == Afterwards.MOVE:
        try:
            connection.move_to(uid, mailbox.move_to)
        except ImapToolsError as error:
            raise Trouble("move-to", str(error)) from error
    if mailbox.tidied_uid == uid - 1:
        mailbox.note_tidied(uid)


def how_it_came(raw: bytes, channel: Channel) -> dict[str, Any]:
    """What an SMTP envelope would have said, as the receiving server wrote it down above the mail. Without a
    Return-Path the sender is unknown, which is not the same as nobody."""
    headers = BytesHeaderParser().parsebytes(raw[: raw.find(b"\r\n\r\n", 0, 256 * 1024) + 2 or 64 * 1024])
    found = [str(value) for name in DELIVERED_TO for value in headers.get_all(name, [])[:5]]
    found = found or [str(value) for value in headers.get_all("To", [])[:5]]
    to = [_clean(address) for _name, address in getaddresses(found) if "@" in address][:20]
    meta: dict[str, Any] = {"to": list(dict.fromkeys([*to, channel.address]))}
    path = str(headers.get("Return-Path", "")).strip()
    if path:
        meta["from"] = "" if path == "<>" else _clean(path.strip("<> "))
    return meta


def _clean(address: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in address.strip())[:320]
