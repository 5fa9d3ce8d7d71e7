"""Handing a mail to the next server, and what its refusals mean."""

import smtplib
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_noop

from channels_inbox.adapters.contract import DeliveryError

IDLE_SECONDS = 10

NO_MAILBOX = gettext_noop("There is no mailbox with this address.")
FULL = gettext_noop("The customer's mailbox is full.")
TOO_LARGE = gettext_noop("The message is too large for the customer's mail server.")
POLICY = gettext_noop("The customer's mail server refused it by its rules, often as suspected spam.")
REFUSED = gettext_noop("The mail server refused it.")
MALFORMED = gettext_noop("An address or a header of it cannot be sent by mail.")
LATER = gettext_noop("The mail server could not be reached, or asked to try later.")
LOGIN = gettext_noop("Our mail server does not accept our user name or password.")

# Enhanced status codes, RFC 3463 and its registry; the plain ones, RFC 5321, where a server gives no better.
_REASONS = (
    ("5.1.1", NO_MAILBOX), ("5.1.2", NO_MAILBOX), ("5.1.3", NO_MAILBOX), ("5.1.6", NO_MAILBOX), ("5.1.10", NO_MAILBOX),
    ("5.2.1", NO_MAILBOX), ("5.2.2", FULL), ("5.2.3", TOO_LARGE), ("5.3.4", TOO_LARGE), ("5.7.", POLICY),
)  # fmt: skip
_PLAIN_REASONS = {550: NO_MAILBOX, 551: NO_MAILBOX, 553: NO_MAILBOX, 552: FULL}

_open = threading.local()


def send(mail: EmailMessage) -> None:
    """Hand it over. Raises DeliveryError, permanent for what no second try would change."""
    try:
        _with_connection(lambda connection: connection.send_messages([mail]))
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(LOGIN, permanent=False, detail=str(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = min(error.recipients.values())
        raise _refusal(code, answer) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(MALFORMED, permanent=True, detail=str(error)) from error
    except OSError as error:
        raise DeliveryError(LATER, permanent=False, detail=f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        raise DeliveryError(MALFORMED, permanent=True, detail=str(error)) from error


def _refusal(code: int, answer: bytes | str) -> DeliveryError:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    detail = f"{code} {words}"
    if code < 500:
        return DeliveryError(LATER, permanent=False, detail=detail)
    reason = next(
        (reason for prefix, reason in _REASONS if words.startswith(prefix)), _PLAIN_REASONS.get(code, REFUSED)
    )
    return DeliveryError(reason, permanent=True, detail=detail)


def _with_connection(act: Callable[[Any], object]) -> None:
    """Act over this thread's connection: a new greeting for each mail would cost more than the mail. One that was
    idle for long, or failed, is given up."""
    server = (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    connection = getattr(_open, "connection", None)
    if connection is not None and (time.monotonic() - _open.used > IDLE_SECONDS or _open.server != server):
        _give_up(connection)
        connection = None
    if connection is None:
        connection = get_connection()
        connection.open()
        _open.connection, _open.server = connection, server
    try:
        act(connection)
    except Exception:
        _give_up(connection)
        raise
    _open.used = time.monotonic()


def _give_up(connection: Any) -> None:
    _open.connection = None
    with suppress(OSError, smtplib.SMTPException):
        connection.close()
