"""What a worker can be asked for, as the board sees it: how far it is, and what to do next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.compute.call import Call
from app.compute.engine import Slice

__all__ = ["Turn", "Work"]


A = TypeVar("A")


class Work(ABC, Generic[A]):
    """Something that is done task by task; not safe in threads by itself: `Board` locks.

    Attributes
    ----------
    key : tuple of str and int
        The same for work that gives the same.
    epochs : int
        How much is done; 0 before the first task is.
    running : bool
        A task is being done at this moment.
    failures : int
        Workers lost over the present task.
    error : str or None
        Why it cannot go on, a sentence.
    """

    def __init__(self, key: tuple[str, int]) -> None:
        self.key = key
        self.epochs = 0
        self.running = False
        self.failures = 0
        self.error: str | None = None

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether it is done to its end."""

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to do: done, or failed."""
        return self.done or self.error is not None

    @property
    @abstractmethod
    def progress(self) -> float:
        """Share that is done, 0 to 1."""

    @property
    @abstractmethod
    def slow(self) -> bool:
        """Whether even the shortest task takes long."""

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Bytes of all it keeps."""

    @property
    def urgent(self) -> bool:
        """Whether there is nothing to show yet, and soon could be."""
        return self.epochs == 0 and not self.slow

    @property
    def together(self) -> tuple[object, ...] | None:
        """The same for work whose next tasks can be done in one pass; None for what is done alone."""
        return None

    @property
    def size(self) -> int:
        """How much room it takes in such a pass."""
        return 0

    @abstractmethod
    def next_slice(self, crowd: int = 1) -> Slice | Call:
        """Return what to do next, in one pass with ``crowd - 1`` others."""

    def join(self, task: Slice | Call) -> Slice | Call:
        """Return what to do next in one pass with a task of work that is `together` with this."""
        raise TypeError(f"{type(self).__name__}.join: is done alone; got {task}.")

    @abstractmethod
    def absorb(self, piece: A) -> None:
        """Add what the task asked for last has given."""


@dataclass(frozen=True)
class Turn:
    """A task that was given out: whose turn it is, of which work, and in one pass with how many (itself included)."""

    job: Work[Any]
    task: Slice | Call
    owner: str
    began: float
    crowd: int = 1
