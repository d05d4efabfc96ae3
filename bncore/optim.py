"""One step on the flat vector: sgd, momentum, adam."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.ops import Array

__all__ = ["MOMENTS", "optimizer_step"]

MOMENTS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many vectors of the parameters' length each optimizer carries from step to step."""


def optimizer_step(config: RunConfig, params: Array, grad: Array, moments: Array, step: int) -> None:
    """Move the parameters by one step, in place; ``grad`` is used up.

    Parameters
    ----------
    params, grad : ndarray, shape (R, P)
    moments : ndarray, shape (K, R, P)
        K as in `MOMENTS`; zero before the first step.
    step : int
        The number of this step, from 1.

    Notes
    -----
    sgd: ``p -= lr g``. momentum: ``v = m v + g; p -= lr v`` (as PyTorch; the speed is not scaled by the learning rate).
    adam: ``m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)``.

    References
    ----------
    Kingma & Ba 2015, arXiv 1412.6980, algorithm 1.

    Examples
    --------
    >>> p = np.array([[1.0]])
    >>> optimizer_step(RunConfig(learning_rate=0.5), p, np.array([[1.0]]), np.zeros((0, 1, 1)), 1)
    >>> p.item()
    0.5
    """
    rate = config.learning_rate
    if config.optimizer == "momentum":
        speed = moments[0]
        speed *= config.sgd_momentum
        speed += grad
        grad = speed * rate
    elif config.optimizer == "adam":
        mean, square = moments
        b1, b2 = config.adam_beta1, config.adam_beta2
        mean *= b1
        mean += (1.0 - b1) * grad
        square *= b2
        grad *= grad
        grad *= 1.0 - b2
        square += grad
        root = np.sqrt(square / (1.0 - b2**step))
        root += config.adam_eps
        np.divide(mean, root, out=grad)
        grad *= rate / (1.0 - b1**step)
    else:
        grad *= rate
    params -= grad
