"""Two records, compared to the last bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from bncore.history import History

__all__ = ["ARRAYS", "assert_equal"]

ARRAYS = [f.name for f in fields(History) if "axes" in f.metadata]


def assert_equal(a: History, b: History) -> None:
    """Hold every array, dtype included, and everything else of two records against each other."""
    for name in ARRAYS:
        assert getattr(a, name).dtype == getattr(b, name).dtype, name
        assert np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True), name
    assert a.divergences == b.divergences
    assert a.config == b.config
