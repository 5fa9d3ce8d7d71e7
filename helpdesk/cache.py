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


@cache
def _shared(server: str) -> SharedClient:
    """Safe for threads, and after a fork: so are redis-py's clients and pools."""
    return SharedClient([server])
