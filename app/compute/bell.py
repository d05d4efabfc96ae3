"""What wakes the scheduler's thread."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

__all__ = ["Bell"]


class Bell:
    """Wakes a thread that waits in `multiprocessing.connection.wait`; can be rung from any thread, even when closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._inside, self._rope = os.pipe()
        os.set_blocking(self._rope, False)

    def fileno(self) -> int:
        """Return the descriptor that is readable once the bell was rung."""
        return self._inside

    def ring(self) -> None:
        """Wake the thread; many rings before it wakes are one."""
        with self._lock, suppress(BlockingIOError):
            if not self._closed:
                os.write(self._rope, b"!")

    def clear(self) -> None:
        """Forget the rings so far."""
        os.read(self._inside, 4096)

    def close(self) -> None:
        """Give the descriptors back."""
        with self._lock:
            self._closed = True
            os.close(self._inside)
            os.close(self._rope)
