"""What lessons share that try one setting at many values, with BN and without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.model import Measured

__all__ = ["GOAL", "counted", "label_of", "row_of"]

Array = NDArray[np.float64]

GOAL = 0.95
"""Test accuracy from which a network counts as trained."""


def label_of(series: str, x: float) -> str:
    """Return the label of the case of one line at one value.

    Examples
    --------
    >>> label_of("with BN", 0.03)
    'with BN, 0.03'
    """
    return f"{series}, {x:g}"


def row_of(measured: Measured, name: str, series: str, xs: tuple[float, ...]) -> Array:
    """Return one line's numbers at each value, shape (K, R).

    Examples
    --------
    >>> from app.lessons.model import Measure
    >>> both = {"a, 1": Measure({"n": np.array([5.0])}), "a, 2": Measure({"n": np.array([3.0])})}
    >>> row_of(both, "n", "a", (1, 2)).tolist()
    [[5.0], [3.0]]
    """
    return np.stack([measured[label_of(series, x)].numbers[name] for x in xs])


def counted(measured: Measured, series: str, xs: tuple[float, ...], name: str = "accuracy") -> Array:
    """Return at how many of the values one line's network counts as trained, a number a seed.

    Examples
    --------
    >>> from app.lessons.model import Measure
    >>> both = {"a, 1": Measure({"accuracy": np.array([1.0])}), "a, 2": Measure({"accuracy": np.array([0.5])})}
    >>> counted(both, "a", (1, 2)).tolist()
    [1.0]
    """
    return np.asarray((row_of(measured, name, series, xs) >= GOAL).sum(axis=0), float)
