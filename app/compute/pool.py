"""The worker processes and the one thread that serves them."""

from __future__ import annotations

import logging
import threading
import time
from multiprocessing.connection import wait

from app.compute.bell import Bell
from app.compute.board import Board
from app.compute.engine import Engine
from app.compute.job import ROOM
from app.compute.process import WorkerProcess

__all__ = ["Pool"]

MAX_STARTS_LOST = 3
GRACE = 1.0
"""Seconds that a slice may go on after the last who waited for it has left."""
NO_WORKERS = f"Training: its worker processes must start; got {MAX_STARTS_LOST} that ended at once. The server's log says why."
STOPPED = "Training: needs a running server; got a server that stops. Try again in a minute."
CRASHED = "Training: must be scheduled; got an error in the scheduler. The server's log says why; restart the server."

log = logging.getLogger(__name__)


class Pool:
    """Trains what a board wants, in processes of its own.

    Parameters
    ----------
    board : Board
    engine : Engine
    size : int
        Number of processes, at least 1.
    """

    def __init__(self, board: Board, engine: Engine, size: int) -> None:
        self._board = board
        self._engine = engine
        self._size = size
        self._workers: list[WorkerProcess] = []
        self._starts_lost = 0
        self._retry_at = 0.0
        self._bell = Bell()
        self._stopping = False
        self._warm = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="training pool", daemon=True)

    @property
    def warm(self) -> int:
        """How many workers have said that they are warm."""
        return sum(worker.ready for worker in list(self._workers))

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.pid for worker in list(self._workers)]

    def start(self, timeout: float = 60.0) -> None:
        """Start the workers and wait until all are warm.

        Raises
        ------
        RuntimeError
            If they are not, after some tries or some time.
        """
        self._board.on_work = self._bell.ring
        self._thread.start()
        if not self._warm.wait(timeout) or self._starts_lost:
            self.stop()
            raise RuntimeError(NO_WORKERS)

    def stop(self) -> None:
        """End the workers and give up what is still wanted."""
        self._stopping = True
        self._board.close(STOPPED)
        self._bell.ring()
        self._thread.join()

    def _serve(self) -> None:
        try:
            while not self._stopping:
                self._cull()
                self._launch()
                self._assign()
                workers = {worker.connection.fileno(): worker for worker in self._workers}
                for heard in wait([self._bell.fileno(), *workers], self._patience()):
                    if heard in workers:
                        self._hear(workers[heard])
                    else:
                        self._bell.clear()
        except Exception:
            log.exception("the scheduler of training failed")
            self._board.close(CRASHED)
        finally:
            for worker in self._workers:
                worker.end()
            self._workers.clear()
            self._bell.close()
            self._warm.set()

    def _patience(self) -> float | None:
        """Seconds until there is something to do without being told; None for ever."""
        times = [w.turns[0].began + GRACE for w in self._workers if self._idle_work(w)]
        if len(self._workers) < self._size:
            times.append(self._retry_at)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _cull(self) -> None:
        """End workers that are long at a slice nobody wants; a slice cannot be interrupted otherwise."""
        for worker in list(self._workers):
            if self._idle_work(worker) and time.monotonic() - worker.turns[0].began >= GRACE:
                self._bury(worker, lost=False)

    def _idle_work(self, worker: WorkerProcess) -> bool:
        """Return whether a worker is at something that nobody wants."""
        return bool(worker.turns) and all(self._board.unwanted(turn) for turn in worker.turns)

    def _launch(self) -> None:
        while len(self._workers) < self._size and time.monotonic() >= self._retry_at:
            try:
                self._workers.append(WorkerProcess(self._engine))
            except OSError:
                log.exception("a worker process could not be started")
                self._start_lost()

    def _assign(self) -> None:
        waiting = [worker for worker in self._workers if worker.ready and not worker.turns]
        for i, worker in enumerate(waiting):
            worker.turns = self._board.take_together(ROOM, len(waiting) - i)
            if not worker.turns:
                return
            worker.send(tuple(turn.task for turn in worker.turns))

    def _hear(self, worker: WorkerProcess) -> None:
        try:
            answer = worker.receive()
        except (EOFError, OSError):
            self._bury(worker)
            return
        turns, worker.turns = worker.turns, []
        if not turns:
            worker.ready = True
            self._starts_lost = 0
            if len(self._workers) == self._size and all(w.ready for w in self._workers):
                self._warm.set()
        elif isinstance(answer, list):
            for turn, piece in zip(turns, answer, strict=True):
                self._board.give(turn, piece)
        else:
            error, trace = answer
            self._board.observer.slice_failed(trace)
            for turn in turns:
                if len(turns) > 1:  # whose fault it is shows when each is done alone
                    self._board.lost(turn)
                else:
                    self._board.fail(turn, error)

    def _bury(self, worker: WorkerProcess, *, lost: bool = True) -> None:
        self._workers.remove(worker)
        code = worker.end()
        if lost:
            self._board.observer.worker_lost(code)
        for turn in worker.turns:
            self._board.lost(turn)
        if not worker.turns and not worker.ready:
            self._start_lost()

    def _start_lost(self) -> None:
        """Try again after a pause that grows; with nobody left to train, tell those who wait."""
        self._starts_lost += 1
        self._retry_at = time.monotonic() + min(10.0, 0.1 * 2**self._starts_lost)
        if self._starts_lost >= MAX_STARTS_LOST and not self._workers:
            self._board.abandon(NO_WORKERS)
            self._warm.set()
