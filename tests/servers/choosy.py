"""A mail server that answers as told: takes, puts off, refuses or falls silent, for each recipient or each mail.

What it took is in `taken`. `verdict(recipient)` says what becomes of a recipient, `content_verdict()` what becomes of
a mail: an SMTP answer, or `HANG` to say nothing more until the other side gives up. None takes it.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG = "hang"


@dataclass
class Choosy:
    port: int = 0
    verdict: Callable[[str], str | None] = lambda recipient: None
    content_verdict: Callable[[], str | None] = lambda: None
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    asked: int = 0

    def mails(self) -> list[EmailMessage]:
        """What it took, read. No property: aiosmtpd looks at all of its handler's properties for each session."""
        return [message_from_bytes(raw, policy=default) for _to, raw in self.taken]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        answer = await self._said(self.verdict(address))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._said(self.content_verdict())
        if answer is None:
            self.taken.append((list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        return answer or "250 2.0.0 OK"

    async def _said(self, answer: str | None) -> str | None:
        if answer == HANG:
            await asyncio.sleep(3600)
        return answer


class Running:
    """A loop in a thread of its own, for servers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.servers: list[asyncio.Server] = []

    def serve(self, choosy: Choosy) -> Choosy:
        async def listen() -> asyncio.Server:
            def session() -> SMTP:
                return SMTP(choosy, loop=self.loop, hostname="choosy.test", enable_SMTPUTF8=True)

            return await self.loop.create_server(session, "127.0.0.1", choosy.port)

        server = asyncio.run_coroutine_threadsafe(listen(), self.loop).result(10)
        self.servers.append(server)
        choosy.port = server.sockets[0].getsockname()[1]
        return choosy

    def close(self) -> None:
        async def end() -> None:
            for server in self.servers:
                server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


@pytest.fixture
def choosy(settings: Any) -> Iterator[Choosy]:
    """Outgoing mail goes to it."""
    running = Running()
    server = running.serve(Choosy())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    yield server
    running.close()
