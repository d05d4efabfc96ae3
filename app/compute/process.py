"""One worker process, seen from the parent."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app.compute.engine import Engine
from app.compute.work import Turn
from app.compute.worker import dump, load

__all__ = ["WorkerProcess", "cores"]

ROOT = Path(__file__).parents[2]
QUOTA = Path("/sys/fs/cgroup/cpu.max")
CODE = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from app.compute.worker import main; main()"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")

KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "268435456", "MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_TOP_PAD_": "67108864"}
"""For glibc: keep freed memory instead of asking the kernel for it anew at every evaluation; a quarter less time a run with BN."""


class WorkerProcess:
    """A fresh interpreter that trains slices.

    Make it in a thread that lives as long as it shall: on Linux it ends with the thread that started it.

    Parameters
    ----------
    engine : Engine

    Attributes
    ----------
    connection : Connection
        Readable when the worker has answered or ended.
    ready : bool
        Whether it has said that it is warm.
    turns : list of Turn
        What it works on, in one pass.
    """

    def __init__(self, engine: Engine) -> None:
        ours, theirs = multiprocessing.Pipe()
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        with theirs, ExitStack() as on_error:
            on_error.enter_context(ours)
            self._process = subprocess.Popen(
                [sys.executable, "-c", CODE, str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD, **KEEP_MEMORY, "PYTHONPATH": path},
            )
            on_error.pop_all()
        self.connection = ours
        self.ready = False
        self.turns: list[Turn] = []
        self.send(engine)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, message: object) -> None:
        """Send a message; that the worker has ended is for `receive` to find out."""
        try:
            self.connection.send_bytes(dump(message))
        except ConnectionError:
            self._process.kill()

    def receive(self) -> Any:
        """Return the answer.

        Raises
        ------
        EOFError, ConnectionError
            If the worker has ended.
        """
        return load(self.connection.recv_bytes())

    def end(self) -> int:
        """End the process, wait until it is gone, and return its exit code (negative: the signal that ended it)."""
        self._process.kill()
        code = self._process.wait()
        self.connection.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return code


def cores() -> int:
    """Return how many cores this process may use: its affinity, and a container's quota where one is set."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = QUOTA.read_text().split()
        return max(1, min(count, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or "max": no quota
        return count
