"""Inverted dropout: masks drawn from each run's own stream, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bncore.ops import Array

__all__ = ["dropout_backward", "dropout_forward", "dropout_mask"]


def dropout_mask(rngs: Sequence[np.random.Generator], n: int, units: int, rate: float | Array, out: Array | None = None) -> Array:
    """Draw what each number of a batch is multiplied by: 0 with probability ``rate``, else ``1 / (1 - rate)``.

    Parameters
    ----------
    rngs : sequence of R numpy.random.Generator
        Of purpose ``dropout`` and of the layer, one a run; each gives ``n * units`` numbers, whatever the rates and the other
        runs are.
    n, units : int
        Samples of the batch, and features.
    rate : float or ndarray, shape (R, 1, 1)
        From 0 to below 1.
    out : ndarray, shape (R, n, units), optional
        Where the mask is written to; without it a new array.

    Returns
    -------
    ndarray, shape (R, n, units)
        Of mean 1 and variance ``rate / (1 - rate)``; all ones where the rate is 0.

    Notes
    -----
    A unit is kept where its uniform number is not below the rate: what a higher rate keeps, a lower one keeps as well.

    References
    ----------
    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, section 10: scaled
    while training, so that inference is the plain network.

    Examples
    --------
    >>> dropout_mask([np.random.default_rng(2)], 2, 3, 0.5).tolist()
    [[[0.0, 0.0, 2.0], [0.0, 2.0, 2.0]]]
    """
    mask = np.empty((len(rngs), n, units)) if out is None else out
    rates = np.broadcast_to(rate, (len(rngs), 1, 1))
    for rng, own, part in zip(rngs, rates, mask, strict=True):
        np.greater_equal(rng.random((n, units)), own, out=part)
    mask *= 1.0 / (1.0 - rate)
    return mask


def dropout_forward(x: Array, mask: Array) -> Array:
    """Return ``x * mask``, for ``x`` and a mask of shape (R, N, C).

    Examples
    --------
    >>> dropout_forward(np.array([[[3.0, 4.0]]]), np.array([[[0.0, 2.0]]])).tolist()
    [[[0.0, 8.0]]]
    """
    return x * mask


def dropout_backward(dy: Array, mask: Array) -> Array:
    """Return the gradient with respect to ``x``: ``dx = dy * mask``, with the mask of the forward pass.

    Examples
    --------
    >>> dropout_backward(np.array([[[1.0, 1.0]]]), np.array([[[0.0, 2.0]]])).tolist()
    [[[0.0, 2.0]]]
    """
    return dy * mask
