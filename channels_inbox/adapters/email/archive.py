"""Reading a mailbox's archive, a stretch at a time: what arrived within its days, before we looked after the mailbox."""

import imaplib

import structlog
from imap_tools.errors import ImapToolsError

from channels_inbox.adapters.email.accounts import connection_to
from channels_inbox.adapters.email.collecting import how_it_came
from channels_inbox.adapters.email.imap import LARGEST, Connection, Letter
from channels_inbox.adapters.email.imap_troubles import in_reading
from channels_inbox.models import Archive
from channels_inbox.unpacking import unpack

log = structlog.get_logger(__name__)

STRETCH = 100
PAUSE_SECONDS = 60


def read_some(archive_id: int) -> None:
    """Read the next stretch, and ask for the one after it; after a failure the sweep asks again in a minute."""
    archive = Archive.objects.select_related("mailbox__channel").filter(pk=archive_id).first()
    if archive is None or not archive.claim():
        return
    try:
        with connection_to(archive.mailbox) as inbox:
            inbox.choose(archive.mailbox.folder, readonly=True)
            is_over = _read_some(archive, inbox)
    except Exception as error:
        trouble = in_reading(error)
        log.warning("archive_interrupted", archive=archive_id, error_type=type(error).__name__)
        archive.release(trouble.code, PAUSE_SECONDS)
    else:
        if is_over:
            archive.finish()
        else:
            archive.release()
            archive.enqueue()


def _read_some(archive: Archive, inbox: Connection) -> bool:
    """Whether nothing is left after this stretch."""
    if archive.uid_validity != inbox.uid_validity:
        archive.place(inbox.uid_validity, len(inbox.letters_since(archive.since, 0)))
    uids = inbox.letters_since(archive.since, archive.last_uid)
    stretch = uids[:STRETCH]
    # Servers tell times in whole seconds; from that second on it is new mail.
    until = archive.mailbox.begins_at.replace(microsecond=0)
    for letter in inbox.look_at(stretch) if stretch else ():
        if archive.since <= letter.arrived_at < until and letter.size <= LARGEST:
            _read(archive, inbox, letter)
        archive.skip_to(letter.uid)
    return len(uids) <= STRETCH


def _read(archive: Archive, inbox: Connection, letter: Letter) -> None:
    try:
        raw = inbox.raw_of(letter.uid)
    except imaplib.IMAP4.abort:
        raise
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        log.warning("mail_not_fetched", archive=archive.pk, uid=letter.uid, error_type=type(error).__name__)
        return
    if raw:
        meta = how_it_came(raw, archive.mailbox.channel)
        if parcel := archive.take(letter.uid, raw, meta, letter.arrived_at):
            unpack(parcel.pk)
