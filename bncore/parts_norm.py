"""Normalising by parts: over groups of units of one sample (layer and group normalization), or over parts of a batch (ghost BN).

Both replace every number by its part's statistic, which is one product with a small matrix: from the right for units, from the
left for the samples of each part. So one pair of functions serves both, and parts may differ in size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from bncore.batches import cut_sizes
from bncore.norm import inverse_std
from bncore.ops import Array, column_sum

__all__ = [
    "PartsCache",
    "ghost_norm_forward",
    "ghost_share",
    "group_norm_forward",
    "groups_of",
    "parts_norm_backward",
    "unbiasing",
]


class PartsCache(NamedTuple):
    """What the backward pass needs.

    Attributes
    ----------
    x_hat : ndarray, shape (R, N, C)
    inv_std : ndarray, shape (R, N, C)
        1 / sqrt(var + eps) of the part that each number belongs to.
    gamma : ndarray, shape (R, 1, C)
    average : callable
        Replaces every number by the mean of its part, ``(R, N, C) -> (R, N, C)``.
    mean, var : ndarray, shape (R, N, C)
        Of each number's part.
    """

    x_hat: Array
    inv_std: Array
    gamma: Array
    average: Callable[[Array], Array]
    mean: Array
    var: Array


def group_norm_forward(x: Array, gamma: Array, beta: Array, eps: Array | float, groups: int) -> tuple[Array, PartsCache]:
    """Normalise each sample by the mean and the biased variance of each group of its units, then scale and shift unit by unit.

    Parameters
    ----------
    x : ndarray, shape (R, N, C)
    gamma, beta : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)
    groups : int
        Divides C into groups of neighbours; 1 is layer normalization.

    References
    ----------
    Ba, Kiros & Hinton 2016, arXiv 1607.06450 (layer); Wu & He 2018, arXiv 1803.08494 (group).

    Examples
    --------
    >>> x, one = np.array([[[1.0, 3.0, 10.0, 14.0]]]), np.ones((1, 1, 4))
    >>> group_norm_forward(x, one, 0 * one, 0.0, 2)[0].ravel().tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """
    first, average = (matrix.T for matrix in _matrices(x.shape[2] // groups, x.dtype.str, groups))
    return _forward(x, gamma, beta, eps, lambda v: np.matmul(v, first), lambda v: np.matmul(v, average))


def ghost_norm_forward(x: Array, gamma: Array, beta: Array, eps: Array | float, size: int) -> tuple[Array, PartsCache]:
    """Normalise each feature by the mean and the biased variance of its part of the batch, then scale and shift.

    Parameters
    ----------
    x : ndarray, shape (R, N, C)
    gamma, beta : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)
    size : int
        Samples of a part (virtual batch); a last part of one joins the one before.

    References
    ----------
    Hoffer, Hubara & Soudry 2017, arXiv 1705.08741, algorithm 1.

    Examples
    --------
    >>> x, one = np.array([[[1.0], [3.0], [10.0], [14.0]]]), np.ones((1, 1, 1))
    >>> ghost_norm_forward(x, one, 0 * one, 0.0, 2)[0].ravel().tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """
    return _forward(x, gamma, beta, eps, lambda v: _part_by_part(v, size, 0), lambda v: _part_by_part(v, size, 1))


def _forward(
    x: Array, gamma: Array, beta: Array, eps: Array | float, first: Callable[[Array], Array], average: Callable[[Array], Array]
) -> tuple[Array, PartsCache]:
    mean = first(x)
    centred = x - mean
    offset = average(centred)
    centred -= offset
    mean += offset
    var = average(centred * centred)
    inv_std = inverse_std(var, eps)
    centred *= inv_std  # x_hat from here on
    y = centred * gamma
    y += beta
    return y, PartsCache(centred, inv_std, gamma, average, mean, var)


def parts_norm_backward(
    dy: Array, cache: PartsCache, out: tuple[Array | None, Array | None] = (None, None)
) -> tuple[Array, Array, Array]:
    """Return ``dx, dgamma, dbeta`` of `group_norm_forward` or `ghost_norm_forward`.

    Parameters
    ----------
    dy : ndarray, shape (R, N, C)
    cache : PartsCache
    out : tuple of two ndarrays, shape (R, 1, C), or None
        Where dgamma and dbeta are written.

    Notes
    -----
    With ``g = gamma dy`` and means over parts: ``dx = (g - mean(g) - x_hat mean(g x_hat)) / sqrt(var + eps)``.

    Examples
    --------
    >>> x, one = np.array([[[1.0, 3.0, 5.0]]]), np.ones((1, 1, 3))
    >>> _, cache = group_norm_forward(x, one, 0 * one, 0.0, 1)
    >>> bool(abs(parts_norm_backward(x, cache)[0]).max() < 1e-12)  # a move along x - mean changes nothing
    True
    """
    dbeta = column_sum(dy, out[1])
    product = dy * cache.x_hat
    dgamma = column_sum(product, out[0])
    dx = dy * cache.gamma
    product *= cache.gamma
    pull = cache.average(product)
    pull *= cache.x_hat
    pull += cache.average(dx)
    dx -= pull
    dx *= cache.inv_std
    return dx, dgamma, dbeta


def groups_of(units: int, most: int) -> int:
    """Return the largest number of groups up to ``most`` that divides a layer's width.

    Examples
    --------
    >>> groups_of(16, 4), groups_of(6, 4), groups_of(1, 4)
    (4, 3, 1)
    """
    return max(n for n in range(1, min(units, most) + 1) if units % n == 0)


def ghost_share(n: int, size: int, momentum: Array | float, dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """Return how the statistics of a batch's parts enter the running ones: a row that picks and weighs, and the old value's weight.

    Parameters
    ----------
    n, size : int
        Samples of the batch and of a part.
    momentum : float or ndarray, shape (R, 1)

    Returns
    -------
    row : ndarray, shape (R or 1, 1, n)
        ``row @ mean`` is the parts' weighted mean.
    old : ndarray, shape (R or 1, 1, 1)
        momentum to the power of the number of parts.

    Notes
    -----
    The parts update the running statistics one after the other, as in the paper:
    ``running = m^K running + (1 - m) sum_k m^(K - k) part_k`` for parts k = 1..K.

    Examples
    --------
    >>> row, old = ghost_share(4, 2, 0.5)
    >>> row.round(3).tolist(), old.item()
    ([[[0.0, 0.333, 0.0, 0.667]]], 0.25)
    """
    each = np.reshape(np.asarray(momentum, dtype=np.float64), (-1, 1, 1))
    ends = list(accumulate(cut_sizes(n, size)))
    row = np.zeros((len(each), 1, n))
    powers = each ** np.arange(len(ends) - 1, -1, -1)
    row[..., [end - 1 for end in ends]] = powers / powers.sum(axis=-1, keepdims=True)
    old = each ** len(ends)
    return row.astype(dtype, copy=False), old.astype(dtype, copy=False)


def unbiasing(n: int, size: int, dtype: DTypeLike = np.float64) -> Array:
    """Return n / (n - 1) of the part that each sample belongs to: what its biased variance is multiplied by, shape (1, 1, n).

    Examples
    --------
    >>> unbiasing(5, 2).ravel().tolist(), unbiasing(1, 8).item()
    ([2.0, 2.0, 1.5, 1.5, 1.5], 1.0)
    """
    parts = np.array(cut_sizes(n, size))
    return np.repeat(parts / np.maximum(parts - 1, 1), parts)[None, None].astype(dtype, copy=False)


def _part_by_part(v: Array, size: int, which: int) -> Array:
    """Replace every number by its part's first member (0) or mean (1), ``(R, N, C) -> (R, N, C)``."""
    runs, n, c = v.shape
    *most, last = cut_sizes(n, size)
    if not most or most[0] == last:
        return _replaced(v.reshape(runs, -1, last, c), which).reshape(v.shape)
    result, end = np.positive(v), n - last
    _replaced(v[:, :end].reshape(runs, -1, size, c), which, result[:, :end].reshape(runs, -1, size, c))
    _replaced(v[:, end:], which, result[:, end:])
    return result


def _replaced(parts: Array, which: int, out: Array | None = None) -> Array:
    """Replace every number of parts (..., size, C); a large part goes through one row of it, for fewer products."""
    size = parts.shape[-2]
    if size <= 64:
        return np.matmul(_matrices(size, parts.dtype.str)[which], parts, out=out)
    row = np.full((1, size), 1.0 / size, parts.dtype) if which else np.eye(1, size, dtype=parts.dtype)
    return np.matmul(np.ones((size, 1), parts.dtype), np.matmul(row, parts), out=out)


@lru_cache(maxsize=64)
def _matrices(size: int, dtype: str, parts: int = 1) -> tuple[Array, Array]:
    """Return two matrices that put in each place of a part its first member, and the part's mean."""
    first, average = np.zeros((size, size), dtype), np.full((size, size), 1.0 / size, dtype)
    first[:, 0] = 1.0
    several = np.eye(parts, dtype=dtype)
    # Fortran's order, so that the transposed matrix, which multiplies from the right, is in C's
    return np.asfortranarray(np.kron(several, first)), np.asfortranarray(np.kron(several, average))
