"""The cache may be lost at any time: a request is then slower, never refused."""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = structlog.stdlib.get_logger(__name__)


class KeptClient(RedisCacheClient):
    """One server, one client: Django makes a client for every call, which costs more than the call."""

    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        self._kept = self._kept or super().get_client(key, write=write)
        return self._kept

    def count_up(self, key: Any, seconds: int) -> int:
        found = self.get_client(key, write=True).pipeline(transaction=False)
        found.set(key, 0, nx=True, ex=seconds)
        found.incr(key)
        return int(found.execute()[-1])


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers "not there" while Redis is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            log.warning("cache unavailable", operation="get", error=type(error).__name__)
            return default

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError as error:
            log.warning("cache unavailable", operation="set", error=type(error).__name__)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except RedisError as error:
            log.warning("cache unavailable", operation="add", error=type(error).__name__)
            return True

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except RedisError as error:
            log.warning("cache unavailable", operation="incr", error=type(error).__name__)
            return delta

    def count_up(self, key: Any, seconds: int) -> int:
        """One more in a counter that ends so long after the first: one round trip, exact for many callers.

        Without Redis everybody is the first.
        """
        client: Any = self._cache
        try:
            return int(client.count_up(self.make_and_validate_key(key), seconds))
        except RedisError as error:
            log.warning("cache unavailable", operation="count_up", error=type(error).__name__)
            return 1

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except RedisError as error:
            log.warning("cache unavailable", operation="delete", error=type(error).__name__)
            return False
