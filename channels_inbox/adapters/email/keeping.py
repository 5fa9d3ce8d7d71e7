"""Looking after a mailbox: it stays connected, and takes what comes."""

import imaplib
import random
from contextlib import suppress
from datetime import datetime

import structlog
from django.db import DatabaseError, connection

from channels_inbox import keepers
from channels_inbox.adapters.email.accounts import connection_to
from channels_inbox.adapters.email.collecting import collect, settle
from channels_inbox.adapters.email.imap_troubles import in_reading
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Mailbox

log = structlog.get_logger(__name__)

PATIENT = frozenset({"password", "account", "consent", "registration", "key", "forbidden"})
"""Troubles that no second try ends, and that tries make worse: providers lock who guesses."""


class Keeper(keepers.Keeper):
    """Keeps one mailbox: connected while it can be, again and again while it cannot."""

    what = "mailbox"

    def release(self) -> None:
        with suppress(Mailbox.DoesNotExist):
            Mailbox.objects.get(pk=self.pk).release(self.me)

    def keep(self) -> None:
        mailbox = Mailbox.objects.select_related("channel").filter(pk=self.pk).first()
        if mailbox is None or not mailbox.claim(self.me):
            self.rest(keepers.LOOK_SECONDS / 2)
            return
        with connection_to(mailbox) as inbox:
            inbox.choose(mailbox.folder)
            settle(mailbox, inbox)
            while not self.ended.is_set():
                collect(mailbox, inbox, self.ended)
                connection.close()
                inbox.wait(self.ended, lambda: self._renew(mailbox))
                self._renew(mailbox)

    def _renew(self, mailbox: Mailbox) -> None:
        if not mailbox.claim(self.me):
            raise imaplib.IMAP4.abort("another program looks after this mailbox")
        mailbox.note_seen()
        connection.close()

    def report(self, error: Exception, tries: int) -> None:
        trouble = in_reading(error)
        if trouble.code == "unexpected":
            log.error("mailbox_failed", mailbox=self.pk, error_type=type(error).__name__)
        with suppress(DatabaseError, Mailbox.DoesNotExist):
            mailbox = Mailbox.objects.get(pk=self.pk)
            mailbox.note_trouble(trouble.code, trouble.detail)
        self.rest(pause(trouble, tries))


def pause(trouble: Trouble, tries: int) -> float:
    """Seconds until the next try: 1, 2, 4 … at most 5 minutes, ± 25 % so that mailboxes do not march in step."""
    longest = 300.0 if trouble.code not in PATIENT else 1800.0
    seconds = (
        min(2.0 ** min(tries, 12), longest) if trouble.code not in PATIENT else longest / 6 * (1 + tries)
    )
    return min(seconds, longest) * random.uniform(0.75, 1.25)  # noqa: S311


def wanted() -> dict[int, datetime]:
    """Mailboxes to look after, each with when its settings changed."""
    return dict(Mailbox.objects.active().values_list("pk", "changed_at"))
