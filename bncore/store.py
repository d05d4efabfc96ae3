"""States and records as files: saved whole or not at all, and loaded only if everything in them is as it must be."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import BinaryIO, TypeVar

from bncore.config import RECORD_VERSION
from bncore.container import HEADER_BYTES, StoreError, read_arrays, write_arrays
from bncore.history import History
from bncore.plain import put_together, said, taken_apart, whole
from bncore.state import TrainState

__all__ = ["MAX_BYTES", "VERSION", "StoreError", "load", "save"]

MAX_BYTES = 512_000_000
"""No larger file is written or read, unless asked."""

VERSION = 1
"""Of the form of the file: raise it when the form changes."""

FORMAT = "BatchNorm Lab"
KINDS: dict[type, str] = {TrainState: "state", History: "history"}

T = TypeVar("T", TrainState, History)


def save(target: str | os.PathLike[str] | BinaryIO, value: T) -> None:
    """Write a state or a record as one file, an uncompressed .npz; equal values give equal bytes.

    Parameters
    ----------
    target : path or binary file
        A path is replaced in one go, so it holds the old file or the whole new one, never a part.
    value : TrainState or History

    Raises
    ------
    StoreError
        If `load` would refuse the file; nothing is written.
    OSError
        If the disk refuses.

    Examples
    --------
    >>> import io
    >>> from bncore import RunConfig, init_state
    >>> file = io.BytesIO()
    >>> save(file, init_state(RunConfig(seeds=2)))
    >>> _ = file.seek(0)
    >>> load(file, TrainState).params.shape
    (2, 401)
    """
    parts, arrays = taken_apart(value)
    put_together(type(value), parts, arrays)
    header = {"format": FORMAT, "version": VERSION, "engine": RECORD_VERSION, "kind": KINDS[type(value)], "parts": parts}
    size, most = sum(array.nbytes for array in arrays.values()), MAX_BYTES - HEADER_BYTES
    if size > most:
        raise StoreError("save", f"must be at most {most} bytes", str(size), "Use fewer seeds or narrower layers.")
    if not isinstance(target, (str, os.PathLike)):
        write_arrays(target, header, arrays)
        return
    path = Path(target)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            write_arrays(file, header, arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(source: str | os.PathLike[str] | BinaryIO, kind: type[T], max_bytes: int = MAX_BYTES) -> T:
    """Return the state or the record of a file, equal to what was saved to the last bit.

    Parameters
    ----------
    source : path or binary file
    kind : type
        `TrainState` or `History`: what is expected.
    max_bytes : int
        No more is read; lower it for files from strangers.

    Raises
    ------
    StoreError
        If the file is damaged, shortened, too large, of another kind, of another version or not one of these files at all.
    OSError
        If there is no such file.
    """
    header, arrays = read_arrays(_read(source, max_bytes))
    if header.get("format") != FORMAT:
        raise StoreError("load.format", f"must be {FORMAT}", said(header.get("format")), "Choose a file that was saved here.")
    version = whole("load.version", header.get("version"), 1, 2**31)
    if version > VERSION:
        raise StoreError("load.version", f"must be at most {VERSION}", str(version), "Use a newer BatchNorm Lab.")
    if header.get("engine") != RECORD_VERSION:
        came = said(header.get("engine"))
        raise StoreError("load.engine", f"must be {RECORD_VERSION}, whose numbers these are", came, "Train it again.")
    if header.get("kind") != KINDS[kind]:
        raise StoreError("load.kind", f"must be a {KINDS[kind]}", said(header.get("kind")), "Choose another file.")
    return put_together(kind, header.get("parts"), arrays)


def _read(source: str | os.PathLike[str] | BinaryIO, max_bytes: int) -> bytes:
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as file:
            return _read(file, max_bytes)
    parts, left = [], max_bytes
    while part := source.read(1 << 20):
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise StoreError("load", f"must be at most {max_bytes} bytes", "a larger file", "Choose another file.")
    return b"".join(parts)
