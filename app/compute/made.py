"""What the asker's own thread makes: once, one at a time, and kept while there is room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from app.compute.arrays import read_only, size_of
from app.compute.cache import ByteCache

__all__ = ["MadeOnce"]

T = TypeVar("T")

LEAST = 1000
"""Bytes that every entry counts, whatever its arrays weigh."""


class MadeOnce:
    """Values that are made when first asked for, their arrays locked, and kept up to a bound.

    One thread of the process makes at a time: more would only fight for the interpreter, and two would make the same.

    Parameters
    ----------
    limit : int
        Bytes of the arrays that are kept.

    Examples
    --------
    >>> made = MadeOnce(10_000)
    >>> made.get("example", lambda: 1), made.get("example", lambda: 2)
    (1, 1)
    """

    def __init__(self, limit: int) -> None:
        self._lock = threading.Lock()
        self._cache: ByteCache[Hashable, Any] = ByteCache(limit)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key, made now if need be."""
        with self._lock:
            value: T | None = self._cache.get(key)
            if value is None:
                value = read_only(make())
                self._cache.put(key, value, max(LEAST, size_of(value)))
        return value
