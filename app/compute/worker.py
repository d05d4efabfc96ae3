"""What runs in a worker process: slices, one after the other, until the parent is gone."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.compute.call import Answer, Call
from app.compute.engine import Engine, Piece, Slice, run_slice, run_tasks, sentence
from bncore import RunConfig

__all__ = ["Failure", "dump", "load", "main"]

PR_SET_PDEATHSIG = 1
WARM_UP = Slice(RunConfig(samples=20, hidden=(2,), batch_size=8, epochs=1, seeds=1), run=0, state=None, epochs=1)

Failure = tuple[str, str]
"""What went wrong in a slice: a sentence for people, a traceback for the log."""


def main() -> None:
    """Serve slices over the connection whose descriptor is the first argument.

    The first message is the `Engine`; the answer to it, None, says that the worker is warm. Every further message is a
    tuple of tasks that are done in one pass (one `Call`, or one or more `Slice`), answered by a list of what each gave, a
    `Piece` or an `Answer`, or by one `Failure`.
    """
    _end_with_parent(int(sys.argv[2]))
    _leave_out("pandas")
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    with suppress(EOFError, ConnectionError):
        engine: Engine = load(connection.recv_bytes())
        run_slice(engine, WARM_UP)
        gc.collect()
        gc.freeze()
        connection.send_bytes(dump(None))
        while True:
            connection.send_bytes(dump(_answer(engine, load(connection.recv_bytes()))))


def dump(value: object) -> bytes:
    """Return a value as bytes for `load`."""
    return pickle.dumps(value, protocol=5)


def load(data: bytes) -> Any:
    """Return the value that `dump` was given. Only for bytes of our own workers: pickle runs what it reads."""
    return pickle.loads(data)


def _answer(engine: Engine, tasks: tuple[Slice | Call, ...]) -> list[Piece | Answer] | Failure:
    try:
        return run_tasks(engine, tasks)
    except Exception as error:
        return sentence(error), traceback.format_exc()


def _end_with_parent(parent: int) -> None:
    """End this process when the parent does, however that ends.

    Two ways, because each has a gap: the kernel's signal exists on Linux alone, and the end of standard input (which the
    parent holds open) stays unseen while a process that the parent forked holds it open as well.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):  # where memory runs out, a worker shall go rather than the server
            Path("/proc/self/oom_score_adj").write_text("500")
    if os.getppid() != parent:
        os._exit(0)
    threading.Thread(target=_watch, daemon=True, name="watch parent").start()


def _leave_out(module: str) -> None:
    """Say that a module is not installed: scikit-learn loads pandas where it can, 30 MB, and needs it for nothing here."""
    sys.modules[module] = None  # type: ignore[assignment]


def _watch() -> None:
    os.read(0, 1)
    os._exit(0)
