"""Batch normalization: a forward pass on batch or on given statistics, one backward pass, the running statistics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.ops import Array, column_sum

__all__ = ["NormCache", "batch_norm_backward", "batch_norm_forward", "frozen_norm_forward", "update_running"]


class NormCache(NamedTuple):
    """What the backward pass needs, and which statistics the forward pass used.

    Attributes
    ----------
    x_hat : ndarray, shape (R, N, C)
    inv_std : ndarray, shape (R, 1, C)
        1 / sqrt(var + eps).
    gamma : ndarray, shape (R, 1, C)
    mean, var : ndarray, shape (R, 1, C)
        The statistics used; ``var`` is biased (divided by N).
    batch_statistics : bool
        Whether they were the batch's own, so that x moves them, or given, so that it does not.
    """

    x_hat: Array
    inv_std: Array
    gamma: Array
    mean: Array
    var: Array
    batch_statistics: bool


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
    n = x.shape[1]
    first = x[:, :1]
    centred = x - first
    offset = column_sum(centred)
    offset /= n
    centred -= offset
    var = column_sum(centred * centred)
    var /= n
    inv_std = 1.0 / np.sqrt(var + eps)
    centred *= inv_std  # x_hat from here on
    y = centred * gamma
    y += beta
    return y, NormCache(centred, inv_std, gamma, first + offset, var, True)


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
    inv_std = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv_std
    return x_hat * gamma + beta, NormCache(x_hat, inv_std, gamma, mean, var, False)


def batch_norm_backward(dy: Array, cache: NormCache) -> tuple[Array, Array, Array]:
    """Return ``dx, dgamma, dbeta``.

    Parameters
    ----------
    dy : ndarray, shape (R, N, C)
    cache : NormCache
        It says which statistics were used, and with them which formula holds.

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
    x_hat = cache.x_hat
    dbeta = column_sum(dy)
    dgamma = column_sum(dy * x_hat)
    scale = cache.gamma * cache.inv_std
    if not cache.batch_statistics:
        return dy * scale, dgamma, dbeta
    n = dy.shape[1]
    dx = x_hat * (dgamma / -n)
    dx += dy
    dx -= dbeta / n
    dx *= scale
    return dx, dgamma, dbeta


def update_running(running: Array, batch: Array, momentum: Array | float) -> Array:
    """Return the running statistics after one batch, in Keras's convention.

    Parameters
    ----------
    running, batch : ndarray, shape (R, S)
        Means and variances of all normalised layers.
    momentum : float or ndarray, shape (R, 1)
        Weight of the old value; PyTorch calls 1 - momentum by this name.

    Notes
    -----
    ``running = momentum * running + (1 - momentum) * batch``; the variance that is stored is the biased one, as in Keras.

    Examples
    --------
    >>> update_running(np.zeros((1, 1)), np.ones((1, 1)), 0.75).item()
    0.25
    """
    return running * momentum + batch * (1.0 - momentum)
