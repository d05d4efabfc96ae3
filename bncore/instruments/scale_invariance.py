"""Whether the length of a layer's weights matters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.instruments.passes import gradient, logits, place_of
from bncore.network import Layout
from bncore.ops import Array

__all__ = ["ScaleInvariance", "scale_invariance"]


class ScaleInvariance(NamedTuple):
    """What scaling one layer does in each run, each (R,).

    Attributes
    ----------
    output_change : ndarray
        ``||logits' - logits|| / ||logits||`` over the batch; 0 where the scale does not matter.
    gradient_ratio : ndarray
        ``a ||gradient'|| / ||gradient||``, by the layer's weights; 1 where the scale does not matter.
    gradient_cosine : ndarray
        Between the two gradients; 1 where the scale does not matter.
    """

    output_change: Array
    gradient_ratio: Array
    gradient_cosine: Array


def scale_invariance(
    config: RunConfig, params: Array, running: Array, x: Array, y: Array, *, layer: int, a: float
) -> ScaleInvariance:
    """Multiply one layer's weights and bias by ``a`` and return what that does to the logits and to its weights' gradient.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    x, y : ndarray, shape (R, N, 2) and (R, N)
        A batch; both passes are in training mode.
    layer : int
        Counted from 1; the output layer comes after the hidden ones.
    a : float
        Above 0.

    Raises
    ------
    ConfigError
        If there is no such layer.

    Notes
    -----
    ``BN((a W) x) = BN(W x)`` and ``d BN((a W) x) / d (a W) = (1 / a) d BN(W x) / d W`` at epsilon 0. Epsilon breaks both where
    ``a^2 variance`` comes near it. Before the activation BN removes the bias, so scaling it as well is no other experiment; layer
    and group normalization, and any normaliser after ReLU, are invariant only if it is scaled as well. After tanh or sigmoid
    nothing is.

    References
    ----------
    Ioffe and Szegedy 2015, arXiv 1502.03167, section 3.3.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2, eps=1e-12))
    >>> data = load_data(state.config)
    >>> found = scale_invariance(
    ...     state.config, state.params, state.running, data.x_train, data.y_train, layer=1, a=10.0
    ... )
    >>> bool((found.output_change < 1e-6).all()), found.gradient_ratio.round(6).tolist()
    (True, [1.0, 1.0])
    """
    part = Layout.of(config).layers[place_of("scale_invariance.layer", layer, len(config.hidden) + 1)].parts
    scaled = params.copy()
    for name in ("weight", "bias"):
        scaled[:, part[name]] *= a
    before, after = (logits(config, p, running, x, training=True).reshape(len(params), -1) for p in (params, scaled))
    g, g_scaled = (gradient(config, p, running, x, y)[1][:, part["weight"]] for p in (params, scaled))
    with np.errstate(all="ignore"):
        length, length_scaled = (np.linalg.norm(v, axis=1) for v in (g, g_scaled))
        change = np.linalg.norm(after - before, axis=1) / np.linalg.norm(before, axis=1)
        cosine = (g * g_scaled).sum(axis=1) / (length * length_scaled)
        return ScaleInvariance(change, a * length_scaled / length, cosine)
