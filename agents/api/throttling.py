"""How often a caller may ask: so many requests in a minute, counted for each token, and for each session's agent. Who
comes with no token that we know is counted by his address."""

import time

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from agents.callers import address_of
from agents.models import Token
from events.counting import counted

MINUTE = 60


class PerToken(BaseThrottle):
    """A counter for each minute, one step in the cache. A cache that is down holds nobody up."""

    def allow_request(self, request: Request, view: object) -> bool:
        kind = "token" if isinstance(request.auth, Token) else "agent"
        caller = request.auth.pk if isinstance(request.auth, Token) else request.user.pk
        return counted(f"api-{kind}-{caller}", MINUTE) <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return _rest()


def refuse(request: Request) -> None:
    """A token that nobody knows came: Throttled (429) when too many of them come from there."""
    many = counted(f"api-unknown-{address_of(request._request)}", MINUTE)
    if many > settings.API_REFUSALS_PER_MINUTE:
        raise Throttled(_rest())


def _rest() -> float:
    return MINUTE - time.time() % MINUTE
