"""Ask the server of this machine whether it can serve: ``python -I app/http/ready.py`` ends with 0 if it can.

It is the container's health check, every few seconds: it imports nothing of the app, and asks past any proxy that the
environment names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException

__all__ = ["main"]

SECONDS = 4


def main(environment: Mapping[str, str]) -> int:
    """Return the exit code: 0 if the server answers that it is ready, else 1.

    Parameters
    ----------
    environment : mapping of str to str
        As the server got it: ``PORT`` and ``BNLAB_BASE_PATH`` say where it is.
    """
    parts = ["", *filter(None, environment.get("BNLAB_BASE_PATH", "").strip().split("/")), "readyz"]
    try:
        server = HTTPConnection("127.0.0.1", int(environment.get("PORT", "").strip() or 8501), timeout=SECONDS)
        server.request("GET", "/".join(parts))
        answer = server.getresponse()
        text = answer.read(200).decode("utf-8", "replace").strip()
    except (OSError, ValueError, HTTPException) as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    sys.stdout.write(f"{answer.status} {text}\n")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
