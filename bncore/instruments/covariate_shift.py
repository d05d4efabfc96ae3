"""Internal covariate shift: how much a layer's gradient changes because the layers before it moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.instruments.passes import gradient, layer_slices
from bncore.normalise import Extras
from bncore.ops import Array

__all__ = ["CovariateShift", "covariate_shift"]


class CovariateShift(NamedTuple):
    """The shift of each layer in each run, each (R, L + 1), the output layer last.

    Attributes
    ----------
    distance : ndarray
        ``||G - G'||_2``; 0 in the first layer, which has none before it.
    cosine : ndarray
        Of the angle between G and G'; 1 is no shift. NaN where one of them is 0.
    """

    distance: Array
    cosine: Array


def covariate_shift(
    config: RunConfig,
    params: Array,
    running: Array,
    x: Array,
    y: Array,
    after: Array | None = None,
    extras: tuple[Extras, ...] | None = None,
) -> CovariateShift:
    """Return the internal covariate shift of every layer in one training step.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    x, y : ndarray, shape (R, N, 2) and (R, N)
        The batch of the step.
    after : ndarray, shape (R, P), optional
        Parameters after the step; by default after plain gradient descent on this batch at ``config.learning_rate``.
    extras : tuple of Extras, optional
        What the training step adds (`chance_of`): the same masks and noise in every pass.

    Notes
    -----
    With ``W_1 .. W_k`` the parameters of the layers (weight, bias and, where normalised, gamma and beta) before the step and
    ``W'`` after it, on the same batch in training mode:

    - ``G_i  = d loss(W_1, .., W_k) / d W_i``
    - ``G'_i = d loss(W'_1, .., W'_{i-1}, W_i, W_{i+1}, .., W_k) / d W_i``

    The shift of layer i is ``||G_i - G'_i||_2``; the paper's figures show the cosine beside it.

    References
    ----------
    Santurkar, Tsipras, Ilyas and Madry 2018, arXiv 1805.11604, definition 2.1.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2))
    >>> data = load_data(state.config)
    >>> shift = covariate_shift(state.config, state.params, state.running, data.x_train, data.y_train)
    >>> shift.distance.shape, shift.distance[:, 0].tolist(), shift.cosine[:, 0].round(12).tolist()
    ((2, 3), [0.0, 0.0], [1.0, 1.0])
    """
    g = gradient(config, params, running, x, y, extras)[1]
    if after is None:
        after = params - config.learning_rate * g
    slices = layer_slices(config)
    distance, cosine = (np.empty((len(params), len(slices))) for _ in range(2))
    mixed = params.copy()
    with np.errstate(all="ignore"):
        for i, part in enumerate(slices):
            ours = g[:, part]
            moved = gradient(config, mixed, running, x, y, extras)[1][:, part] if i else ours
            distance[:, i] = np.linalg.norm(ours - moved, axis=1)
            lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(moved, axis=1)
            cosine[:, i] = (ours * moved).sum(axis=1) / lengths
            mixed[:, part] = after[:, part]
    return CovariateShift(distance, cosine)
