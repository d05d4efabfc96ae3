"""One arm in training: how far it is, what it has recorded, and what to do next."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property

from app.compute.arrays import read_only, size_of
from app.compute.call import Call
from app.compute.engine import Piece, Slice
from app.compute.work import Work
from app.result import ArmResult
from bncore import Dataset, History, Pictures, RunConfig, TrainState
from bncore.cost import estimate
from bncore.stack import structure

__all__ = ["ROOM", "SLICE_SECONDS", "SLOW_SECONDS", "Job"]

SLICE_SECONDS = 0.1
"""What a slice should take: short enough to share a core fairly, long enough that sending it weighs little."""
PASS_SECONDS = 0.25
"""What a slice in one pass with others should take: there are others who wait, and less is lost between slices."""
SLOW_SECONDS = 1.0
ROOM = 16_384
"""Numbers of one signal of one batch, all runs of a pass together: beyond, more runs in one pass gain nothing."""
GROWTH = 32
"""A slice is at most this many times as long as the one before: a first measurement may mislead."""


class Job(Work[Piece]):
    """A run of one arm, trained slice by slice by one thread at a time, and looked at by any.

    Parameters
    ----------
    config : RunConfig
    run : int
        Position of the run whose pictures are made.

    Attributes
    ----------
    epochs : int
        Epochs trained.

    Examples
    --------
    >>> from app.compute.engine import BNCORE, run_slice
    >>> job = Job(RunConfig(seeds=1, epochs=3))
    >>> while not job.finished:
    ...     job.absorb(run_slice(BNCORE, job.next_slice()))
    >>> job.epochs, job.progress
    (3, 1.0)
    """

    def __init__(self, config: RunConfig, run: int = 0) -> None:
        super().__init__((config.key, run))
        self.config = config
        self.run = run
        self._state: TrainState | None = None
        self._dataset: Dataset | None = None
        self._histories: list[History] = []
        self._pictures: list[Pictures] = []
        self._asked = 0
        self._pace: float | None = None
        self._done = False
        self._joining = threading.Lock()

    @property
    def done(self) -> bool:
        """Whether it is trained to its end."""
        return self._done

    @property
    def progress(self) -> float:
        """Share of its epochs that are trained, 0 to 1."""
        return self.epochs / self.config.total_epochs

    @property
    def slow(self) -> bool:
        """Whether even one epoch, the shortest slice there is, takes over `SLOW_SECONDS`; estimated before the first."""
        pace = estimate(self.config).seconds / self.config.total_epochs if self._pace is None else self._pace
        return pace > SLOW_SECONDS

    @property
    def nbytes(self) -> int:
        """Bytes of all it keeps."""
        return size_of([self._state, self._dataset, self._histories, self._pictures])

    @property
    def together(self) -> tuple[object, ...] | None:
        """How far it is and its structure; None for what is slow, and for what has cost a worker."""
        return None if self.failures or self.slow else (self.epochs, self._structure)

    @cached_property
    def _structure(self) -> tuple[object, ...]:
        return structure(self.config)

    @property
    def size(self) -> int:
        """Numbers of the widest signal of a batch, all seeds together; see `ROOM`."""
        return self.config.seeds * self.config.batch_size * max(self.config.hidden, default=1)

    def next_slice(self, crowd: int = 1) -> Slice:
        """Return the task to do next: one epoch at first, for an early picture; then as many as `SLICE_SECONDS` allow."""
        left = self.config.total_epochs - self.epochs
        wanted = 1
        if self._pace is not None:
            seconds = SLICE_SECONDS if crowd == 1 else PASS_SECONDS / crowd
            wanted = max(1, min(round(seconds / max(self._pace, 1e-9)), GROWTH * self._asked))
        return self._slice(left if left <= 1.5 * wanted else wanted)

    def join(self, task: Slice | Call) -> Slice:
        """Return as many epochs as the other task has."""
        if not isinstance(task, Slice):
            raise TypeError(f"Job.join: needs a slice; got {type(task).__name__}.")
        return self._slice(task.epochs)

    def _slice(self, epochs: int) -> Slice:
        self._asked = epochs
        return Slice(self.config, self.run, self._state, epochs)

    def absorb(self, piece: Piece) -> None:
        """Add what the slice asked for last has given."""
        done = piece.state.done
        self._state = None if done else piece.state
        self._dataset = read_only(piece.dataset) if self._dataset is None else self._dataset
        with self._joining:
            self._histories.append(read_only(piece.history))
            self._pictures.append(read_only(piece.pictures))
        self._pace = piece.seconds / self._asked
        self.failures = 0
        self.epochs = self.config.total_epochs if done else self.epochs + self._asked  # says that what is above is there
        self._done = done  # last: says that nothing more will come

    def result(self, config: RunConfig, epochs: int | None = None) -> ArmResult:
        """Return what there is, under the asker's own settings.

        Parameters
        ----------
        config : RunConfig
            Of the same key; fields without effect may differ.
        epochs : int, optional
            Where to cut.

        Raises
        ------
        ValueError
            If nothing is there yet.
        """
        if self._dataset is None:
            raise ValueError("Job.result: needs a trained slice; got none. Wait for the first.")
        with self._joining:
            if len(self._histories) > 1:
                self._histories = [read_only(type(self._histories[0]).join(self._histories))]
                self._pictures = [read_only(type(self._pictures[0]).join(self._pictures))]
            history, pictures = self._histories[0], self._pictures[0]
        if epochs is not None:
            history = history.until(epochs * self.config.steps_per_epoch)
            pictures = pictures.until(len(history.frame_step))
        return ArmResult(config, self._dataset, replace(history, config=config), pictures)
