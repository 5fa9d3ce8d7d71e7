"""One connection to a mailbox by IMAP (RFC 3501, 2177, 6851): what lies there, its bytes, its marks."""

import imaplib
import re
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from imap_tools import BaseMailBox
from imap_tools.errors import (
    ImapToolsError,
    MailboxMoveError,
    MailboxStarttlsError,
    UnexpectedCommandStatusError,
)
from imap_tools.utils import check_command_status, encode_folder

from channels_inbox import hosts
from channels_inbox.adapters.email.imap_troubles import in_connecting, in_signing_in
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models.mailbox import Encryption, SignIn

ANSWER_SECONDS = 30
POLL_SECONDS = 20
IDLE_SECONDS = 300
LARGEST = 64 * 1024 * 1024
HEAD = 64 * 1024
AT_ONCE = 500

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in. `secret` is the password, or an access token where `sign_in` is a provider's."""

    host: str
    port: int
    encryption: str
    user: str
    secret: str
    sign_in: str = SignIn.PASSWORD


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the folder; `size` in bytes, `arrived_at` by the server's clock."""

    uid: int
    size: int
    arrived_at: datetime


class _Plain(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return hosts.connect(self.host, self.port)

    def read(self, size: int) -> bytes:
        return super().read(_bearable(self, size))


class _Encrypted(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.ssl_context.wrap_socket(hosts.connect(self.host, self.port), server_hostname=self.host)

    def read(self, size: int) -> bytes:
        return super().read(_bearable(self, size))


def _bearable(client: imaplib.IMAP4, size: int) -> int:
    """The server says how much comes next, and is not believed beyond what we asked for."""
    if size > LARGEST:
        raise client.abort("the server sends more than was asked for")
    return size


class Connection(BaseMailBox):
    """Signed in, with a folder chosen by `choose`. Raises Trouble where it cannot be opened; afterwards what
    imaplib raises means that the connection is over, and ImapToolsError that the server refused one command."""

    uid_validity = 0
    uid_next = 1
    _told = False

    def __init__(self, account: Account) -> None:
        self.account = account
        try:
            super().__init__()
            self.client.sock.settimeout(ANSWER_SECONDS)
        except Exception as error:
            raise in_connecting(error) from error
        try:
            self._sign_in()
        except Trouble:
            self.close()
            raise
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            self.close()
            raise in_signing_in(error, by_token=account.sign_in != SignIn.PASSWORD) from error

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Sign out; a server that has gone already is no reason to fail."""
        try:
            self.client.sock.settimeout(2)
            self.client.logout()
        except (OSError, imaplib.IMAP4.error):
            self.client.shutdown()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        to, context = self.account, ssl.create_default_context()
        if to.encryption == Encryption.TLS:
            return _Encrypted(to.host, to.port, ssl_context=context, timeout=hosts.CONNECT_SECONDS)
        client = _Plain(to.host, to.port, timeout=hosts.CONNECT_SECONDS)
        if to.encryption == Encryption.STARTTLS:
            if "STARTTLS" not in client.capabilities:
                client.shutdown()
                raise MailboxStarttlsError(("NO", "not offered"), "OK")
            client.starttls(context)
        return client

    def _sign_in(self) -> None:
        who = self.account
        if not (who.user + who.secret).isprintable():
            raise Trouble("password")
        if who.sign_in != SignIn.PASSWORD:
            self._sign_in_by_token()
        elif "LOGINDISABLED" in self.client.capabilities:
            raise Trouble("needs-tls")
        elif (who.user + who.secret).isascii():
            self.login(who.user, who.secret, None)
        else:
            self.login_utf8(who.user, who.secret, None)
        self.client._get_capabilities()

    def _sign_in_by_token(self) -> None:
        """XOAUTH2. After a refusal the server explains itself, and an empty answer ends the exchange."""
        said = [f"user={self.account.user}\1auth=Bearer {self.account.secret}\1\1".encode()]
        answer = self.client.authenticate("XOAUTH2", lambda _challenge: said.pop() if said else b"")
        check_command_status(answer, ImapToolsError)

    # The folder ----------------------------------------------------------------------------------------

    def folders(self) -> list[str]:
        """The names of the folders that can be opened."""
        return [one.name for one in self.folder.list() if "\\Noselect" not in one.flags][:500]

    def choose(self, folder: str, *, readonly: bool = False) -> None:
        """Open the folder. Raises Trouble."""
        if not folder.isprintable():
            raise Trouble("folder")
        try:
            self.folder.set(folder, readonly)
        except (ImapToolsError, imaplib.IMAP4.readonly) as error:
            raise Trouble("folder", str(error)) from error
        self.uid_validity = self._number("UIDVALIDITY") or 1
        self.uid_next = self._number("UIDNEXT") or max(map(int, self.uids("ALL", None)), default=0) + 1

    def letters_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, ascending."""
        self.client.noop()
        self.client.untagged_responses.pop("EXISTS", None)
        # "n:*" names the last mail even when it is below n.
        return sorted(found for found in map(int, self.uids(f"UID {uid + 1}:*", None)) if found > uid)

    def letters_since(self, day: datetime, uid: int) -> list[int]:
        """The UIDs above `uid` of what arrived on the day before that or later, ascending: days are the server's."""
        day -= timedelta(days=1)
        words = f"{day.day}-{_MONTHS[day.month]}-{day.year}"
        return sorted(
            found for found in map(int, self.uids(f"UID {uid + 1}:* SINCE {words}", None)) if found > uid
        )

    def look_at(self, uids: list[int]) -> list[Letter]:
        """Size and time of each that is still there, in the order of UIDs; for AT_ONCE or fewer."""
        answer = self.client.uid("FETCH", ",".join(map(str, uids)), "(UID INTERNALDATE RFC822.SIZE)")
        check_command_status(answer, UnexpectedCommandStatusError)
        lines = [b"".join(one) if isinstance(one, tuple) else one for one in answer[1] if one]
        return sorted(filter(None, map(_letter, lines)), key=lambda letter: letter.uid)

    def raw_of(self, uid: int) -> bytes:
        """Its bytes, leaving it unread; nothing when it is gone. ImapToolsError when the server will not."""
        return self._fetch(uid, "BODY.PEEK[]")

    def head_of(self, uid: int) -> bytes:
        """The beginning of its headers."""
        return self._fetch(uid, f"BODY.PEEK[HEADER]<0.{HEAD}>")

    def _fetch(self, uid: int, what: str) -> bytes:
        answer = self.client.uid("FETCH", str(uid), f"(UID {what})")
        check_command_status(answer, UnexpectedCommandStatusError)
        return next((bytes(one[1]) for one in answer[1] if isinstance(one, tuple) and len(one) > 1), b"")

    # Afterwards ----------------------------------------------------------------------------------------

    def mark_read(self, uid: int) -> None:
        self.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")

    def move_to(self, uid: int, folder: str) -> None:
        """Move it there, making the folder where it is missing. ImapToolsError when it cannot be."""
        name = encode_folder(folder).decode()
        if self._move(uid, name)[0] != "OK":
            self.client.create(name)
            check_command_status(self._move(uid, name), MailboxMoveError)

    def _move(self, uid: int, name: str) -> tuple:
        if "MOVE" in self.client.capabilities:
            return self.client.uid("MOVE", str(uid), name)
        copied = self.client.uid("COPY", str(uid), name)
        if copied[0] == "OK":
            self.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
            if "UIDPLUS" in self.client.capabilities:
                self.client.uid("EXPUNGE", str(uid))
        return copied

    # Waiting -------------------------------------------------------------------------------------------

    @property
    def tells(self) -> bool:
        """Whether the server tells of new mail by itself."""
        return "IDLE" in self.client.capabilities

    def wait(self, ended: Event, each_while: Callable[[], None], seconds: float = 10) -> None:
        """Until the server tells of something, it is time to look, or `ended`; `each_while` is called every `seconds`."""
        if self.client.untagged_responses.get("EXISTS"):
            # Told between looking and waiting; what a server has told once it does not tell again.
            return
        until = time.monotonic() + (IDLE_SECONDS if self.tells else POLL_SECONDS)
        tag = self._begin_idle() if self.tells else b""
        while not ended.is_set() and time.monotonic() < until:
            if self._told_within(seconds, ended):
                break
            each_while()
        if tag:
            self.client.send(b"DONE\r\n")
            self.consume_until_tagged_response(tag)

    def _begin_idle(self) -> bytes:
        """The command's tag, once the server has agreed; what it tells before that is told again by looking."""
        self._told = False
        tag = self.client._command("IDLE")
        while self.client._get_response() is not None:
            self._told = True
        return tag

    def _told_within(self, seconds: float, ended: Event) -> bool:
        if not self.tells:
            ended.wait(seconds)
            return False
        until, empty = time.monotonic() + seconds, 0
        readable = select.poll()
        readable.register(self.client.sock, select.POLLIN)
        while not ended.is_set() and time.monotonic() < until:
            # Lines that were read ahead lie in a buffer of ours, which the system does not know.
            if self._told or self._something_came():
                return True
            empty = empty + 1 if readable.poll(1000) else 0
            if empty > 5:
                raise self.client.abort("the server closed the connection")
        return False

    def _something_came(self) -> bool:
        came = False
        self.client.sock.settimeout(0)
        try:
            while self.client._get_line():
                came = True
        except (OSError, imaplib.IMAP4.abort):
            return came
        finally:
            self.client.sock.settimeout(ANSWER_SECONDS)
        return came

    def _number(self, name: str) -> int | None:
        found = self.client.untagged_responses.get(name) or [b""]
        return int(found[-1]) if isinstance(found[-1], bytes) and found[-1].isdigit() else None


_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _letter(line: bytes) -> Letter | None:
    uid, size, date = _UID.search(line), _SIZE.search(line), _DATE.search(line)
    if uid is None or size is None or date is None:
        return None
    day, month, rest = date[1].decode("ascii", "replace").strip().split("-", 2)
    number = _MONTHS.index(month.title())
    return Letter(
        int(uid[1]), int(size[1]), datetime.strptime(f"{day}-{number}-{rest}", "%d-%m-%Y %H:%M:%S %z")
    )
