"""Signed-in agents who ask for pages, as lean as a client can be: what is measured is the server."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from agents.models import Agent, Token
from helpdesk.bench.places import HOST

CSRF = "b" * 32


class Unexpected(RuntimeError):
    """An answer that is not what the measured case is about."""


def session_of(agent: Agent) -> str:
    """A real session's key, as signing in makes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(agent.pk)
    store[BACKEND_SESSION_KEY] = "agents.backends.AgentBackend"
    store[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    store.create()
    return str(store.session_key)


@dataclass
class Browser:
    """One agent's session on one server."""

    agent: Agent
    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(self.agent)}; csrftoken={CSRF}"
        self.headers = {"Cookie": cookie, "X-CSRFToken": CSRF, "Accept-Language": "en"}
        _token, secret = Token.issue(self.agent, "bench", ["read", "write"], by=self.agent)
        self.api_headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def get(self, path: str, needs: str = "", **headers: str) -> float:
        return self._ask("GET", path, b"", self.headers | headers, needs)

    def post(self, path: str, form: dict[str, str], needs: str = "") -> float:
        encoded = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        return self._ask("POST", path, urlencode(form).encode(), self.headers | encoded, needs)

    def call(self, path: str, body: dict) -> float:
        return self._ask("POST", f"/api/v1/{path}", json.dumps(body).encode(), self.api_headers, '"id"')

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str], needs: str) -> float:
        """Seconds from connecting to the last byte."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        took = time.perf_counter() - began
        if answer.status not in {200, 201} or needs.encode() not in content:
            raise Unexpected(f"{method} {path}: {answer.status}, without {needs!r}: {content[:300]!r}")
        return took
