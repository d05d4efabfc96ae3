"""A real server that something happens to, and what it holds: processes, threads, descriptors, memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.proc import Holdings, family, holdings
from tests.browser.server import AppServer

__all__ = ["Holdings", "eventually", "family", "holdings", "serving", "workers"]

PATIENCE = 60.0


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[AppServer]:
    """Run the app with some environment variables of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        running = AppServer(folder)
    try:
        running.wait_until_healthy()
        yield running
    finally:
        running.kill()


def workers(server: AppServer) -> list[int]:
    """Return the process ids of the workers."""
    return [pid for pid in family(server.process.pid) if pid != server.process.pid]


def eventually(condition: Callable[[], object]) -> bool:
    """Wait until a condition holds; return whether it ever did."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
