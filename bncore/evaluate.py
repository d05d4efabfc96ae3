"""How good a network is on whole sets, in inference mode."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.fold import folded, plain_forward
from bncore.network import Layout
from bncore.ops import Array, bce_forward

__all__ = ["evaluate"]


def evaluate(config: RunConfig, data: Dataset, params: Array, running: Array) -> Array:
    """Return test loss, test accuracy, train loss and train accuracy in inference mode, shape (4, R).

    Parameters
    ----------
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
        Statistics to normalise by.

    Notes
    -----
    All four are NaN on a set with a logit that is not finite: such a network answers nothing.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=1))
    >>> evaluate(state.config, load_data(state.config), state.params, state.running).shape
    (4, 1)
    """
    layout = Layout.of(config)
    plain = folded(layout, layout.weights(params), layout.statistics(running), config.eps)
    result = np.empty((4, params.shape[0]))
    for row, x, y in ((0, data.x_test, data.y_test), (2, data.x_train, data.y_train)):
        logits = plain_forward(layout, plain, x)
        finite = np.isfinite(logits).all(axis=1)
        result[row] = np.where(finite, bce_forward(logits, y)[0], np.nan)
        result[row + 1] = np.where(finite, ((logits > 0) == (y > 0.5)).mean(axis=1), np.nan)
    return result
