"""What one person waits for: the arms of an experiment."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.compute.job import Job
from app.compute.place import Place
from app.compute.redraw import redrawn
from app.result import ArmResult
from bncore import RunConfig

if TYPE_CHECKING:
    from app.compute.board import Board

__all__ = ["Ticket"]

KEEP = 1.0
"""Seconds after which the cache is told again that somebody looks: a probe that is dragged looks sixty times a second."""


class Ticket(Place):
    """The arms of an experiment, wanted by one owner; safe in threads.

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
        super().__init__(board, owner, jobs)
        self._arms = tuple(jobs)
        self._loose: tuple[weakref.ref[Job], ...] = ()
        self._configs = tuple(configs)
        self._end: int | None = None
        self._kept = self.touched

    @property
    def forgotten(self) -> bool:
        """Whether what was trained is gone: it was held no more, and has made room in the cache."""
        return any(arm() is None for arm in self._loose)

    def loosen(self) -> None:
        """Hold what was trained only as long as others do, above all the cache; nothing happens before all is trained.

        So a page that has got its run holds no memory beyond the cache's bound; what is too large for that stays held.
        """
        if not self._arms or not all(job.done for job in self._arms):
            return  # mostly, and without the lock
        with self._board.lock:  # which is at work on the jobs when they are just done
            if self._arms and (kept := self._board.keep(self._arms)) is not None:
                self._end = self._sight()[0]
                self._loose = tuple(map(weakref.ref, kept))
                self.jobs = self._arms = ()

    def results(self, run: int | None = None) -> list[ArmResult] | None:
        """Return what there is of every arm, in the experiment's order, cut to the epochs that all have reached.

        This is the one place that cuts: words, pictures and answers are made of what it returns. An arm that is done
        earlier than the others (its epochs may be fewer) is whole, and does not hold them up. None before the first slice
        of every arm, and where it is `forgotten`.

        Parameters
        ----------
        run : int, optional
            Position of the run whose pictures are wanted, the requested one if not given. Those of another run are drawn in
            the caller's thread; nothing is trained for them.
        """
        self.touched = self._board.clock()
        self._seen = self._sight()
        arms: Sequence[Job | None] = self._arms or tuple(arm() for arm in self._loose)
        jobs = [job for job in arms if job is not None]
        if len(jobs) < len(arms) or any(job.epochs == 0 for job in jobs):
            return None
        if self._end is not None and self.touched - self._kept > KEEP:
            self._kept = self.touched
            self._board.keep(jobs)
        epochs = self._reached()
        results = [job.result(config, epochs) for job, config in zip(jobs, self._configs, strict=True)]
        if run is None:
            return results
        return [result if run == job.run else redrawn(result, run) for result, job in zip(results, jobs, strict=True)]

    def _sight(self) -> tuple[int, bool]:
        return super()._sight() if self._end is None else (self._end, True)
