"""Looking after mailboxes: a thread for each that stays connected, and one that sees who is to be looked after."""

import imaplib
import os
import random
import secrets
import socket
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog
from django.db import DatabaseError, connection

from channels_inbox.adapters.email.accounts import connection_to
from channels_inbox.adapters.email.collecting import collect, settle
from channels_inbox.adapters.email.troubles import Trouble, in_reading
from channels_inbox.models import Mailbox

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2
PATIENT = frozenset({"password", "account", "consent", "registration", "key", "forbidden"})
"""Troubles that no second try ends, and that tries make worse: providers lock who guesses."""


class Keeper(threading.Thread):
    """Keeps one mailbox until told to end: connected while it can be, again and again while it cannot."""

    def __init__(self, mailbox_id: int) -> None:
        super().__init__(name=f"mailbox-{mailbox_id}", daemon=True)
        self.mailbox_id = mailbox_id
        self.me = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.ended = threading.Event()

    def run(self) -> None:
        tries = 0
        try:
            while not self.ended.is_set():
                try:
                    self._keep()
                    tries = 0
                except DatabaseError as error:
                    tries += 1
                    log.warning("mailbox_database", mailbox=self.mailbox_id, error_type=type(error).__name__)
                    self._rest(min(tries, 5))
                except Exception as error:
                    tries = self._report(error, tries)
        finally:
            with suppress(DatabaseError, Mailbox.DoesNotExist):
                Mailbox.objects.get(pk=self.mailbox_id).release(self.me)
            connection.close()

    def _keep(self) -> None:
        """Stay connected; returns when it is another's, gone, or time to end."""
        mailbox = Mailbox.objects.select_related("channel").filter(pk=self.mailbox_id).first()
        if mailbox is None or not mailbox.claim(self.me):
            self._rest(LOOK_SECONDS / 2)
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

    def _report(self, error: Exception, tries: int) -> int:
        trouble = in_reading(error)
        if trouble.code == "unexpected":
            log.error("mailbox_failed", mailbox=self.mailbox_id, error_type=type(error).__name__)
        with suppress(DatabaseError, Mailbox.DoesNotExist):
            mailbox = Mailbox.objects.get(pk=self.mailbox_id)
            mailbox.note_trouble(trouble.code, trouble.detail)
        self._rest(pause(trouble, tries))
        return tries + 1

    def _rest(self, seconds: float) -> None:
        connection.close()
        self.ended.wait(seconds)


def pause(trouble: Trouble, tries: int) -> float:
    """Seconds until the next try: 1, 2, 4 … at most 5 minutes, ± 25 % so that mailboxes do not march in step."""
    longest = 300.0 if trouble.code not in PATIENT else 1800.0
    seconds = (
        min(2.0 ** min(tries, 12), longest) if trouble.code not in PATIENT else longest / 6 * (1 + tries)
    )
    return min(seconds, longest) * random.uniform(0.75, 1.25)  # noqa: S311


class Keepers:
    """All keepers of this program: those of mailboxes that are active, each with the settings that hold now.
    `sign` is a file that is touched whenever it is known which there are."""

    def __init__(self, sign: Path | None = None) -> None:
        self.sign = sign
        self.running: dict[int, tuple[datetime, Keeper]] = {}
        self.leaving: list[Keeper] = []

    def run(self, ended: threading.Event) -> None:
        """Until `ended`: see every 2 s which mailboxes there are."""
        while not ended.is_set():
            try:
                self.look()
                if self.sign:
                    self.sign.touch()
            except DatabaseError as error:
                log.warning("mailboxes_unknown", error_type=type(error).__name__)
            connection.close()
            ended.wait(LOOK_SECONDS)
        self.close()

    def look(self) -> None:
        """Start and end keepers, so that each active mailbox has one with its present settings."""
        wanted = dict(Mailbox.objects.active().values_list("pk", "changed_at"))
        for pk, (changed_at, keeper) in list(self.running.items()):
            if wanted.get(pk) != changed_at or not keeper.is_alive():
                keeper.ended.set()
                self.leaving.append(keeper)
                del self.running[pk]
        self.leaving = [keeper for keeper in self.leaving if keeper.is_alive()]
        for pk in wanted.keys() - self.running.keys():
            keeper = Keeper(pk)
            self.running[pk] = wanted[pk], keeper
            keeper.start()

    def close(self) -> None:
        """End them all, and wait until they have let go."""
        keepers = [*self.leaving, *(keeper for _changed_at, keeper in self.running.values())]
        for keeper in keepers:
            keeper.ended.set()
        for keeper in keepers:
            keeper.join(5)
        self.running.clear()
