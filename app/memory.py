"""How the server's process takes memory from the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["one_heap"]

M_ARENA_MAX = -8


def one_heap() -> None:
    """Let all threads share one heap where the C library is glibc; to be called before there are any.

    By itself each thread gets a heap of its own, and what a thread of a page has freed is of no use to the others: 30 MB of a
    class of sixty. They share one interpreter, so they seldom wait for each other here.
    """
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
