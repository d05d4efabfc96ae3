"""Streamlit's scripts and style sheets, compressed once: in a folder when the image is built, else when first wanted."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import streamlit as st

from app.http.kept import Kept, compressed

__all__ = ["PACKED", "STATIC", "Shelf", "pack"]

STATIC = Path(st.__file__).parent / "static"
PACKED = Path(sys.prefix) / "share" / "bnlab" / f"streamlit-{st.__version__}"
"""Where the compressed files are: beside the environment, by the version of Streamlit that they were made from."""

KINDS = ("*.js", "*.css")


def pack(static: Path = STATIC, packed: Path = PACKED, crew: Executor | None = None) -> tuple[int, int, int]:
    """Compress every script and style sheet of a folder into another one.

    Parameters
    ----------
    static : Path
        Streamlit's folder of static files.
    packed : Path
        Where ``static/js/a.js.gz`` and its like are written.
    crew : Executor or None
        Who compresses; a thread a core where it is None.

    Returns
    -------
    tuple of int
        How many files, their bytes, their bytes compressed.
    """

    def write(name: str) -> tuple[int, int]:
        body = (static / name).read_bytes()
        small = compressed(body)
        target = packed / f"{name}.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(small)
        part.replace(target)  # a server that starts meanwhile finds the whole file or none
        return len(body), len(small)

    with crew or ThreadPoolExecutor(os.cpu_count()) as workers:
        sizes = list(workers.map(write, _names(static)))
    return len(sizes), sum(size for size, _ in sizes), sum(small for _, small in sizes)


def _names(static: Path) -> list[str]:
    return sorted(path.relative_to(static).as_posix() for kind in KINDS for path in static.glob(f"static/**/{kind}"))


class Shelf:
    """The compressed form of each of Streamlit's scripts and style sheets, kept in memory once somebody wanted it.

    Together they are 7 MB. What a request may name is listed once, so that no request reaches the file system with a
    path of its own.

    Parameters
    ----------
    static : Path
        Streamlit's folder of static files.
    packed : Path
        What `pack` has made of it; a file that is not there is compressed when it is first wanted.
    """

    def __init__(self, static: Path = STATIC, packed: Path = PACKED) -> None:
        self.static, self.packed = static, packed
        self.names = frozenset(_names(static))
        self.files: dict[str, Kept] = {}
        self._lock = Lock()

    def get(self, name: str) -> Kept:
        """Return a file by its name, such as ``static/js/a.js``; blocks for as long as it takes to read or compress it."""
        with self._lock:  # a class that opens a page together has its chart's library compressed once
            if name not in self.files:
                try:
                    small = (self.packed / f"{name}.gz").read_bytes()
                except OSError:
                    small = compressed((self.static / name).read_bytes())
                self.files[name] = Kept(name, None, packed=small)
            return self.files[name]
