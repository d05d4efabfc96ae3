"""``python -m app``: check the environment, then be the server."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path

from app.settings import current_or_exit

__all__ = ["main", "taken"]

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Start the server in this process's place; where that cannot be, say why in a sentence and end with code 2."""
    settings = current_or_exit()
    if reason := taken(settings.port):
        sys.stderr.write(f"PORT: must be free and open to this user; got {settings.port}: {reason}. Use another, such as 8600.\n")
        raise SystemExit(2)
    os.chdir(ROOT)  # Streamlit looks for its options there, Python for both packages
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={settings.port}"]
    os.execv(sys.executable, command)


def taken(port: int) -> str:
    """Return why nothing can listen on a port; nothing if something can."""
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: a port that was just left is free
        try:
            probe.bind(("", port))
        except OSError as error:
            return os.strerror(error.errno or errno.EADDRINUSE)
    return ""


if __name__ == "__main__":
    main()
