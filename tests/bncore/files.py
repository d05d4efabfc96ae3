"""States and records as files, whole and spoiled on purpose."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields

import numpy as np

from bncore.config import RunConfig
from bncore.container import read_arrays, write_arrays
from bncore.state import init_state
from bncore.store import load, save
from bncore.train import advance

__all__ = ["ANOTHER_COPY", "HISTORY", "SMALL", "STATE", "assert_same", "changed", "loaded", "npy", "raw", "stored"]

SMALL = RunConfig(samples=40, hidden=(3, 2), seeds=2, epochs=4, batch_size=8, learning_rate=0.1)
ANOTHER_COPY = "Take another copy of the file, or train again."


def stored(value) -> bytes:
    file = io.BytesIO()
    save(file, value)
    return file.getvalue()


def loaded(data: bytes, kind, **options):
    return load(io.BytesIO(data), kind, **options)


def assert_same(a, b):
    """Hold a loaded state or record against the one that was saved, bit by bit: a NaN is one particular NaN."""
    assert type(a) is type(b)
    for field in fields(a):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes()), field.name
            assert one.flags.writeable, field.name
        else:
            assert one == other, field.name


def changed(data: bytes, path: str, value) -> bytes:
    """Return a file with one value of its header, or one array, replaced (``...``: taken away)."""
    header, arrays = read_arrays(data)
    place, *rest = path.split("/")
    inner: dict = {"header": header, "arrays": arrays}[place]
    for name in rest[:-1]:
        inner = inner[int(name) if isinstance(inner, list) else name]
    last = int(rest[-1]) if isinstance(inner, list) else rest[-1]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value(inner[last]) if callable(value) else value
    file = io.BytesIO()
    write_arrays(file, header, arrays)
    return file.getvalue()


def raw(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def npy(array, **options) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


STATE = stored(advance(init_state(SMALL), 1)[0])
HISTORY = stored(advance(init_state(SMALL), 4)[1])
