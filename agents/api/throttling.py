"""How often a caller may ask: so many requests in a minute, counted for each token, and for each session's agent."""

import time

import structlog
from django.conf import settings
from django.core.cache import cache
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from agents.models import Token

MINUTE = 60

log = structlog.get_logger(__name__)


class PerToken(BaseThrottle):
    """A counter for each minute, one step in the cache. A cache that is down holds nobody up."""

    def allow_request(self, request: Request, view: object) -> bool:
        kind = "token" if isinstance(request.auth, Token) else "agent"
        caller = request.auth.pk if isinstance(request.auth, Token) else request.user.pk
        key = f"api-{kind}-{caller}-{int(time.time() // MINUTE)}"
        try:
            cache.add(key, 0, 2 * MINUTE)
            return bool(cache.incr(key) <= settings.API_REQUESTS_PER_MINUTE)
        except (RedisError, ValueError) as error:
            log.warning("throttle_failed", error_type=type(error).__name__)
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return MINUTE - time.time() % MINUTE
