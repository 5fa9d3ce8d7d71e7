"""Which trouble an error of the connection to a mailbox is."""

import imaplib
import socket
import ssl

from imap_tools import errors

from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.hosts import ForbiddenHost


def in_connecting(error: Exception) -> Trouble:
    """What went wrong before anybody was signed in."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble("certificate", error.verify_message)
    for kinds, code in (
        (ForbiddenHost, "forbidden"),
        (socket.gaierror, "host"),
        (TimeoutError, "silent"),
        (ssl.SSLError, "no-tls"),
        (ConnectionRefusedError, "port"),
        (errors.MailboxStarttlsError, "no-starttls"),
        (OSError, "silent"),
        ((imaplib.IMAP4.error, errors.ImapToolsError, ValueError), "not-imap"),
    ):
        if isinstance(error, kinds):
            return Trouble(code, str(error) if code not in {"host", "forbidden"} else "")
    return Trouble("unexpected", type(error).__name__)


def in_signing_in(error: Exception, *, by_token: bool = False) -> Trouble:
    """What went wrong when we said who we are. Response codes: RFC 5530."""
    said = str(error)
    if any(code in said for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")):
        return Trouble("busy", _answer(said))
    if "[PRIVACYREQUIRED]" in said:
        return Trouble("needs-tls")
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return Trouble("lost", said)
    return Trouble("account" if by_token else "password", _answer(said))


def in_reading(error: Exception) -> Trouble:
    """What ended a connection that worked."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, OSError | imaplib.IMAP4.error | errors.ImapToolsError):
        return Trouble("lost", str(error))
    return Trouble("unexpected", type(error).__name__)


def _answer(said: str) -> str:
    """The server's own sentence out of the error's, which may name more than it should."""
    start = said.find("Data: ")
    return said[start + 6 :].strip("[]b'\" ") if start >= 0 else said.strip("b'\" ")
