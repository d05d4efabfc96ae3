"""A place in the queue: what one person waits for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.compute.job import Job
from app.compute.redraw import redrawn
from app.result import ArmResult
from bncore import RunConfig

if TYPE_CHECKING:
    from app.compute.board import Board

__all__ = ["Ticket"]

RELEASED = "Run: must still be wanted; got a release or a newer request of the same person. Ask again."


class Ticket:
    """The arms of an experiment, wanted by one owner; safe in threads.

    Use it as a context manager, or `release` it: a run that nobody waits for is not trained on. One that nobody has
    looked at for a while (`Board.lease`) is released by itself.

    Parameters
    ----------
    board : Board
    owner : str
    configs : sequence of RunConfig
        The settings of each arm as the owner gave them.
    jobs : sequence of Job
        The job of each arm; two arms with the same numbers share one.
    """

    def __init__(self, board: Board, owner: str, configs: Sequence[RunConfig], jobs: Sequence[Job]) -> None:
        self.owner = owner
        self.jobs = tuple(jobs)
        self.changed = threading.Condition(board.lock)
        self.waiting = 0
        self.touched = board.clock()
        self.released = False
        self._board = board
        self._configs = tuple(configs)
        self._seen: tuple[int, bool] = (0, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def wait(self, timeout: float) -> bool:
        """Wait until there is more to see than at the last look (`wait` or `results`), or nothing more will come.

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
        """Share of the training that is behind us, 0 to 1: the mean over the arms."""
        with self._board.lock:
            self.touched = self._board.clock()
            return sum(job.progress for job in self.jobs) / len(self.jobs)

    @property
    def done(self) -> bool:
        """Whether nothing more will come: all arms are trained, one failed, or the ticket was released."""
        with self._board.lock:
            return self.released or self.error is not None or all(job.finished for job in self.jobs)

    @property
    def error(self) -> str | None:
        """Why it ended without a result, a sentence; None if it did not."""
        with self._board.lock:
            errors = [job.error for job in self.jobs if job.error is not None]
            if errors:
                return errors[0]
            return RELEASED if self.released and not all(job.done for job in self.jobs) else None

    def results(self, run: int | None = None) -> list[ArmResult] | None:
        """Return what there is of every arm, in the experiment's order, cut to the epochs that all have reached.

        This is the one place that cuts: words, pictures and answers are made of what it returns. An arm that is done
        earlier than the others (its epochs may be fewer) is whole, and does not hold them up. None before the first slice
        of every arm.

        Parameters
        ----------
        run : int, optional
            Position of the run whose pictures are wanted, the requested one if not given. Those of another run are drawn in
            the caller's thread; nothing is trained for them.
        """
        with self._board.lock:
            self.touched = self._board.clock()
            self._seen = self._sight()
            if any(job.epochs == 0 for job in self.jobs):
                return None
            epochs = self._reached()
            results = [job.result(config, epochs) for job, config in zip(self.jobs, self._configs, strict=True)]
        if run is None:
            return results
        return [result if run == job.run else redrawn(result, run) for result, job in zip(results, self.jobs, strict=True)]

    def release(self) -> None:
        """Give the place back; what was trained so far stays in the cache while there is room."""
        self._board.release(self)

    def look(self) -> bool:
        """Return whether there is more to see than at the last look, and remember it; the board's lock is held."""
        sight = self._sight()
        news = sight != self._seen or sight[1]
        self._seen = sight
        return news

    def ready(self, *, slow: bool) -> Job | None:
        """Return the arm that is furthest behind of those that could go on now; the board's lock is held.

        Parameters
        ----------
        slow : bool
            Whether a slow one may.
        """
        ready = [job for job in self.jobs if not job.running and not job.finished and (slow or not job.slow)]
        return min(ready, key=lambda job: job.progress, default=None)

    def _reached(self) -> int | None:
        """Epochs that all arms have reached; None where all are done."""
        return min((job.epochs for job in self.jobs if not job.done), default=None)

    def _sight(self) -> tuple[int, bool]:
        if any(job.epochs == 0 for job in self.jobs):
            return (0, self.done)
        reached = self._reached()
        return (max(job.epochs for job in self.jobs) if reached is None else reached, self.done)
