"""How allauth's sign-in fits this house: agents are invited, and one verb sets passwords."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from agents.models import Agent


class AccountAdapter(DefaultAccountAdapter):
    """Agents are invited, never self-registered; what happened is seen on the page, without flash messages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Agent, password: str) -> None:
        user.change_password(password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_change_password") + "?saved"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """None."""


def axes_username(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """One agent counts as one, however his address is written."""
    given = (credentials or {}).get("email") or (request.POST.get("login", "") if request else "")
    return str(given).strip().lower()[:254]
