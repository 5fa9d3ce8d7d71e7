"""Programs that call the API: each has a token of one of the cast."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from agents.models import Agent, Token
from agents.models.token import Scope

EVERY_SCOPE = [Scope.READ, Scope.WRITE, Scope.ADMIN]
BASE = "/api/v1/"


class Program:
    """Calls the API as its token allows; addresses are written without /api/v1/. Without a token: nobody."""

    def __init__(self, secret: str | None = None, client: Client | None = None) -> None:
        self.client = client or Client(enforce_csrf_checks=True)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        path = address if address.startswith(("/", "http")) else BASE + address
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = b"" if body is None else json.dumps(body)
        return self.client.generic(method, path, data, "application/json", headers=self.headers | named)

    def get(self, address: str, **headers: str) -> Any:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self("POST", address, {} if body is None else body, **headers)

    def upload(self, file: Any, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"{BASE}attachments/", {"file": file}, headers=self.headers | named)


def program_of(agent: Agent, *scopes: str) -> Program:
    _token, secret = Token.issue(agent, "test", list(scopes or EVERY_SCOPE), by=agent)
    return Program(secret)


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def api(ann) -> Program:
    """Ann's program."""
    return program_of(ann)


@pytest.fixture
def carls(carl) -> Program:
    return program_of(carl)


@pytest.fixture
def admins(admin) -> Program:
    return program_of(admin)


@pytest.fixture
def nobody(db) -> Program:
    return Program()


@pytest.fixture
def program(db) -> Callable[..., Program]:
    return program_of
