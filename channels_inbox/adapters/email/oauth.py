"""Asking a provider for tokens: the authorization code flow with PKCE (RFC 6749, 4.1; RFC 7636), and refreshing (6).

oauthlib writes the questions and reads the answers; they travel through the guard for hosts. It is imported where it is
used, since it takes long and every web worker would wait for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import now

from channels_inbox import hosts
from channels_inbox.adapters.email.providers import service_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Registration, Tokens
from channels_inbox.secrets import Undecryptable, decrypt

if TYPE_CHECKING:
    from oauthlib.oauth2 import WebApplicationClient

ANSWER_SECONDS = 15.0
LARGEST = 256 * 1024
HOUR = 3600

# What the provider says when only the mailbox's owner can help, and when only a new secret of the app can.
ENDED = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
UNKNOWN_APP = frozenset({"invalid_client", "unauthorized_client", "deleted_client", "disabled_client"})


@dataclass(frozen=True, slots=True)
class Question:
    """Where to send the browser, and what must be known when it comes back: both are secrets of one session."""

    url: str
    state: str
    verifier: str


def question(registration: Registration, redirect_uri: str, user: str) -> Question:
    """Ask the owner of `user`'s mailbox for permission."""
    service = service_of(registration.provider)
    client = _client(registration)
    verifier, state = client.create_code_verifier(96), secrets.token_urlsafe(32)
    url = client.prepare_request_uri(
        service.authorize_at(registration.tenant),
        redirect_uri=redirect_uri,
        scope=list(service.scopes),
        state=state,
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
        login_hint=user,
        **service.asks,
    )
    return Question(url, state, verifier)


def redeem(registration: Registration, redirect_uri: str, code: str, verifier: str) -> Tokens:
    """The tokens for the code that the browser brought back. Raises Trouble, `declined` when not all was granted."""
    client = _client(registration)
    body = client.prepare_request_body(
        code, redirect_uri, client_secret=_secret(registration), code_verifier=verifier
    )
    tokens = _ask(registration, client, body, granted=service_of(registration.provider).scopes)
    if not tokens.refresh:
        raise Trouble("declined")
    return tokens


def renew(registration: Registration, tokens: Tokens) -> Tokens:
    """The next tokens; a provider that gives no other refresh token lets the old one stand. Raises Trouble:
    `consent` when no second try would change it."""
    client = _client(registration)
    body = client.prepare_refresh_body(
        refresh_token=tokens.refresh, client_id=registration.client_id, client_secret=_secret(registration)
    )
    fresh = _ask(registration, client, body)
    return Tokens(fresh.access, fresh.refresh or tokens.refresh, fresh.expires_at)


def _client(registration: Registration) -> WebApplicationClient:
    from oauthlib.oauth2 import WebApplicationClient

    return WebApplicationClient(registration.client_id)


def _ask(
    registration: Registration, client: WebApplicationClient, body: str, granted: tuple[str, ...] = ()
) -> Tokens:
    from oauthlib.oauth2 import OAuth2Error

    asked_at = now().timestamp()
    try:
        found = client.parse_request_body_response(_post(registration, body))
        expires_at = asked_at + float(found.get("expires_in") or HOUR)
    except OAuth2Error as error:
        raise _trouble(str(error.error)) from None
    except (TypeError, ValueError, AttributeError):
        raise Trouble("provider", "no JSON") from None
    lasting = {scope.casefold() for scope in found.get("scope") or granted}
    if any(scope.casefold() not in lasting for scope in granted if scope.startswith("https://")):
        raise Trouble("declined")
    return Tokens(found["access_token"], found.get("refresh_token") or "", expires_at)


def _post(registration: Registration, body: str) -> str:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    url = service_of(registration.provider).tokens_at(registration.tenant)
    try:
        with hosts.http_client(ANSWER_SECONDS) as http:
            answer = http.post(url, content=body, headers=headers)
    except hosts.Unanswered as error:
        raise Trouble("provider", str(error)) from None
    if answer.status_code >= 500 or answer.status_code == 429 or answer.is_redirect:
        raise Trouble("provider", f"HTTP {answer.status_code}")
    return answer.text[:LARGEST]


def _trouble(code: str) -> Trouble:
    if code in ENDED:
        return Trouble("consent")
    return Trouble("registration" if code in UNKNOWN_APP else "provider", code)


def _secret(registration: Registration) -> str:
    try:
        return decrypt(registration.secret)
    except Undecryptable:
        raise Trouble("registration") from None
