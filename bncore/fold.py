"""Inference mode as a plain network: batch normalization folded into its neighbours."""

from __future__ import annotations

import numpy as np

from bncore.network import Layout, Weights, forward
from bncore.norm import inverse_std
from bncore.normalise import Statistics
from bncore.ops import Array, linear_forward

__all__ = ["folded", "infer", "plain_forward"]

CHUNK = 20_000
"""Numbers of one signal that pass through a network with normalisers at a time: they stay in the cache."""

ROOM = 65_536
"""The same of a network without, where fewer signals are alive at once. A process that gives memory back to the system and fetches
it again takes four times as long a run with four times as many; one that keeps it, as the app's workers do, about the same."""


def infer(
    layout: Layout, weights: tuple[Weights, ...], given: tuple[Statistics | None, ...], eps: Array | float, x: Array
) -> Array:
    """Return the outputs (R, N, K) of inference mode: through the folded network where every normaliser can be folded.

    Parameters
    ----------
    layout : Layout
    weights : tuple of Weights
        `Layout.weights` of a flat vector.
    given : tuple of Statistics
        `Layout.statistics` of what to normalise by.
    eps : float or ndarray, shape (R, 1, 1)
    x : ndarray, shape (R or 1, N, 2)

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> layout = Layout.of(RunConfig(norm="layer"))
    >>> infer(layout, layout.weights(np.zeros((1, layout.n_params))), (None,) * 3, 1e-3, np.ones((1, 2, 2))).tolist()
    [[[0.0], [0.0]]]
    """
    if layout.foldable:
        return plain_forward(layout, folded(layout, weights, given, eps), x)
    step = max(1, CHUNK // (len(weights[0].weight) * layout.widest))
    parts = [forward(layout, weights, x[:, first : first + step], eps, given)[-1].out for first in range(0, x.shape[1], step)]
    return np.concatenate(parts, axis=1)


def folded(
    layout: Layout, weights: tuple[Weights, ...], given: tuple[Statistics | None, ...], eps: Array | float
) -> list[tuple[Array, Array]]:
    """Return ``(weight, bias)`` a layer of the plain network that equals inference mode: BN folded into its neighbours.

    Before the activation it folds into its own layer, after it into the next one.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> layout = Layout.of(RunConfig(hidden=(1,)))
    >>> one = layout.weights(np.ones((1, layout.n_params)))
    >>> weight, bias = folded(layout, one, layout.statistics(np.ones((1, 2))), 0.0)[0]
    >>> weight.ravel().tolist(), bias.item()
    ([1.0, 1.0], 1.0)
    """
    plain = []
    pending: tuple[Array, Array] | None = None
    for layer, w, known in zip(layout.layers, weights, given, strict=True):
        weight, bias = w.weight, w.bias
        if pending is not None:
            bias = bias + pending[1] @ weight
            weight = weight * pending[0].swapaxes(1, 2)
            pending = None
        if w.gamma is not None and w.beta is not None and known is not None:
            scale = w.gamma * inverse_std(known.var, eps)
            shift = w.beta - known.mean * scale
            if layout.before or not layer.hidden:
                weight, bias = weight * scale, bias * scale + shift
            else:
                pending = scale, shift
        plain.append((weight, bias))
    return plain


def plain_forward(layout: Layout, plain: list[tuple[Array, Array]], x: Array) -> Array:
    """Return the outputs (R, N, K) of a network without normalisers, such as a `folded` one.

    Some runs pass at a time: the numbers are the same however many they are.

    Parameters
    ----------
    layout : Layout
    plain : list of tuple of two ndarrays, shapes (R, in, out) and (R, 1, out)
        Weight and bias a layer.
    x : ndarray, shape (R or 1, N, 2)

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> layout = Layout.of(RunConfig(hidden=()))
    >>> plain_forward(layout, [(np.ones((1, 2, 1)), np.ones((1, 1, 1)))], np.ones((1, 3, 2))).tolist()
    [[[3.0], [3.0], [3.0]]]
    """
    runs = len(plain[0][0])
    step = max(1, ROOM // (x.shape[1] * layout.widest))
    if step >= runs:
        return _pass(layout, plain, x)
    parts = (slice(first, first + step) for first in range(0, runs, step))
    each = [_pass(layout, [(w[part], b[part]) for w, b in plain], x if len(x) == 1 else x[part]) for part in parts]
    return np.concatenate(each)


def _pass(layout: Layout, plain: list[tuple[Array, Array]], x: Array) -> Array:
    *hidden, last = plain
    for weight, bias in hidden:
        x = layout.activation.forward(linear_forward(x, weight, bias))
    return linear_forward(x, *last)
