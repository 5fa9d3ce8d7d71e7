"""Mail on its way to us, as the world brings it: by SMTP, again and again until the gateway says yes, and into a
mailbox that is collected."""

import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from imaplib import IMAP4

from tests.channels_inbox.conftest import CARE
from tests.soak.letters import Letter

AT_ONCE = 3
A_SESSION = 100


class Post:
    """Brings letters only as far as it is told (`go_on_to`), so that servers fall while letters still come."""

    def __init__(self) -> None:
        self.brought = 0
        self.refused = 0
        """Answers other than yes: later, no answer at all, or nobody there."""
        self.failure: BaseException | None = None
        self._until = 0
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def bring_by_smtp(self, letters: Sequence[Letter], port: int) -> None:
        for place in range(AT_ONCE):
            self._begin(self._send, letters[place::AT_ONCE], port)

    def bring_to_mailbox(self, letters: Sequence[Letter], open_mailbox: Callable[[], IMAP4]) -> None:
        self._begin(self._lay_down, letters, open_mailbox)

    def go_on_to(self, count: int) -> None:
        """Up to `count` letters may have been brought."""
        with self._changed:
            self._until = count
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether all is brought. Raises what went wrong."""
        if self.failure:
            raise self.failure
        return not any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        self.failure = self.failure or RuntimeError("ended")
        self.go_on_to(10**9)
        for thread in self._threads:
            thread.join(20)

    def _begin(self, bring: Callable[..., None], *args: object) -> None:
        def run() -> None:
            try:
                bring(*args)
            except BaseException as error:
                self.failure = self.failure or error

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def _wait_for_leave(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.failure or self.brought < self._until)
        if self.failure:
            raise self.failure

    def _note(self, *, brought: bool) -> None:
        with self._changed:
            self.brought += brought
            self.refused += not brought

    def _send(self, letters: Sequence[Letter], port: int) -> None:
        client: smtplib.SMTP | None = None
        for place, letter in enumerate(letters):
            self._wait_for_leave()
            if client and place % A_SESSION == 0:
                client = client.close()
            while True:
                try:
                    client = client or smtplib.SMTP("127.0.0.1", port, timeout=30)
                    client.sendmail(letter.sender, [CARE], letter.raw)
                    break
                except (smtplib.SMTPException, OSError) as error:
                    _must_be_later(error)
                client = client and client.close()
                self._note(brought=False)
                time.sleep(0.2)
                self._wait_for_leave()
            self._note(brought=True)

    def _lay_down(self, letters: Sequence[Letter], open_mailbox: Callable[[], IMAP4]) -> None:
        imap: IMAP4 | None = None
        for letter in letters:
            self._wait_for_leave()
            while True:
                try:
                    imap = imap or open_mailbox()
                    if imap.append("INBOX", None, None, letter.raw)[0] == "OK":
                        break
                except (IMAP4.abort, OSError):
                    imap = None
                self._note(brought=False)
                time.sleep(0.2)
                self._wait_for_leave()
            self._note(brought=True)


def _must_be_later(error: Exception) -> None:
    """Nobody there, no answer, or 4xx: only then may a server keep the mail and come again."""
    said = [code for code, _words in getattr(error, "recipients", {}).values()]
    if any(code >= 500 for code in [*said, getattr(error, "smtp_code", 400)]):
        raise error
