"""A place in the queue: what one person waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from app.compute.observer import Ended
from app.compute.work import Work

if TYPE_CHECKING:
    from app.compute.board import Board

__all__ = ["RELEASED", "Place"]

RELEASED = "Run: must still be wanted; got a release or a newer request of the same person. Ask again."


class Place:
    """Work that one owner wants; safe in threads.

    Looking takes no lock: whatever is looked at only ever grows, and is written last by the one thread that writes it.

    Use it as a context manager, or `release` it: a run that nobody waits for is not trained on. One that nobody has
    looked at for a while (`Board.lease`) is released by itself.

    Parameters
    ----------
    board : Board
    owner : str
    jobs : sequence of Work
        The same work may stand in it twice.

    Attributes
    ----------
    kind : str
        What is waited for, in one word.
    """

    kind = "run"

    def __init__(self, board: Board, owner: str, jobs: Sequence[Work[Any]]) -> None:
        self.owner = owner
        self.jobs = tuple(jobs)
        self.changed = threading.Condition()  # not the board's lock: sixty who look at one lock stop the scheduler, too
        self.waiting = 0
        self.touched = self.asked = board.clock()
        self.begun = self.asked if any(job.running for job in jobs) else None
        self.released = self.told = False
        self._board = board
        self._listeners: list[Callable[[], None]] = []
        self._seen: tuple[int, bool] = (0, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def wait(self, timeout: float) -> bool:
        """Wait until there is more to see than at the last look, or nothing more will come.

        Parameters
        ----------
        timeout : float
            Seconds. Where no pool was started the caller's thread trains meanwhile, a slice at least.

        Returns
        -------
        bool
            Whether there is something new, or the ticket is done.
        """
        return self._board.wait(self, timeout)

    @property
    def progress(self) -> float:
        """Share of the work that is behind us, 0 to 1: the mean over its jobs."""
        self.touched = self._board.clock()
        jobs = self.jobs
        return sum(job.progress for job in jobs) / len(jobs) if jobs else 1.0

    @property
    def visible(self) -> int:
        """Epochs that every job has reached: what can be shown ends there. The longest where all are done."""
        self.touched = self._board.clock()
        return self._sight()[0]

    @property
    def done(self) -> bool:
        """Whether nothing more will come: all is done, one job failed, or the ticket was released."""
        return self.released or self.error is not None or all(job.finished for job in self.jobs)

    @property
    def error(self) -> str | None:
        """Why it ended without a result, a sentence; None if it did not."""
        errors = [job.error for job in self.jobs if job.error is not None]
        if errors:
            return errors[0]
        return RELEASED if self.released and not all(job.done for job in self.jobs) else None

    def release(self) -> None:
        """Give the place back; what was trained so far stays in the cache while there is room."""
        self._board.release(self)

    def look(self) -> bool:
        """Return whether there is more to see than at the last look, and remember it."""
        sight = self._sight()
        news = sight != self._seen or sight[1]
        self._seen = sight
        return news

    def ready(self, *, slow: bool) -> Work[Any] | None:
        """Return the job that is furthest behind of those that could go on now; the board's lock is held.

        Parameters
        ----------
        slow : bool
            Whether a slow one may.
        """
        ready = [job for job in self.jobs if not job.running and not job.finished and (slow or not job.slow)]
        return min(ready, key=lambda job: job.progress, default=None)

    def end(self, *, at_once: bool = False) -> Ended:
        """Return how the wait ended; the board's lock is held.

        Parameters
        ----------
        at_once : bool
            Whether there was nothing to wait for.
        """
        now = self._board.clock()
        well = "cached" if at_once else "done"
        result = {None: well, RELEASED: "left"}.get(self.error, "failed")
        return Ended(self.kind, result, (now if self.begun is None else self.begun) - self.asked, now - self.asked)

    @contextmanager
    def heard(self, call: Callable[[], None]) -> Iterator[None]:
        """Have a function called, in any thread, whenever something is other than it was; the place stays taken meanwhile."""
        with self.changed:
            self.waiting += 1
            self._listeners.append(call)
        try:
            yield
        finally:
            with self.changed:
                self.waiting -= 1
                self._listeners.remove(call)
                self.touched = self._board.clock()

    def tell(self) -> None:
        """Wake who waits: something is other than it was."""
        with self.changed:
            self.changed.notify_all()
            listeners = tuple(self._listeners)
        for call in listeners:
            call()

    def _reached(self) -> int | None:
        """Return how far all jobs are; None where all are done."""
        return min((job.epochs for job in self.jobs if not job.done), default=None)

    def _sight(self) -> tuple[int, bool]:
        if any(job.epochs == 0 for job in self.jobs):
            return (0, self.done)
        reached = self._reached()
        return (max((job.epochs for job in self.jobs), default=0) if reached is None else reached, self.done)
