"""Compress Streamlit's files once, for every start that follows: ``python -m app.http.compress``."""

from __future__ import annotations

import sys

from app.http.shelf import PACKED, pack

__all__ = ["main"]


def main() -> int:
    """Fill the folder that the server reads; return the exit code."""
    try:
        count, whole, small = pack()
    except OSError as error:
        sys.stderr.write(f"{PACKED}: must be a folder that this user may write; got: {error.strerror}. Run this as its owner.\n")
        return 1
    sys.stdout.write(f"{count} files, {whole / 1e6:.1f} MB, compressed to {small / 1e6:.1f} MB in {PACKED}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
