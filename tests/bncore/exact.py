"""Batch normalization in exact fractions, and how far an answer in floating point is from it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Exact", "error", "exact_norm"]

Array = NDArray[np.float64]
Column = list[Fraction]


class Exact(NamedTuple):
    """Forward and backward of one feature's batch: ``y`` and ``dx`` (N), the rest one number in a list."""

    y: Column
    dx: Column
    dgamma: Column
    dbeta: Column
    mean: Column
    var: Column


def exact_norm(x: Array, dy: Array, gamma: float, beta: float, eps: float) -> tuple[Exact, Exact]:
    """Return what batch normalization is of ``x (N,)`` and ``dy (N,)``, and the scale of every part.

    Only the root is rounded, at 200 bits. The scale of a part is the size of the terms that it is the sum of: what
    rounding is relative to, even where the terms cancel.
    """
    n = len(x)
    xs, dys = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in dy.tolist()]
    gain, shift = Fraction(gamma), Fraction(beta)
    mean = sum(xs, Fraction(0)) / n
    var = sum(((v - mean) ** 2 for v in xs), Fraction(0)) / n
    inv_std = 1 / _root(var + Fraction(eps))
    x_hat = [(v - mean) * inv_std for v in xs]
    dbeta = sum(dys, Fraction(0))
    terms = [d * h for d, h in zip(dys, x_hat, strict=True)]
    dgamma = sum(terms, Fraction(0))
    dx = [gain * inv_std * (d - dbeta / n - h * dgamma / n) for d, h in zip(dys, x_hat, strict=True)]
    exact = Exact([gain * h + shift for h in x_hat], dx, [dgamma], [dbeta], [mean], [var])
    sizes = Exact(
        [abs(gain) * max(map(abs, x_hat)) + abs(shift)], [abs(gain) * inv_std * max(map(abs, dys))],
        [sum(map(abs, terms), Fraction(0))], [sum(map(abs, dys), Fraction(0))], [max(map(abs, xs))], [var],
    )  # fmt: skip
    return exact, sizes


def _root(value: Fraction) -> Fraction:
    product = value.numerator * value.denominator
    shift = max(0, 200 - product.bit_length() // 2)
    return Fraction(math.isqrt(product << 2 * shift), value.denominator << shift)


def error(found: Array, exact: Column, scale: Fraction) -> float:
    """Return the largest difference relative to ``scale`` (absolute where the scale is 0); infinite if not finite."""
    values = np.atleast_1d(found).tolist()
    if not all(map(math.isfinite, values)):
        return math.inf
    difference = max(abs(Fraction(v) - e) for v, e in zip(values, exact, strict=True))
    return float(difference / scale) if scale else float(difference)
