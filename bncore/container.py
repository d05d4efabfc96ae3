"""Named arrays and a JSON header as one .npz, and reading such a file without trusting it."""

from __future__ import annotations

import io
import json
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEADER_BYTES", "StoreError", "read_arrays", "write_arrays"]

HEADER_BYTES = 8_000_000
"""The header is below this: 1024 runs with the states of a few random streams each take 1 MB."""

_MEMBERS = 64
_CENTRAL = b"PK\x01\x02"
_ARRAY = re.compile(
    rb"\x93NUMPY\x01\x00(..)"
    rb"\{'descr': '(<f8|<f4|<i8|\|b1|\|u1)', 'fortran_order': False, 'shape': \((\d{1,15}(?:, \d{1,15}){0,3}),?\), \} *\n",
    re.DOTALL,
)
_DAMAGE = (zipfile.BadZipFile, ValueError, RuntimeError, OverflowError, EOFError, OSError, struct.error)
"""What `zipfile`, `json` and `reshape` raise when bytes make no sense; RuntimeError also stands for encryption and deep nesting."""


class StoreError(ValueError):
    """A file, or what should become one, breaks a rule; the parameters are those of `ConfigError`.

    Examples
    --------
    >>> str(StoreError("load", "must be a file of BatchNorm Lab", "another file", "Choose one that was saved here."))
    'load: must be a file of BatchNorm Lab; got another file. Choose one that was saved here.'
    """

    def __init__(self, where: str, rule: str, came: str, mend: str = "Take another copy of the file, or train again.") -> None:
        super().__init__(f"{where}: {rule}; got {came}. {mend}")
        self.where, self.rule, self.came, self.mend = where, rule, came, mend

    def __reduce__(self) -> tuple[type[StoreError], tuple[str, str, str, str]]:
        return type(self), (self.where, self.rule, self.came, self.mend)


def write_arrays(file: BinaryIO, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a header and arrays as an uncompressed .npz; equal values give equal bytes.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> write_arrays(file, {"version": 1}, {"x": np.arange(3.0)})
    >>> read_arrays(file.getvalue())
    ({'version': 1}, {'x': array([0., 1., 2.])})
    """
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    members = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    np.savez(file, allow_pickle=False, header=np.frombuffer(text, np.uint8), **members)


def read_arrays(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the arrays of what `write_arrays` wrote.

    Raises
    ------
    StoreError
        If it is anything else. Nothing is expanded: no array is larger than its bytes in the file, and all of them together
        not larger than the file.
    """
    if not data.startswith(b"PK\x03\x04"):
        raise StoreError("load", "must be a file of BatchNorm Lab", "another or an empty file", "Choose one that was saved here.")
    # Every entry of the directory begins with this mark: a directory of millions of entries is never built.
    if data.count(_CENTRAL) > _MEMBERS:
        raise StoreError("load", f"must hold at most {_MEMBERS} arrays", "more")
    try:
        members = _members(data)
        text = members.pop("header", None)
        if text is None or text.dtype != np.uint8 or len(text) > HEADER_BYTES:
            rule = f"must be a text of at most {HEADER_BYTES} bytes"
            raise StoreError("load.header", rule, "none, or another array", "Choose a file that was saved here.")
        header = json.loads(text.tobytes().decode("utf-8"))
    except StoreError:
        raise
    except _DAMAGE as error:
        raise StoreError("load", "must be a whole file", "a damaged or shortened one") from error
    if not isinstance(header, dict):
        raise StoreError("load.header", "must be a dictionary", type(header).__name__)
    return header, members


def _members(data: bytes) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(e.compress_type != zipfile.ZIP_STORED or e.compress_size != e.file_size for e in entries):
            raise StoreError("load", "must not be compressed", "a compressed file", "Choose a file as it was saved here.")
        if sum(e.file_size for e in entries) > len(data):
            raise StoreError("load", "must hold what it declares", "parts larger than the file, or overlapping")
        if len({e.filename.removesuffix(".npy") for e in entries}) < len(entries):
            raise StoreError("load", "must hold each array once", "one twice")
        return {e.filename.removesuffix(".npy"): _array(e.filename, archive.read(e)) for e in entries}


def _array(name: str, data: bytes) -> NDArray[Any]:
    # NumPy's own reader would evaluate the description as Python text; this is the one form that it writes.
    found = _ARRAY.match(data)
    if found is None or found.end() != 10 + int.from_bytes(found[1], "little"):
        raise StoreError(f"load.{name[:40]!r}", "must be a plain array of numbers", "something else")
    dtype = np.dtype(found[2].decode())
    shape = tuple(int(size) for size in found[3].split(b","))
    if math.prod(shape) * dtype.itemsize != len(data) - found.end():
        raise StoreError(f"load.{name[:40]!r}", f"must hold {shape} numbers as it declares", f"{len(data) - found.end()} bytes")
    values = np.frombuffer(data, np.uint8, offset=found.end())
    if dtype == np.bool_ and values.max(initial=0) > 1:
        raise StoreError(f"load.{name[:40]!r}", "must hold true and false", "other bytes")
    return values.view(dtype).reshape(shape).astype(dtype.newbyteorder("="))
