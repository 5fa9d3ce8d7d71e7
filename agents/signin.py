from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Agents are invited, never self-registered."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
