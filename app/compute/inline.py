"""Training without a pool: in the threads that wait."""

from __future__ import annotations

import threading
import time
import traceback

from app.compute.board import Board
from app.compute.engine import Engine, run_task, sentence
from app.compute.job import SLICE_SECONDS
from app.compute.place import Place
from app.compute.work import Turn

__all__ = ["InlineBoard"]


class InlineBoard(Board):
    """A board that trains by itself, for scripts and for tests of pages; the numbers are the pool's.

    Parameters
    ----------
    cache_bytes : int
        Bound of the cache.
    engine : Engine
    """

    def __init__(self, cache_bytes: int, engine: Engine) -> None:
        super().__init__(cache_bytes)
        self._engine = engine
        self._core = threading.Lock()

    def wait(self, ticket: Place, timeout: float) -> bool:
        """Train what the ticket wants, a slice at least, until there is news or the time is over."""
        deadline = time.monotonic() + timeout
        while not super().wait(ticket, 0.0):
            turn = self.take(ticket.owner)
            if turn is not None:
                self._train(turn)
            elif super().wait(ticket, min(SLICE_SECONDS, max(0.0, deadline - time.monotonic()))):  # another thread trains it
                return True
            if time.monotonic() >= deadline:
                return super().wait(ticket, 0.0)
        return True

    def _train(self, turn: Turn) -> None:
        """Train a slice, one thread at a time: more would only fight for the interpreter."""
        try:
            with self._core:
                piece = run_task(self._engine, turn.task)
        except Exception as error:
            self.observer.slice_failed(traceback.format_exc())
            self.fail(turn, sentence(error))
        except BaseException:
            self.lost(turn)
            raise
        else:
            self.give(turn, piece)
