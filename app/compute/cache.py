"""What was computed and may be asked for again, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["ByteCache"]

K = TypeVar("K")
V = TypeVar("V")


class ByteCache(Generic[K, V]):
    """The entries used last whose sizes sum to at most a bound.

    Parameters
    ----------
    limit : int
        Bytes. An entry larger than this is not kept.

    Examples
    --------
    >>> cache = ByteCache(100)
    >>> for name in "abc":
    ...     cache.put(name, name.upper(), 40)
    >>> cache.get("a"), cache.get("b"), cache.size
    (None, 'B', 80)
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """Return the entry, which becomes the one used last, or None."""
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key][0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep an entry of a size in bytes; those unused for longest make room."""
        self.pop(key)
        if size > self.limit:
            return
        self._entries[key] = (value, size)
        self.size += size
        while self.size > self.limit:
            _, (_, freed) = self._entries.popitem(last=False)
            self.size -= freed

    def pop(self, key: K) -> V | None:
        """Take an entry out and return it, or None."""
        value, size = self._entries.pop(key, (None, 0))
        self.size -= size
        return value
