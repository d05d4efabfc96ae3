"""Batch normalization: a forward pass on batch or on given statistics, one backward pass, the running statistics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.ops import Array, column_mean, column_sum

__all__ = [
    "NormCache",
    "batch_norm_backward",
    "batch_norm_forward",
    "batch_statistics",
    "frozen_norm_forward",
    "inverse_std",
    "update_running",
]


class NormCache(NamedTuple):
    """What the backward pass needs, and which statistics the forward pass used.

    Attributes
    ----------
    centred : ndarray, shape (R, N, C)
        x - mean.
    inv_std : ndarray, shape (R, 1, C)
        1 / sqrt(var + eps).
    scale : ndarray, shape (R, 1, C)
        gamma / sqrt(var + eps).
    mean, var : ndarray, shape (R, 1, C)
        The statistics used; ``var`` is biased (divided by N).
    batch_statistics : bool
        Whether they were the batch's own, so that x moves them, or given, so that it does not.
    """

    centred: Array
    inv_std: Array
    scale: Array
    mean: Array
    var: Array
    batch_statistics: bool

    @property
    def x_hat(self) -> Array:
        """Normalised x, shape (R, N, C)."""
        return self.centred * self.inv_std


def batch_norm_forward(x: Array, gamma: Array, beta: Array, eps: Array | float) -> tuple[Array, NormCache]:
    """Normalise each feature by the mean and the biased variance of its batch, then scale and shift.

    Parameters
    ----------
    x : ndarray, shape (R, N, C)
        N = 1 is accepted: then x_hat = 0, y = beta and dx = 0.
    gamma, beta : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)

    Returns
    -------
    y : ndarray, shape (R, N, C)
    cache : NormCache

    Notes
    -----
    ``x_hat = (x - mean) / sqrt(var + eps)``, ``y = gamma x_hat + beta``, var divided by N (ddof 0).
    Two passes over the data after subtracting the first sample, so that a large common offset costs no digits.

    References
    ----------
    Ioffe & Szegedy 2015, arXiv 1502.03167, algorithm 1.

    Examples
    --------
    >>> y, cache = batch_norm_forward(np.array([[[1.0], [3.0]]]), np.ones((1, 1, 1)), np.zeros((1, 1, 1)), 0.0)
    >>> y.ravel().tolist(), cache.mean.item(), cache.var.item()
    ([-1.0, 1.0], 2.0, 1.0)
    """
    centred, mean, var = batch_statistics(x)
    inv_std = inverse_std(var, eps)
    scale = gamma * inv_std
    y = centred * scale
    y += beta
    return y, NormCache(centred, inv_std, scale, mean, var, True)


def batch_statistics(x: Array) -> tuple[Array, Array, Array]:
    """Return x less its mean ``(R, N, C)``, the mean and the biased variance of each feature over the batch, ``(R, 1, C)``.

    Examples
    --------
    >>> centred, mean, var = batch_statistics(np.array([[[1.0], [3.0]]]))
    >>> centred.ravel().tolist(), mean.item(), var.item()
    ([-1.0, 1.0], 2.0, 1.0)
    """
    first = x[:, :1]
    centred = x - first
    mean = column_mean(centred)
    centred -= mean
    mean += first
    return centred, mean, column_mean(centred * centred)


def inverse_std(var: Array, eps: Array | float) -> Array:
    """Return ``1 / sqrt(var + eps)``; an eps too small for float32 counts as its smallest normal number.

    Examples
    --------
    >>> inverse_std(np.array([3.0]), 1.0).item()
    0.5
    """
    inv_std = var + _above_zero(eps, var.dtype)
    np.sqrt(inv_std, out=inv_std)
    return np.reciprocal(inv_std, out=inv_std)


def _above_zero(eps: Array | float, dtype: np.dtype[np.float64]) -> Array | float:
    least = float(np.finfo(dtype).tiny)
    return max(eps, least) if isinstance(eps, float) else np.maximum(eps, least)


def frozen_norm_forward(
    x: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: Array | float
) -> tuple[Array, NormCache]:
    """Normalise by given statistics (running, or of other data), then scale and shift.

    Parameters
    ----------
    x : ndarray, shape (R, N, C)
    gamma, beta, mean, var : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)

    Returns
    -------
    y : ndarray, shape (R, N, C)
    cache : NormCache

    Examples
    --------
    >>> one = np.ones((1, 1, 1))
    >>> frozen_norm_forward(np.array([[[5.0]]]), 2 * one, one, 3 * one, 4 * one, 0.0)[0].item()
    3.0
    """
    inv_std = inverse_std(var, eps)
    scale = gamma * inv_std
    centred = x - mean
    return centred * scale + beta, NormCache(centred, inv_std, scale, mean, var, False)


def batch_norm_backward(
    dy: Array,
    cache: NormCache,
    out: tuple[Array | None, Array | None] = (None, None),
) -> tuple[Array, Array, Array]:
    """Return ``dx, dgamma, dbeta``.

    Parameters
    ----------
    dy : ndarray, shape (R, N, C)
    cache : NormCache
        It says which statistics were used, and with them which formula holds.
    out : tuple of two ndarrays, shape (R, 1, C), or None
        Where dgamma and dbeta are written.

    Notes
    -----
    On batch statistics ``dx = gamma / sqrt(var + eps) (dy - mean(dy) - x_hat mean(dy x_hat))``: every column of dx sums to 0.
    On given statistics ``dx = gamma / sqrt(var + eps) dy``.

    Examples
    --------
    >>> one = np.ones((1, 1, 1))
    >>> _, cache = batch_norm_forward(np.array([[[1.0], [3.0]]]), one, 0 * one, 1.0)
    >>> dx, dgamma, dbeta = batch_norm_backward(np.array([[[1.0], [0.0]]]), cache)
    >>> [round(v, 4) for v in dx.ravel().tolist()], round(dgamma.item(), 4), dbeta.item()
    ([0.1768, -0.1768], -0.7071, 1.0)
    """
    dbeta = column_sum(dy, out[1])
    dx = dy * cache.centred
    dgamma = np.multiply(column_sum(dx), cache.inv_std, out=out[0])
    if not cache.batch_statistics:
        return np.multiply(dy, cache.scale, out=dx), dgamma, dbeta
    n = float(dy.shape[1])
    slope = dgamma * cache.inv_std
    slope /= n
    np.multiply(cache.centred, slope, out=dx)
    np.subtract(dy, dx, out=dx)
    dx -= dbeta / n
    dx *= cache.scale
    return dx, dgamma, dbeta


def update_running(running: Array, batch: Array, momentum: Array | float, out: Array | None = None) -> Array:
    """Return the running statistics after one batch, in Keras's convention.

    Parameters
    ----------
    running, batch : ndarray, shape (R, S)
        Means and variances of all normalised layers.
    momentum : float or ndarray, shape (R, 1)
        Weight of the old value; PyTorch calls 1 - momentum by this name.
    out : ndarray, shape (R, S), optional
        Where the result is written; may be ``running``.

    Notes
    -----
    ``running = momentum * running + (1 - momentum) * batch``; the variance that is stored is the biased one, as in Keras.

    Examples
    --------
    >>> update_running(np.zeros((1, 1)), np.ones((1, 1)), 0.75).item()
    0.25
    """
    updated = np.multiply(running, momentum, out=out)
    updated += batch * (1.0 - momentum)
    return updated
