"""The cache of tests: in this process, and counting as ForgivingRedisCache does."""

from typing import Any

from django.core.cache.backends.locmem import LocMemCache


class CountingCache(LocMemCache):
    def count_up(self, key: Any, seconds: int) -> int:
        return 1 if self.add(key, 1, seconds) else self.incr(key)
