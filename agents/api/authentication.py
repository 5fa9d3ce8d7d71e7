"""Who calls the API: a program by its token (RFC 6750), or a signed-in agent's browser by its session."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from agents.api.throttling import refuse
from agents.models import Agent, Token
from agents.models.token import Scope


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret>`. Unknown, revoked and inactive agents' tokens are told apart by nobody."""

    def authenticate(self, request: Request) -> tuple[Agent, Token] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = Token.objects.of_secret(secret.decode("latin-1"))
        if token is None:
            refuse(request)
            raise AuthenticationFailed(_("This token is not known, or was revoked."))
        if token.last_used_at is None or token.last_used_at < now().replace(second=0, microsecond=0):
            token.used()
        return token.agent, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class HasScope(BasePermission):
    """Reading needs the scope `read`, changing needs `write`, and views that name another one need that.

    A session has every scope; what `admin` opens is for administrators only, whatever the token says.
    """

    message = _("This token's scopes do not allow that.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Agent) or not request.user.is_active:
            return False
        needed = needed_scope(request.method or "GET", view)
        if needed == Scope.ADMIN and not request.user.is_administrator:
            return False
        return not isinstance(request.auth, Token) or needed in request.auth.scopes


def needed_scope(method: str, view: Any) -> Scope:
    """The scope that a view asks for a method: its own `change_scope` for changes, if it has one."""
    if method in SAFE_METHODS:
        return Scope.READ
    return getattr(view, "change_scope", Scope.WRITE)
