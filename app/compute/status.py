"""How the pool and the cache are, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Status"]


@dataclass(frozen=True)
class Status:
    """What there is to compute with, and for whom.

    Parameters
    ----------
    alive : int
        Worker processes that were started and have not ended.
    warm : int
        Those of them that are ready to train.
    cache_bytes : int
        What the cache holds.
    waiting : int
        People who wait for something.
    """

    alive: int
    warm: int
    cache_bytes: int
    waiting: int
