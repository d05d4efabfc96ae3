"""Equality of records, to the last bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np


def same(one: object, other: object) -> bool:
    """Return whether two records of the same class hold the same bits."""
    for field in fields(one):  # type: ignore[arg-type]
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            if (a.dtype, a.shape, a.tobytes()) != (b.dtype, b.shape, b.tobytes()):
                return False
        elif a != b:
            return False
    return type(one) is type(other)
