"""Handing a mail to the next server, and what its refusals mean."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEText, sanitize_address

from channels_inbox.adapters.contract import LATER, DeliveryError, Handover
from channels_inbox.adapters.email.reasons import (
    ACCOUNT,
    CERTIFICATE,
    CONSENT,
    FULL,
    INSIDE,
    KEY,
    LOGIN,
    MALFORMED,
    NO_HOST,
    NO_MAILBOX,
    NO_PORT,
    NO_TLS,
    POLICY,
    PROVIDER,
    REFUSED,
    REGISTRATION,
    SILENT,
    TOO_LARGE,
)
from channels_inbox.adapters.email.servers import connection_for, server_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.hosts import ForbiddenHost
from channels_inbox.models import Outlet
from channels_inbox.secrets import Undecryptable

IDLE_SECONDS = 10

# Enhanced status codes, RFC 3463 and its registry; the plain ones, RFC 5321, where a server gives no better.
_REASONS = (
    ("5.1.1", NO_MAILBOX), ("5.1.2", NO_MAILBOX), ("5.1.3", NO_MAILBOX), ("5.1.6", NO_MAILBOX), ("5.1.10", NO_MAILBOX),
    ("5.2.1", NO_MAILBOX), ("5.2.2", FULL), ("5.2.3", TOO_LARGE), ("5.3.4", TOO_LARGE), ("5.7.", POLICY),
)  # fmt: skip
_PLAIN_REASONS = {550: NO_MAILBOX, 551: NO_MAILBOX, 553: NO_MAILBOX, 552: FULL}

# What went wrong on the way to the server; the first that fits.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (ForbiddenHost, INSIDE), (ssl.SSLCertVerificationError, CERTIFICATE), (ssl.SSLError, NO_TLS),
    (socket.gaierror, NO_HOST), (ConnectionRefusedError, NO_PORT), (TimeoutError, SILENT),
    (Undecryptable, KEY),
)  # fmt: skip

# What keeps us from a provider's server before it is asked.
_AT_PROVIDER = {"consent": CONSENT, "registration": REGISTRATION, "provider": PROVIDER, "account": ACCOUNT}

_open = threading.local()

Refusals = dict[str, DeliveryError]


def send(mail: EmailMessage, outlet: Outlet, waiting: Sequence[str] | None = None) -> Handover:
    """Hand it over to those of its recipients who are `waiting` (all of them by default). Raises DeliveryError for
    what concerns all, permanent for what no second try would change."""
    addresses = mail.recipients() if waiting is None else waiting
    with _meaning():
        return _with_connection(outlet, lambda connection: _hand_over(connection, mail, addresses))


@contextmanager
def _meaning() -> Iterator[None]:
    """What goes wrong inside comes out as a DeliveryError."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(LOGIN, permanent=False, detail=str(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise refusal(*min(error.recipients.values())) from error
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        if "STARTTLS" in str(error) or "AUTH" in str(error):
            raise DeliveryError(NO_TLS, permanent=False, detail=str(error)) from error
        raise DeliveryError(MALFORMED, permanent=True, detail=str(error)) from error
    except Trouble as trouble:
        raise DeliveryError(_AT_PROVIDER[trouble.code], permanent=False, detail=trouble.detail) from trouble
    except (OSError, Undecryptable) as error:
        reason = next((reason for kind, reason in _TROUBLES if isinstance(error, kind)), LATER)
        raise DeliveryError(reason, permanent=False, detail=f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        raise DeliveryError(MALFORMED, permanent=True, detail=str(error)) from error


def refusal(code: int, answer: bytes | str) -> DeliveryError:
    """What a server's answer means for the mail."""
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    detail = f"{code} {words}"
    if code < 500:
        return DeliveryError(LATER, permanent=False, detail=detail)
    reason = next(
        (reason for prefix, reason in _REASONS if words.startswith(prefix)), _PLAIN_REASONS.get(code, REFUSED)
    )
    return DeliveryError(reason, permanent=True, detail=detail)


def _hand_over(connection: Any, mail: EmailMessage, addresses: Sequence[str]) -> Handover:
    if isinstance(connection, EmailBackend):
        return Handover(refused=_by_smtp(cast(smtplib.SMTP, connection.connection), mail, addresses))
    if hasattr(connection, "hand_over"):
        return connection.hand_over(mail, addresses)
    connection.send_messages([mail])
    return Handover()


def _by_smtp(server: smtplib.SMTP, mail: EmailMessage, addresses: Sequence[str]) -> Refusals:
    """One mail transaction (RFC 5321, 3.3) with an answer for each recipient: smtplib's own `sendmail` forgets who
    was refused when the content is refused too."""
    encoding = mail.encoding or "utf-8"
    content = cast(SafeMIMEText, mail.message()).as_bytes(linesep="\r\n")
    named = {address: sanitize_address(address, encoding) for address in addresses}
    server.ehlo_or_helo_if_needed()
    options = [f"size={len(content)}"] if server.has_extn("size") else []
    _expect(server.mail(sanitize_address(mail.from_email, encoding), options))
    answers = {address: server.rcpt(name) for address, name in named.items()}
    taken = [address for address, (code, _words) in answers.items() if code in (250, 251)]
    if taken:
        last = server.data(content)
        answers |= dict.fromkeys(taken, last)
    else:
        server.rset()
    return {address: refusal(*answer) for address, answer in answers.items() if answer[0] not in (250, 251)}


def _expect(answer: tuple[int, bytes]) -> None:
    if answer[0] != 250:
        raise smtplib.SMTPResponseException(*answer)


def _with_connection(outlet: Outlet, act: Callable[[Any], Handover]) -> Handover:
    """Act over this thread's connection: a new greeting for each mail would cost more than the mail. One that was
    idle for long, failed, or leads to another server, is given up."""
    server = server_of(outlet)
    connection = getattr(_open, "connection", None)
    if connection is not None and (time.monotonic() - _open.used > IDLE_SECONDS or _open.server != server):
        _give_up(connection)
        connection = None
    if connection is None:
        connection = connection_for(outlet)
        connection.open()
        _open.connection, _open.server = connection, server
    try:
        handover = act(connection)
    except Exception:
        _give_up(connection)
        raise
    _open.used = time.monotonic()
    return handover


def _give_up(connection: Any) -> None:
    _open.connection = None
    with suppress(OSError):
        connection.close()
