"""How good a network is on whole sets, in inference mode."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.fold import infer
from bncore.losses import LOSSES
from bncore.network import Layout
from bncore.ops import Array
from bncore.statistics import inference_statistics

__all__ = ["evaluate"]


def evaluate(config: RunConfig, data: Dataset, params: Array, running: Array, eps: Array | float | None = None) -> Array:
    """Return test loss, test score, train loss and train score in inference mode, shape (4, R).

    Parameters
    ----------
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
        The running statistics; exact ones take their place where the settings ask for them.
    eps : float or ndarray, shape (R, 1, 1), optional
        Where runs differ in it; else that of the settings.

    Notes
    -----
    The score is accuracy, 0..1; of a regression R^2 (`bncore.losses.explained`). Both numbers are NaN on a set with an output that
    is not finite: such a network answers nothing.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=1))
    >>> evaluate(state.config, load_data(state.config), state.params, state.running).shape
    (4, 1)
    """
    layout, loss = Layout.of(config), LOSSES[config.task]
    eps = config.eps if eps is None else eps
    statistics = layout.statistics(inference_statistics(config, params, running, data.x_train, eps))
    n = data.x_test.shape[1]
    x = np.concatenate([data.x_test, data.x_train], axis=1, dtype=params.dtype)
    outputs = infer(layout, layout.weights(params), statistics, eps, x)  # one pass for both sets
    result = np.empty((4, params.shape[0]))
    for row, part, y in ((0, outputs[:, :n], data.y_test), (2, outputs[:, n:], data.y_train)):
        finite = np.isfinite(part).all(axis=(1, 2))
        result[row] = np.where(finite, loss.forward(part, y.astype(params.dtype, copy=False))[0], np.nan)
        result[row + 1] = np.where(finite, loss.score(part, y), np.nan)
    return result
