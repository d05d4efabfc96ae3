"""The real server, started as `make run` starts it, on a free port, for as long as a test needs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = re.compile(r"\('(127\.0\.0\.1|::1|localhost)'|'(127\.0\.0\.1|::1|localhost|0\.0\.0\.0|::)'|''|None|'/|b'")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class AppServer:
    """A server in a process group of its own, so that all of it can be ended.

    Parameters
    ----------
    folder : pathlib.Path
        Where its log and the addresses it connected to are written.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "server.log"
        self.audit = folder / "addresses.txt"
        self.audit.touch()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = os.environ | {
            "PYTHONPATH": str(Path(__file__).parent / "audit"),
            "AUDIT_FILE": str(self.audit),
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_healthy(self, seconds: float = 120.0) -> None:
        """Return once the server answers; raise with its log if it ends or takes too long."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(f"the server is not healthy; its log:\n{self.log_text()}")

    def log_text(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def addresses_outside(self) -> list[str]:
        """Return what the server and its workers looked up or connected to beyond this machine."""
        lines = self.audit.read_text("utf-8").splitlines()
        return [line for line in lines if not LOOPBACK.match(line.partition(" ")[2])]

    def alive(self) -> bool:
        """Tell whether any process of the server is left."""
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def ask_to_stop(self, seconds: float = 20.0) -> bool:
        """Send the one signal a supervisor sends; return whether every process has ended in time."""
        self.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            time.sleep(0.05)
        return not self.alive()

    def kill(self) -> None:
        """End whatever is left."""
        if self.alive():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
