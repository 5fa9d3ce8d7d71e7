"""A provider's server for outgoing mail: takes mail by SMTP from whoever brings a token that is good (XOAUTH2)."""

import asyncio
import base64
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, Session

from tests.servers.choosy import Running
from tests.servers.mail import certify
from tests.servers.oauth import OAuthServer

REFUSED = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}


@dataclass
class ProvidersSmtp:
    """`signed_in` is who was let in, `taken` what he sent; `refused` counts the others."""

    provider: OAuthServer
    port: int = 0
    refused: int = 0
    closed: bool = False
    signed_in: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As developers.google.com/gmail/imap/xoauth2-protocol has it: a refusal explains itself in a challenge, which
        is answered by an empty line."""
        said = base64.b64decode(args[1]).decode()
        user, _, token = said.removesuffix("\1\1").removeprefix("user=").partition("\1auth=Bearer ")
        if not self.closed and self.provider.tokens.get(token) == user.partition("@")[0]:
            self.signed_in.append(user)
            return AuthResult(success=True, handled=False, auth_data=user)
        self.refused += 1
        answer = await server.challenge_auth(json.dumps(REFUSED))
        assert answer in (b"", MISSING)
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(bytes(envelope.content or b""))
        return "250 2.0.0 OK"


@pytest.fixture
def providers_smtp(
    oauth_server: OAuthServer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProvidersSmtp]:
    """Behind both providers' names, with a certificate that is trusted, and STARTTLS before anything else."""
    certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    running, found = Running(), ProvidersSmtp(oauth_server)
    options = {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "hostname": "smtp.test",
    }

    async def listen() -> asyncio.Server:
        return await running.loop.create_server(
            lambda: SMTP(found, loop=running.loop, **options), "127.0.0.1", 0
        )

    server = asyncio.run_coroutine_threadsafe(listen(), running.loop).result(10)
    running.servers.append(server)
    found.port = server.sockets[0].getsockname()[1]
    here = {"smtp_host": "127.0.0.1", "smtp_port": found.port}
    settings.MAIL_PROVIDERS = {name: facts | here for name, facts in settings.MAIL_PROVIDERS.items()}
    settings.EMAIL_TIMEOUT = 5
    yield found
    running.close()
