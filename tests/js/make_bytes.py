"""Writes ``codec.bin``: what `app.live.codec.pack` makes, for the tests of its reader in JavaScript."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.live.codec import pack

__all__ = ["BYTES", "example"]

BYTES = Path(__file__).with_name("codec.bin")


def example() -> bytes:
    """Return a header with letters beyond ASCII and an array of each kind, one of them empty."""
    arrays = {
        "u1": np.arange(7, dtype=np.uint8),
        "u2": np.array([[1, 2], [3, 65535]], np.uint16),
        "u4": np.array([4294967295], np.uint32),
        "i4": np.array([-5, 5], np.int32),
        "f4": np.array([0.5, np.nan, -np.inf], np.float32),
        "f8": np.array([np.pi]),
        "flags": np.array([True, False]),
        "empty": np.zeros((0, 3), np.float32),
    }
    return pack({"kind": "example", "text": "γ, β: 95 % → “fertig”", "list": [1, None, {"a": True}]}, arrays)


if __name__ == "__main__":
    BYTES.write_bytes(example())
