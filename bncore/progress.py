"""A progress bar on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Progress"]

WIDTH = 30
PATIENCE = 1.0
INTERVAL = 0.1


class Progress:
    """A bar that appears once the work has taken a second, if the stream is a terminal, and is wiped at the end.

    Parameters
    ----------
    total : int
        Steps of the whole work.
    stream : text file, optional
        Standard error by default.

    Examples
    --------
    >>> import io
    >>> quiet = io.StringIO()
    >>> with Progress(10, quiet) as progress:
    ...     progress.add(10)
    >>> quiet.getvalue()
    ''
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._total, self._done = max(1, total), 0
        self._stream = sys.stderr if stream is None else stream
        self._started = time.monotonic()
        self._due = self._started + PATIENCE if self._stream.isatty() else float("inf")
        self._shown = ""

    def __enter__(self) -> Self:
        """Return the bar itself."""
        return self

    def add(self, steps: int) -> None:
        """Count steps as done and redraw the bar when it is due."""
        self._done += steps
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + INTERVAL
        share = min(1.0, self._done / self._total)
        left = (now - self._started) * (1 / share - 1) if share else 0.0
        bar = "#" * round(WIDTH * share)
        self._show(f"[{bar:<{WIDTH}}] {100 * share:3.0f} %, about {left:.0f} s left")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wipe the bar."""
        if self._shown:
            self._show("")
            self._stream.write("\r")
            self._stream.flush()

    def _show(self, text: str) -> None:
        self._stream.write(f"\r{text.ljust(len(self._shown))}")
        self._stream.flush()
        self._shown = text
