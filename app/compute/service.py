"""The one pool and the one board of this process."""

from __future__ import annotations

import gc
import threading
from collections.abc import Sequence

from app.compute.board import Board
from app.compute.call import Call
from app.compute.callticket import CallTicket
from app.compute.engine import BNCORE
from app.compute.inline import InlineBoard
from app.compute.observer import Observer
from app.compute.pool import Pool
from app.compute.process import cores
from app.compute.status import Status
from app.compute.ticket import Ticket
from app.settings import current
from bncore import Experiment

__all__ = ["call", "pooled", "request", "start", "status", "stop"]

_lock = threading.Lock()
_board: Board | None = None
_pool: Pool | None = None


def start(workers: int | None = None, observer: Observer | None = None) -> None:
    """Start the pool, warm it, and take what is loaded by now out of the garbage collector's rounds.

    Does nothing if the pool runs already. The cache's bound is that of `app.settings`.

    Parameters
    ----------
    workers : int, optional
        Number of processes; if not given that of `app.settings`, which is one a core unless something else was set.
    observer : Observer, optional
        Is told what happens.

    Raises
    ------
    RuntimeError
        If the workers do not start.
    """
    global _board, _pool
    with _lock:
        if _pool is not None:
            return
        size = workers or current().workers or cores()
        board = Board(_cache_bytes(), slow_lanes=max(1, size - 1))
        if observer is not None:
            board.observer = observer
        pool = Pool(board, BNCORE, size)
        pool.start()
        _board, _pool = board, pool
    gc.collect()
    gc.freeze()


def stop() -> None:
    """End the pool and its processes; does nothing if there is none."""
    global _board, _pool
    with _lock:
        pool, _board, _pool = _pool, None, None
    if pool is not None:
        pool.stop()


def request(experiment: Experiment, owner: str, run: int = 0) -> Ticket:
    """Ask for a run of all arms of an experiment; returns at once.

    Parameters
    ----------
    experiment : Experiment
    owner : str
        Who asks: processor time is shared fairly between owners, and each has one ticket. An older one is released after
        the new one is taken, so that what both want goes on.
    run : int
        Position of the run whose pictures are made (seed ``config.seed + run``).

    Raises
    ------
    ValueError
        If there is no such run.
    """
    if not 0 <= run < experiment.base.seeds:
        raise ValueError(f"request.run: must be 0..{experiment.base.seeds - 1}; got {run}. Use 0 for the first seed.")
    return _current_board().request(experiment, owner, run)


def pooled() -> bool:
    """Return whether processes do the training; if not, whoever waits does."""
    with _lock:
        return _pool is not None


def call(calls: Sequence[Call], owner: str) -> CallTicket:
    """Ask for some calls of functions; returns at once.

    Parameters
    ----------
    calls : sequence of Call
    owner : str
        As for `request`; a person who may wait for a run and for calls at once has a name for each.
    """
    return _current_board().call(calls, owner)


def status() -> Status:
    """Return how many workers there are and what the cache holds, at this moment."""
    with _lock:
        board, pool = _board, _pool
    alive, warm = (0, 0) if pool is None else (len(pool.pids), pool.warm)
    if board is None:
        return Status(alive, warm, 0, 0)
    with board.lock:
        return Status(alive, warm, board.cache.size, board.waiting)


def _current_board() -> Board:
    global _board
    with _lock:
        if _board is None:
            _board = InlineBoard(_cache_bytes(), BNCORE)
        return _board


def _cache_bytes() -> int:
    return current().cache_mb * 1_000_000
