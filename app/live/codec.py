"""The bytes that travel to the live components: a JSON header and aligned arrays; no streamlit, no engine."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAGIC", "pack", "unpack", "unzipped", "zipped"]

MAGIC = b"BNL1"
ALIGNMENT = 8
LEVEL = 1
"""Of compression: a run becomes 228 kB in 5 ms; at the usual 6 it would be 211 kB in 12 ms."""

GZIP = 31
"""What zlib calls the widest window with a header of gzip."""

DTYPES = {"u1": "|u1", "u2": "<u2", "u4": "<u4", "i4": "<i4", "f4": "<f4", "f8": "<f8"}


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a header and its arrays as one value.

    Parameters
    ----------
    header : mapping
        Plain JSON: no NaN, no infinity, and no key ``arrays``.
    arrays : mapping of str to ndarray
        Of dtype u1, u2, u4, i4, f4 or f8; booleans travel as u1.

    Returns
    -------
    bytes
        ``BNL1``, the length of the header as uint32, the header, the arrays; all parts begin at multiples of 8.

    Raises
    ------
    ValueError
        If a dtype cannot travel, the header has a key ``arrays``, or holds a number that JSON cannot say.

    Examples
    --------
    >>> header, arrays = unpack(pack({"kind": "run"}, {"a": np.arange(3, dtype=np.uint8)}))
    >>> header["kind"], arrays["a"].tolist()
    ('run', [0, 1, 2])
    """
    if "arrays" in header:
        raise ValueError("pack.header: must not hold the key arrays; got it. Give the arrays as the second argument.")
    table: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        values = array.view(np.uint8) if array.dtype == np.bool_ else array
        kind = values.dtype.str[1:]
        if kind not in DTYPES:
            raise ValueError(f"pack.{name}: dtype must be one of {', '.join(DTYPES)}; got {array.dtype}. Convert it first.")
        content = np.ascontiguousarray(values, dtype=DTYPES[kind]).tobytes()
        table[name] = {"dtype": kind, "shape": list(array.shape), "offset": offset}
        parts += [content, bytes(-len(content) % ALIGNMENT)]
        offset += len(content) + (-len(content) % ALIGNMENT)
    text = json.dumps({**header, "arrays": table}, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(MAGIC) + 4 + len(text)) % ALIGNMENT)
    return b"".join([MAGIC, len(text).to_bytes(4, "little"), text, *parts])


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header, without its table of arrays, and the arrays; `pack`'s inverse.

    Raises
    ------
    ValueError
        If the bytes do not begin with the mark of this format.
    """
    if data[:4] != MAGIC:
        raise ValueError(f"unpack: bytes must begin with {MAGIC!r}; got {data[:4]!r}. Use bytes that pack made.")
    start = 8 + int.from_bytes(data[4:8], "little")
    header = json.loads(data[8:start])
    arrays = {}
    for name, at in header.pop("arrays").items():
        flat = np.frombuffer(data, DTYPES[at["dtype"]], math.prod(at["shape"]), start + at["offset"])
        arrays[name] = flat.reshape(at["shape"])
    return header, arrays


def zipped(data: bytes) -> bytes:
    """Return bytes compressed, as HTTP's coding ``gzip`` has them.

    Examples
    --------
    >>> len(zipped(bytes(1000))) < 100, unzipped(zipped(b"BNL1"))
    (True, b'BNL1')
    """
    return zlib.compress(data, LEVEL, GZIP)


def unzipped(data: bytes) -> bytes:
    """Return what `zipped` was given."""
    return zlib.decompress(data, GZIP)
