"""Losses: each a forward/backward pair of functions; and which one, with which score, a kind of target has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bncore.ops import Array, bce_backward, bce_forward

__all__ = [
    "LOSSES",
    "Loss",
    "SoftmaxCache",
    "SquaredCache",
    "explained",
    "softmax_backward",
    "softmax_forward",
    "squared_backward",
    "squared_forward",
]


class SoftmaxCache(NamedTuple):
    """What the backward pass of softmax cross-entropy needs.

    ``hit`` (R, N, K) is 1 at a sample's own class, else 0; ``ahead`` (R, N, K) = logit minus that of the own class; ``loss``
    (R, N, 1) = log of the sum of exp(ahead).
    """

    hit: Array
    ahead: Array
    loss: Array


def softmax_forward(logits: Array, targets: Array) -> tuple[Array, SoftmaxCache]:
    """Return the mean cross-entropy of the softmax of logits, in nats.

    Parameters
    ----------
    logits : ndarray, shape (R, N, K)
    targets : ndarray, shape (R, N)
        The number of each sample's class, 0.0..K-1.

    Returns
    -------
    loss : ndarray, shape (R,)
    cache : SoftmaxCache

    Notes
    -----
    ``-log p_t = log(sum_k exp(d_k))``, ``d_k = z_k - z_t``, computed as ``m + log(1 + expm1(-m) + sum_{k != t} exp(d_k - m))`` with
    ``m = max_k d_k``: finite at any logits whose differences are, and not cut to 0 where it is tiny. With two classes it
    is binary cross-entropy of ``z_1 - z_0``.

    Examples
    --------
    >>> loss, cache = softmax_forward(np.array([[[0.0, 0.0, 0.0], [1e4, 0.0, 0.0]]]), np.array([[2.0, 1.0]]))
    >>> round(float(loss[0]), 4)
    5000.5493
    """
    kind = np.arange(logits.shape[2], dtype=logits.dtype)
    hit = np.equal(targets[:, :, None], kind) * np.ones_like(kind)
    own = np.add.reduce(hit * logits, axis=2, keepdims=True)
    ahead = logits - own
    most = np.maximum.reduce(ahead, axis=2, keepdims=True)
    others = ahead - most
    np.exp(others, out=others)
    others *= 1.0 - hit
    loss = np.expm1(-most)
    loss += np.add.reduce(others, axis=2, keepdims=True)
    np.log1p(loss, out=loss)
    loss += most
    return np.add.reduce(loss, axis=(1, 2)) / float(logits.shape[1]), SoftmaxCache(hit, ahead, loss)


def softmax_backward(cache: SoftmaxCache) -> Array:
    """Return d loss / d logits, shape (R, N, K): ``(p - hit) / N``, p the softmax.

    Notes
    -----
    ``p_k = exp(d_k - loss)``; at the own class ``p - 1 = expm1(-loss)``, which keeps its digits where p is close to 1.

    Examples
    --------
    >>> softmax_backward(softmax_forward(np.zeros((1, 1, 4)), np.array([[3.0]]))[1]).round(15).tolist()
    [[[0.25, 0.25, 0.25, -0.75]]]
    """
    grad = cache.ahead - cache.loss
    np.exp(grad, out=grad)
    grad *= 1.0 - cache.hit
    grad += cache.hit * np.expm1(-cache.loss)
    grad /= float(grad.shape[1])
    return grad


class SquaredCache(NamedTuple):
    """What the backward pass of the squared error needs: prediction minus target, (R, N)."""

    error: Array


def squared_forward(predictions: Array, targets: Array) -> tuple[Array, SquaredCache]:
    """Return the mean squared error: the mean over samples of ``(prediction - target)^2``, without a half.

    Parameters
    ----------
    predictions, targets : ndarray, shape (R, N)

    Returns
    -------
    loss : ndarray, shape (R,)
        In squared units of the target.
    cache : SquaredCache

    Notes
    -----
    The convention of Keras's ``mse`` and PyTorch's ``MSELoss``; some books divide by 2.

    Examples
    --------
    >>> squared_forward(np.array([[1.0, 4.0]]), np.array([[1.0, 2.0]]))[0].tolist()
    [2.0]
    """
    error = predictions - targets
    return np.add.reduce(error * error, axis=1) / float(error.shape[1]), SquaredCache(error)


def squared_backward(cache: SquaredCache) -> Array:
    """Return d loss / d predictions, shape (R, N): ``2 (prediction - target) / N``.

    Examples
    --------
    >>> squared_backward(squared_forward(np.array([[1.0, 4.0]]), np.array([[1.0, 2.0]]))[1]).tolist()
    [[0.0, 2.0]]
    """
    grad: Array = cache.error * (2.0 / cache.error.shape[1])
    return grad


def explained(predictions: Array, targets: Array) -> Array:
    """Return R^2 of each run, (R,): ``1 - sum (y - prediction)^2 / sum (y - mean y)^2``, the mean that of the set itself.

    1 is perfect, 0 as good as the set's mean, below 0 worse; NaN where all targets are equal. Computed in float64.

    Parameters
    ----------
    predictions, targets : ndarray, shape (R, N)

    Examples
    --------
    >>> explained(np.array([[1.0, 3.0], [2.0, 2.0]]), np.array([[1.0, 3.0], [1.0, 3.0]])).tolist()
    [1.0, 0.0]
    """
    y = targets.astype(np.float64, copy=False)
    error, spread = predictions - y, y - y.mean(axis=1, keepdims=True)
    total = (spread * spread).sum(axis=1)
    with np.errstate(all="ignore"):
        result: Array = np.where(total > 0.0, 1.0 - (error * error).sum(axis=1) / total, np.nan)
    return result


class Loss(NamedTuple):
    """The loss of a kind of target, over a network's outputs (R, N, K), and the score that goes with it.

    Attributes
    ----------
    forward : callable
        ``(outputs (R, N, K), targets (R, N)) -> loss (R,), cache``.
    backward : callable
        ``cache -> d loss / d outputs (R, N, K)``.
    score : callable
        ``(outputs, targets) -> (R,)``: accuracy, 0..1, or R^2.
    answer : callable
        ``outputs -> (R, N)``: the class number, or the value itself.
    """

    forward: Callable[[Array, Array], tuple[Array, Any]]
    backward: Callable[[Any], Array]
    score: Callable[[Array, Array], Array]
    answer: Callable[[Array], NDArray[Any]]


def _side(outputs: Array) -> NDArray[np.bool_]:
    return np.asarray(outputs[..., 0] > 0)


LOSSES = {
    "binary": Loss(
        lambda outputs, targets: bce_forward(outputs[..., 0], targets),
        lambda cache: bce_backward(cache)[..., None],
        lambda outputs, targets: (_side(outputs) == (targets > 0.5)).mean(axis=1),
        _side,
    ),
    "classes": Loss(
        softmax_forward,
        softmax_backward,
        lambda outputs, targets: (outputs.argmax(axis=2) == targets).mean(axis=1),
        lambda outputs: outputs.argmax(axis=2),
    ),
    "regression": Loss(
        lambda outputs, targets: squared_forward(outputs[..., 0], targets),
        lambda cache: squared_backward(cache)[..., None],
        lambda outputs, targets: explained(outputs[..., 0], targets),
        lambda outputs: outputs[..., 0],
    ),
}
"""The loss of each kind of target."""
