"""How good a network is on whole sets, in inference mode."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.fold import infer
from bncore.network import Layout
from bncore.ops import Array, bce_forward
from bncore.statistics import inference_statistics

__all__ = ["evaluate"]


def evaluate(config: RunConfig, data: Dataset, params: Array, running: Array, eps: Array | float | None = None) -> Array:
    """Return test loss, test accuracy, train loss and train accuracy in inference mode, shape (4, R).

    Parameters
    ----------
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
        The running statistics; exact ones take their place where the settings ask for them.
    eps : float or ndarray, shape (R, 1, 1), optional
        Where runs differ in it; else that of the settings.

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
    eps = config.eps if eps is None else eps
    statistics = layout.statistics(inference_statistics(config, params, running, data.x_train, eps))
    result = np.empty((4, params.shape[0]))
    for row, x, y in ((0, data.x_test, data.y_test), (2, data.x_train, data.y_train)):
        logits = infer(layout, layout.weights(params), statistics, eps, x.astype(params.dtype, copy=False))
        finite = np.isfinite(logits).all(axis=1)
        result[row] = np.where(finite, bce_forward(logits, y.astype(params.dtype, copy=False))[0], np.nan)
        result[row + 1] = np.where(finite, ((logits > 0) == (y > 0.5)).mean(axis=1), np.nan)
    return result
