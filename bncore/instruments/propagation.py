"""How a signal grows or dies on its way through the layers, and the gradient on its way back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.instruments.passes import gradient, signals_of
from bncore.network import Layout
from bncore.ops import Array

__all__ = ["Propagation", "propagation"]


class Propagation(NamedTuple):
    """Sizes over depth.

    Attributes
    ----------
    activation : ndarray, shape (R, L)
        Root mean square, over batch and units, of what each hidden layer passes on.
    gradient : ndarray, shape (R, L + 1)
        L2 norm of d loss / d weight of each layer, the output layer last, as in `History.gradient_norm`.
    gradient_rms : ndarray, shape (R, L + 1)
        The same, root mean square over the layer's weights: layers of different width can be compared.
    """

    activation: Array
    gradient: Array
    gradient_rms: Array


def propagation(config: RunConfig, params: Array, running: Array, x: Array, y: Array) -> Propagation:
    """Return the size of the activations and of the weights' gradients over depth, in training mode.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
        Of `init_state` to see a network before it has learned anything.
    running : ndarray, shape (R, S)
    x, y : ndarray, shape (R, N, 2) and (R, N)
        The batch.

    Notes
    -----
    Of an activation a: ``sqrt(mean a^2)``; of the gradient g of a layer's n weights: ``||g||_2`` and ``||g||_2 / sqrt(n)``.
    A straight line over depth on a logarithmic axis is growth or decay by the same factor in every layer.

    References
    ----------
    Glorot and Bengio 2010 (AISTATS), figures 6 and 7: the same by histograms. Yang et al. 2019, arXiv 1902.08129: why
    gradients explode in deep networks with BN at initialisation.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2, hidden=(16,) * 10))
    >>> data = load_data(state.config)
    >>> sizes = propagation(state.config, state.params, state.running, data.x_train, data.y_train)
    >>> sizes.activation.shape, sizes.gradient.shape
    ((2, 10), (2, 11))
    """
    layers = [signals["out"] for signals in signals_of(config, params, running, x)]
    g = gradient(config, params, running, x, y)[1]
    parts = [layer.parts["weight"] for layer in Layout.of(config).layers]
    with np.errstate(all="ignore"):
        activation = np.empty((len(params), len(layers)))
        for i, a in enumerate(layers):
            activation[:, i] = np.sqrt((a * a).mean(axis=(1, 2)))
        norms = np.stack([np.linalg.norm(g[:, part], axis=1) for part in parts], axis=1)
    return Propagation(activation, norms, norms / np.sqrt([part.stop - part.start for part in parts]))
