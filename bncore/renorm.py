"""Batch renormalization: batch statistics, corrected towards the running ones within limits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.norm import NormCache, batch_norm_backward, batch_statistics, inverse_std
from bncore.ops import Array

__all__ = ["RenormCache", "renorm_backward", "renorm_forward", "renorm_limits"]


class RenormCache(NamedTuple):
    """What the backward pass needs.

    Attributes
    ----------
    batch : NormCache
        Of plain BN with gamma r for gamma: its ``mean`` and ``var`` are the batch's.
    r, d : ndarray, shape (R, 1, C)
        The corrections, constants to the backward pass.
    """

    batch: NormCache
    r: Array
    d: Array

    @property
    def x_hat(self) -> Array:
        """Normalised and corrected x, shape (R, N, C)."""
        return self.batch.x_hat * self.r + self.d

    @property
    def mean(self) -> Array:
        """The batch's mean, shape (R, 1, C)."""
        return self.batch.mean

    @property
    def var(self) -> Array:
        """The batch's biased variance, shape (R, 1, C)."""
        return self.batch.var


def renorm_forward(
    x: Array, gamma: Array, beta: Array, eps: Array | float, mean: Array, var: Array, r_max: Array | float, d_max: Array | float
) -> tuple[Array, RenormCache]:
    """Normalise by the batch's statistics, corrected towards the given ones, then scale and shift.

    Parameters
    ----------
    x : ndarray, shape (R, N, C)
    gamma, beta : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)
    mean, var : ndarray, shape (R, 1, C)
        The running statistics before this batch.
    r_max, d_max : float or ndarray, shape (R, 1, 1)
        1 or more, and 0 or more; at 1 and 0 this is plain BN.

    Notes
    -----
    ``r = clip(sigma_B / sigma, 1 / r_max, r_max)``, ``d = clip((mu_B - mu) / sigma, -d_max, d_max)``,
    ``y = gamma ((x - mu_B) / sigma_B r + d) + beta``; sigma is ``sqrt(var + eps)`` of the batch (B) and of the running statistics.

    References
    ----------
    Ioffe 2017, arXiv 1702.03275, algorithm 1.

    Examples
    --------
    >>> one, x = np.ones((1, 1, 1)), np.array([[[1.0], [3.0]]])
    >>> renorm_forward(x, one, 0 * one, 0.0, 0 * one, 4 * one, 1e9, 1e9)[0].ravel().tolist()
    [0.5, 1.5]
    """
    centred, batch_mean, batch_var = batch_statistics(x)
    inv_std, known = inverse_std(batch_var, eps), inverse_std(var, eps)
    r = known / inv_std
    np.minimum(r, r_max, out=r)
    np.maximum(r, 1.0 / r_max, out=r)
    d = batch_mean - mean
    d *= known
    np.minimum(d, d_max, out=d)
    np.maximum(d, np.negative(d_max), out=d)
    scale = gamma * inv_std
    scale *= r
    y = centred * scale
    y += gamma * d
    y += beta
    return y, RenormCache(NormCache(centred, inv_std, scale, batch_mean, batch_var, True), r, d)


def renorm_backward(
    dy: Array, cache: RenormCache, out: tuple[Array | None, Array | None] = (None, None)
) -> tuple[Array, Array, Array]:
    """Return ``dx, dgamma, dbeta``; r and d count as constants.

    Parameters
    ----------
    dy : ndarray, shape (R, N, C)
    cache : RenormCache
    out : tuple of two ndarrays, shape (R, 1, C), or None
        Where dgamma and dbeta are written.

    Examples
    --------
    >>> one, x = np.ones((1, 1, 1)), np.array([[[1.0], [3.0]]])
    >>> _, cache = renorm_forward(x, one, 0 * one, 0.0, 0 * one, 4 * one, 1e9, 1e9)
    >>> renorm_backward(np.array([[[1.0], [0.0]]]), cache)[1].item()
    0.5
    """
    dx, dgamma, dbeta = batch_norm_backward(dy, cache.batch, out)
    dgamma *= cache.r
    dgamma += dbeta * cache.d
    return dx, dgamma, dbeta


def renorm_limits(step: int, start: int, r_max: float, d_max: float) -> tuple[float, float]:
    """Return the limits of r and d at a step, counted from 1.

    Notes
    -----
    Plain BN (1 and 0) for ``start`` steps; then d rises evenly to ``d_max`` at 5 ``start`` and r to ``r_max`` at 8 ``start``:
    the paper's 5 000, 25 000 and 40 000 steps, in proportion.

    References
    ----------
    Ioffe 2017, arXiv 1702.03275, section 4.2.

    Examples
    --------
    >>> [renorm_limits(step, 100, 3.0, 5.0) for step in (100, 300, 450, 800)]
    [(1.0, 0.0), (1.5714285714285714, 2.5), (2.0, 4.375), (3.0, 5.0)]
    """
    past = step - start
    if past <= 0:
        return 1.0, 0.0
    r, d = (min(1.0, past / (times * start)) if start else 1.0 for times in (7, 4))
    return 1.0 + r * (r_max - 1.0), d * d_max
