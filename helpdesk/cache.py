"""The cache in one Redis, spoken to by one client of the process. Django makes a client for each call, which takes half
as long as the call, and a pool of connections for each thread and each socket, which weighs on who stays connected."""

from functools import cache, cached_property
from typing import Any

from django.core.cache.backends import redis


class SharedClient(redis.RedisCacheClient):
    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._client_of_all

    @cached_property
    def _client_of_all(self) -> Any:
        return super().get_client(write=True)


class RedisCache(redis.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._cache = _shared(server)

    def count(self, key: str, seconds: float) -> int:
        """How often it was counted, this time included, since it began, which is at most `seconds` ago. One journey to
        the server; `add` and `incr` make three."""
        name = self.make_and_validate_key(key)
        with self._cache.get_client(name, write=True).pipeline(transaction=False) as both:
            both.set(name, 0, px=int(seconds * 1000), nx=True)
            both.incr(name)
            return int(both.execute()[1])


@cache
def _shared(server: str) -> SharedClient:
    """Safe for threads, and after a fork: so are redis-py's clients and pools."""
    return SharedClient([server])
