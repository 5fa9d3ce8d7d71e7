"""A provider of the tests' own, as RFC 6749, 7636 and 7662 have it: asks nobody, gives codes and tokens, and is in
whatever mood a test wants.

Whoever may sign in to a mailbox is in `tokens`; Dovecot asks here whether an access token is good.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

CLIENT_ID, CLIENT_SECRET = "client-of-the-shop.apps.example", "secret-of-the-app"
SCOPES = ["https://mail.google.com/"]


@dataclass
class OAuthServer:
    """`user` is who gives permission. Moods: `denies` at asking; `error` (an OAuth error), `status` and `seconds` of
    each answer at the token endpoint; `rotates` refresh tokens; `lifetime` of access tokens in seconds."""

    port: int
    redirect_uris: set[str] = field(default_factory=set)
    user: str = "care"
    denies: bool = False
    error: str = ""
    status: int = 200
    seconds: float = 0
    rotates: bool = False
    refreshes: bool = True
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    lifetime: int = 3600
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def as_provider(self, **servers: Any) -> dict[str, Any]:
        """What MAIL_PROVIDERS says of it."""
        return {"authorize_url": f"{self.url}/authorize", "token_url": f"{self.url}/token"} | servers

    def issue(self, user: str) -> tuple[str, str]:
        """An access and a refresh token of that user."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.tokens[access] = self.refresh_tokens[refresh] = user
        return access, refresh

    def revoke(self, user: str) -> None:
        """The user takes everything back."""
        for known in (self.tokens, self.refresh_tokens):
            for token in [token for token, owner in known.items() if owner == user]:
                del known[token]

    def authorize(self, asked: dict[str, str]) -> str | None:
        """Where the browser goes next; None when the question is not one."""
        self.asked.append(asked)
        good = asked.get("client_id") == CLIENT_ID and asked.get("redirect_uri") in self.redirect_uris
        if not good or asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return None
        if self.denies:
            answer = {"error": "access_denied"}
        else:
            answer = {"code": secrets.token_urlsafe(16)}
            self.codes[answer["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The status and JSON of the answer."""
        time.sleep(self.seconds)
        with self.lock:
            self.asked.append(asked)
            if self.status != 200:
                return self.status, {}
            if error := self.error or self._wrong(asked):
                return 401 if error == "invalid_client" else 400, {"error": error, "error_description": "No."}
            return 200, self._tokens(asked)

    def _wrong(self, asked: dict[str, str]) -> str:
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return "invalid_client"
        if asked.get("grant_type") == "refresh_token":
            return "" if asked.get("refresh_token") in self.refresh_tokens else "invalid_grant"
        begun = self.codes.pop(asked.get("code", ""), None)
        verifier = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if begun is None or begun["redirect_uri"] != asked.get("redirect_uri"):
            return "invalid_grant"
        proved = base64.urlsafe_b64encode(verifier).decode().rstrip("=") == begun["code_challenge"]
        return "" if proved else "invalid_grant"

    def _tokens(self, asked: dict[str, str]) -> dict[str, Any]:
        old = asked.get("refresh_token", "")
        access, refresh = self.issue(self.refresh_tokens.get(old, self.user))
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.lifetime}
        answer["scope"] = " ".join(self.scopes)
        if old and self.rotates:
            del self.refresh_tokens[old]
        if self.refreshes and (self.rotates or not old):
            answer["refresh_token"] = refresh
        return answer


class _Handler(BaseHTTPRequestHandler):
    provider: OAuthServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/tokeninfo":
            user = self.provider.tokens.get(asked.get("access_token", ""))
            self._say(200 if user else 400, {"active": True, "username": user} if user else {"active": False})
        elif parts.path == "/authorize" and (back := self.provider.authorize(asked)):
            self.send_response(302)
            self.send_header("Location", back)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._say(400, {"error": "invalid_request"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(*self.provider.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


def serve(provider: OAuthServer) -> ThreadingHTTPServer:
    """Begin to serve it, in a thread; port 0 takes a free one."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", provider.port), type("Handler", (_Handler,), {"provider": provider})
    )
    provider.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@pytest.fixture
def oauth_server(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OAuthServer]:
    """The provider behind both names; the one whom the mail server asks, where the test has one."""
    has_mail = "mail_server" in request.fixturenames
    provider = OAuthServer(request.getfixturevalue("mail_server").oauth_port if has_mail else 0)
    server = serve(provider)
    imap = {"imap_host": "127.0.0.1", "imap_encryption": "none"}
    if has_mail:
        imap["imap_port"] = request.getfixturevalue("mail_server").imap_port
    settings.MAIL_PROVIDERS = dict.fromkeys(("google", "microsoft"), provider.as_provider(**imap))
    provider.redirect_uris = {
        f"{settings.PUBLIC_URL}/settings/consents/{name}/" for name in settings.MAIL_PROVIDERS
    }
    # Ours is no HTTPS server.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    yield provider
    server.shutdown()
    server.server_close()
