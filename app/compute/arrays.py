"""The arrays inside a value: what they weigh, and that nobody changes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_only", "size_of"]

T = TypeVar("T")


def size_of(value: object) -> int:
    """Return the bytes of all arrays in a value made of dataclasses, tuples, lists and dictionaries.

    Examples
    --------
    >>> size_of((np.zeros(3), [np.zeros((2, 2), np.uint8)], "text"))
    28
    """
    return sum(array.nbytes for array in _arrays(value))


def read_only(value: T) -> T:
    """Return the value, its arrays locked: what many people share must not change under them.

    Examples
    --------
    >>> read_only(np.zeros(3)).flags.writeable
    False
    """
    for array in _arrays(value):
        array.setflags(write=False)
    return value


def _arrays(value: object) -> Iterator[NDArray[Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _arrays(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _arrays(part)
