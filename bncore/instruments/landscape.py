"""The loss along the gradient: how far one step can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.instruments.passes import gradient
from bncore.normalise import Extras
from bncore.ops import Array

__all__ = ["STEP_LENGTHS", "Landscape", "landscape"]

STEP_LENGTHS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
"""In learning rates: half a step to four steps, the range of the paper's VGG network."""


class Landscape(NamedTuple):
    """What is met on the way down the gradient, K points of it.

    Attributes
    ----------
    start : ndarray, shape (R,)
        Loss where the walk begins, nats.
    distance : ndarray, shape (K, R)
        How far each point is from there: step length times gradient norm.
    loss : ndarray, shape (K, R)
        In nats; infinite or NaN where the network overflows.
    difference : ndarray, shape (K, R)
        L2 distance between the gradient there and at the start.
    """

    start: Array
    distance: Array
    loss: Array
    difference: Array

    @property
    def loss_range(self) -> tuple[Array, Array]:
        """Lowest and highest loss on the way, each (R,)."""
        return self.loss.min(axis=0), self.loss.max(axis=0)

    @property
    def predictiveness(self) -> tuple[Array, Array]:
        """Smallest and largest distance of the gradients on the way, each (R,); small means that the gradient keeps its word."""
        return self.difference.min(axis=0), self.difference.max(axis=0)

    @property
    def smoothness(self) -> Array:
        """Effective smoothness, (R,): the largest change of the gradient per distance, ``max difference / distance``."""
        with np.errstate(all="ignore"):
            result: Array = np.max(self.difference / self.distance, axis=0)
        return result


def landscape(
    config: RunConfig,
    params: Array,
    running: Array,
    x: Array,
    y: Array,
    lengths: Sequence[float] | None = None,
    extras: tuple[Extras, ...] | None = None,
) -> Landscape:
    """Walk down the gradient of a batch and return loss and gradient on the way, on the same batch in training mode.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    x, y : ndarray, shape (R, N, 2) and (R, N)
        The batch.
    lengths : sequence of K floats, optional
        Step lengths, multiples of the gradient; by default `STEP_LENGTHS` times ``config.learning_rate``.
    extras : tuple of Extras, optional
        What the training step adds (`chance_of`): the same masks and noise at every point of the walk.

    Notes
    -----
    Points ``p - length * g`` with ``g = d loss / d p`` at p. Difference ``||g(p - length g) - g(p)||_2``, distance
    ``length ||g||_2``. The gradient is that of plain gradient descent, whatever the optimizer of the run.

    References
    ----------
    Santurkar, Tsipras, Ilyas and Madry 2018, arXiv 1805.11604, section 3 and figure 4.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2))
    >>> data = load_data(state.config)
    >>> walk = landscape(state.config, state.params, state.running, data.x_train, data.y_train)
    >>> walk.loss.shape, bool((walk.loss[0] < walk.start).all()), walk.smoothness.shape
    ((8, 2), True, (2,))
    """
    steps = [s * config.learning_rate for s in STEP_LENGTHS] if lengths is None else list(lengths)
    start, g = gradient(config, params, running, x, y, extras)
    loss, difference = (np.empty((len(steps), len(params))) for _ in range(2))
    with np.errstate(all="ignore"):
        for k, length in enumerate(steps):
            loss[k], there = gradient(config, params - length * g, running, x, y, extras)
            difference[k] = np.linalg.norm(there - g, axis=1)
        distance = np.outer(steps, np.linalg.norm(g, axis=1))
    return Landscape(start, distance, loss, difference)
