"""Slopes along a direction, to hold gradients against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["central_slope", "complex_slope", "relative_error"]

Array = NDArray[np.float64]


def complex_slope(f: Callable[[Array], Array], x: Array, direction: Array) -> Array:
    """Return the derivative of an analytic ``f`` at ``x``, exact but for rounding: there is no difference to cancel."""
    h = 1e-30
    return f((x + 1j * h * direction).astype(complex)).imag / h  # type: ignore[arg-type]


def central_slope(f: Callable[[Array], Array], x: Array, direction: Array, h: float = 1e-4) -> Array:
    """Return the derivative of ``f`` at ``x`` by a difference of fourth order."""
    near = f(x + h * direction) - f(x - h * direction)
    far = f(x + 2 * h * direction) - f(x - 2 * h * direction)
    return (8.0 * near - far) / (12.0 * h)


def relative_error(found: Array | float, expected: Array | float) -> float:
    """Return the largest difference relative to the largest expected value; NaN if there is one."""
    largest = float(np.abs(expected).max(initial=0.0))
    difference = float(np.abs(np.asarray(found) - expected).max(initial=0.0))
    return difference / largest if largest else difference
