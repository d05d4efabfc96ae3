"""Who is told what happens: the base of whoever counts and logs it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

__all__ = ["Ended", "Observer"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """How the wait of one person for one run, or for some calls, ended.

    Parameters
    ----------
    kind : str
        ``run`` or ``call``.
    result : str
        ``done``; ``cached``: all of it was there; ``left``: it is not wanted any more; ``failed``.
    waited : float
        Seconds until a worker began with it; 0 where one was at it already.
    seconds : float
        Seconds until its end, the wait included.
    """

    kind: str
    result: str
    waited: float
    seconds: float


class Observer:
    """Is told what happens, some of it while the board is locked: each method must be quick and never fail.

    This one logs what went wrong, and forgets the rest.
    """

    def looked_up(self, found: str) -> None:
        """Take note of a look for one arm or call: it was ``done`` or ``begun`` and kept, ``shared`` with who waits, or ``new``."""

    def ended(self, how: Ended) -> None:
        """Take note of the end of a wait."""

    def worker_lost(self, code: int) -> None:
        """Take note of a worker that ended by itself; its exit code is negative where a signal ended it."""
        log.warning("a worker process ended with code %d", code)

    def slice_failed(self, trace: str) -> None:
        """Take note of an error in a slice or a call, which ends the run."""
        log.error("a slice of training failed\n%s", trace)
