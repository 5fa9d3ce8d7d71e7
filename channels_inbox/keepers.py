"""Looking after what has to be fetched: a thread for each mailbox and bot, and one that sees which there are.

A channel whose messages are fetched has a module `keeping` with `wanted()`, which tells what there is to look after and
when its settings changed, and a `Keeper`.
"""

import os
import secrets
import socket
import threading
from abc import abstractmethod
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import ModuleType

import structlog
from django.db import DatabaseError, connection

from channels_inbox.adapters import parts

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2


class Keeper(threading.Thread):
    """Keeps one of them until told to end, by `ended`."""

    what: str
    """What it is, for the log and the thread's name."""

    def __init__(self, pk: int) -> None:
        super().__init__(name=f"{self.what}-{pk}", daemon=True)
        self.pk = pk
        self.me = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.ended = threading.Event()

    @abstractmethod
    def keep(self) -> None:
        """Look after it; returns when it is another's, gone, or time to end."""

    @abstractmethod
    def report(self, error: Exception, tries: int) -> None:
        """Tell its owner what went wrong, and rest until the next try."""

    @abstractmethod
    def release(self) -> None:
        """Let another program have it at once."""

    def run(self) -> None:
        tries = 0
        try:
            while not self.ended.is_set():
                try:
                    self.keep()
                    tries = 0
                except DatabaseError as error:
                    tries += 1
                    log.warning(f"{self.what}_database", pk=self.pk, error_type=type(error).__name__)
                    self.rest(min(tries, 5))
                except Exception as error:
                    self.report(error, tries)
                    tries += 1
        finally:
            with suppress(DatabaseError):
                self.release()
            connection.close()

    def rest(self, seconds: float) -> None:
        """Without a connection to the database, until it is time or the end."""
        connection.close()
        self.ended.wait(seconds)


class Keepers:
    """All keepers of this program: of what is active, each with the settings that hold now. `sign` is a file that is
    touched whenever it is known what there is."""

    def __init__(self, sign: Path | None = None) -> None:
        self.sign = sign
        self.running: dict[tuple[str, int], tuple[datetime, Keeper]] = {}
        self.leaving: list[Keeper] = []

    def run(self, ended: threading.Event) -> None:
        """Until `ended`: see every 2 s what there is."""
        while not ended.is_set():
            try:
                for kind in parts("keeping"):
                    self.look(kind)
                if self.sign:
                    self.sign.touch()
            except DatabaseError as error:
                log.warning("channels_unknown", error_type=type(error).__name__)
            connection.close()
            ended.wait(LOOK_SECONDS)
        self.close()

    def look(self, kind: ModuleType) -> None:
        """Start and end keepers, so that each that is active has one with its present settings."""
        wanted = {(kind.__name__, pk): changed_at for pk, changed_at in kind.wanted().items()}
        running = [key for key in self.running if key[0] == kind.__name__]
        for key in running:
            changed_at, keeper = self.running[key]
            if wanted.get(key) != changed_at or not keeper.is_alive():
                keeper.ended.set()
                self.leaving.append(keeper)
                del self.running[key]
        self.leaving = [keeper for keeper in self.leaving if keeper.is_alive()]
        for key in wanted.keys() - self.running.keys():
            keeper = kind.Keeper(key[1])
            self.running[key] = wanted[key], keeper
            keeper.start()

    def close(self) -> None:
        """End them all, and wait until they have let go."""
        keepers = [*self.leaving, *(keeper for _changed_at, keeper in self.running.values())]
        for keeper in keepers:
            keeper.ended.set()
        for keeper in keepers:
            keeper.join(5)
            if keeper.is_alive():  # it waits for an answer, and ends with this program
                with suppress(DatabaseError):
                    keeper.release()
        connection.close()
        self.running.clear()
