"""The server under load: the app as `make run` starts it, on a free port of this machine, in a group of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Server"]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


class Server:
    """A running app; a context manager.

    Parameters
    ----------
    log : Path
        Where its output goes.

    Attributes
    ----------
    url : str
    pid : int
    """

    def __init__(self, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}", "--server.address=127.0.0.1"]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.__exit__(None, None, None)
        raise RuntimeError(f"Server: must be healthy within {PATIENCE:.0f} s; got:\n{self._log.read_text()}\nSee its log above.")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def tracebacks(self) -> int:
        """Return how many errors the server has logged with a traceback."""
        return self._log.read_text("utf-8", errors="replace").count("Traceback")
