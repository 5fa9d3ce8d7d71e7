"""The door for mail: an SMTP server (RFC 5321) that keeps the bytes before it says 250.

Whatever goes wrong inside is answered with 451, "later", and without detail: the sender's server keeps the mail and
tries again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from channels_inbox.models import Channel, Parcel
from events.connections import look_after_connection

log = structlog.get_logger(__name__)

MOST_SESSIONS = 50
MOST_RECIPIENTS = 100
MOST_UNKNOWN = 10
DATABASE_THREADS = 4
IDLE_SECONDS = 120
LONGEST_LINE = 1024 * 1024
LONGEST_COMMAND = 2048
CALLS = {"*": 20, "MAIL": 1000, "RCPT": 2000, "DATA": 1000, "RSET": 1000, "NOOP": 100}

LATER = "451 4.3.0 Please try again later"
BUSY = b"421 4.3.2 Too many connections, please try again later\r\n"


class Caller(Session):
    """Who is connected, and how many mailboxes he asked for that are none."""

    unknown = 0


class Cover(Envelope):
    """One mail on its way in, and the channel that its first recipient belongs to."""

    channel: Channel


class Gateway(SMTP):
    """One session. Lines may be longer than RFC 5321 allows: too many programs send such mail to refuse it."""

    line_length_limit = LONGEST_LINE

    def __init__(self, doorkeeper: "Doorkeeper", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            doorkeeper,
            data_size_limit=settings.SMTP_GATEWAY_MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="ESMTP",
            timeout=IDLE_SECONDS,
            command_call_limit=CALLS,
            loop=loop,
        )
        # aiosmtpd's own is shared by all sessions, and each greeting raises it.
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)
        self._admitted = False

    def _create_session(self) -> Caller:
        return Caller(self.loop)

    def _create_envelope(self) -> Cover:
        return Cover()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._admitted = self.event_handler.admit()
        if self._admitted:
            super().connection_made(transport)
        else:
            cast(asyncio.WriteTransport, transport).write(BUSY)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._admitted:
            self._admitted = False
            self.event_handler.leave()
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._admitted else None

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push("502 5.5.1 VRFY not supported")

    async def smtp_HELP(self, arg: str) -> None:
        await self.push("502 5.5.1 HELP not supported")


class Doorkeeper:
    """What all sessions share: how many there are, and the threads that talk to the database."""

    def __init__(self, most_sessions: int = MOST_SESSIONS) -> None:
        self.sessions = 0
        self.most_sessions = most_sessions
        self.threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="gateway")

    def admit(self) -> bool:
        if self.sessions >= self.most_sessions:
            return False
        self.sessions += 1
        return True

    def leave(self) -> None:
        self.sessions -= 1

    def close(self) -> None:
        """End the threads, each with its connection: at the barrier all of them are met at once."""
        together = Barrier(DATABASE_THREADS)
        for _thread in range(DATABASE_THREADS):
            self.threads.submit(_disconnect, together)
        self.threads.shutdown()

    async def handle_EHLO(
        self, server: SMTP, session: Caller, envelope: Cover, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(
        self, server: SMTP, session: Caller, envelope: Cover, address: str, options: list[str]
    ) -> str:
        # "<>", who nobody answers, is kept as it is: aiosmtpd takes an empty sender for a missing one.
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Caller, envelope: Cover, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        channel = await self._in_database(Channel.objects.for_recipient, _storable(address))
        if channel is None:
            return self._refuse_recipient(server, session)
        if not envelope.rcpt_tos:
            envelope.channel = channel
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def _refuse_recipient(self, server: SMTP, session: Caller) -> str:
        session.unknown += 1
        if session.unknown < MOST_UNKNOWN:
            return "550 5.1.1 No such mailbox here"
        if server.transport is not None:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "421 4.7.0 Too many unknown recipients"

    async def handle_DATA(self, server: SMTP, session: Caller, envelope: Cover) -> str:
        meta = {
            "from": "" if envelope.mail_from == "<>" else _storable(envelope.mail_from or ""),
            "to": [_storable(address) for address in envelope.rcpt_tos],
            "peer": str(session.peer[0]) if session.peer else "",
            "helo": _storable(session.host_name or "")[:255],
        }
        raw = cast(bytes, envelope.content)
        parcel = await self._in_database(Parcel.accept, envelope.channel, raw, meta)
        log.info("mail_accepted", parcel=parcel.pk, bytes=len(raw))
        return "250 2.0.0 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.error("gateway_failed", error_type=type(error).__name__)
        return LATER

    async def _in_database(self, act: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, _with_connection, act, args)


def _with_connection(act: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """These threads live outside any request, where Django would look after their connections: each keeps its own,
    asks first whether it still works, and gives it up when it failed."""
    look_after_connection()
    try:
        return act(*args)
    except Exception:
        connection.close()
        raise


def _disconnect(together: Barrier) -> None:
    together.wait()
    connection.close()


def _storable(address: str) -> str:
    """An address without what cannot be stored as text: bytes that were no UTF-8, and NUL."""
    return address.encode(errors="surrogateescape").decode(errors="replace").replace("\0", "\ufffd")


async def serve(host: str, port: int, doorkeeper: Doorkeeper) -> asyncio.Server:
    """Listen; port 0 takes a free one. Mail is taken until the server, and then the doorkeeper, is closed."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Gateway(doorkeeper, loop), host, port)
