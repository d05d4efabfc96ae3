"""What one person waits for: the arms of an experiment."""

from __future__ import annotations

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
        self._configs = tuple(configs)

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
        self.touched = self._board.clock()
        self._seen = self._sight()
        if any(job.epochs == 0 for job in self._arms):
            return None
        epochs = self._reached()
        results = [job.result(config, epochs) for job, config in zip(self._arms, self._configs, strict=True)]
        if run is None:
            return results
        return [result if run == job.run else redrawn(result, run) for result, job in zip(results, self._arms, strict=True)]
