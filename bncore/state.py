"""Everything that the rest of a run depends on, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bncore.config import RunConfig
from bncore.initializers import initial_weight
from bncore.network import Layout
from bncore.ops import Array
from bncore.optim import MOMENTS
from bncore.streams import stream

__all__ = ["TrainState", "init_state"]


@dataclass(frozen=True)
class TrainState:
    """Everything that the rest of a run depends on: a value that can be kept, sent and carried on elsewhere.

    Attributes
    ----------
    config : RunConfig
    step : int
        Optimizer steps taken.
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    moments : ndarray, shape (K, R, P)
    orders : tuple of R dict
        State of each run's ``order`` stream.
    diverged : tuple of R bool
    """

    config: RunConfig
    step: int
    params: Array
    running: Array
    moments: Array
    orders: tuple[Mapping[str, Any], ...]
    diverged: tuple[bool, ...]

    @property
    def done(self) -> bool:
        """Whether the configured duration is reached."""
        return self.step >= self.config.total_steps

    @property
    def epoch(self) -> float:
        """Epochs trained."""
        return self.step / self.config.steps_per_epoch


def init_state(config: RunConfig) -> TrainState:
    """Return the state before the first step: initial weights, running mean 0 and variance 1.

    Examples
    --------
    >>> state = init_state(RunConfig(seeds=2))
    >>> state.params.shape, state.step, state.done
    ((2, 401), 0, False)
    """
    layout = Layout.of(config)
    params = np.zeros((config.seeds, layout.n_params))
    for i, weights in enumerate(layout.weights(params), 1):
        layer = layout.layers[i - 1]
        for run, seed in enumerate(config.seed_list):
            rng = stream(seed, "weights", i)
            weights.weight[run] = initial_weight(config.initializer, layer.fan_in, layer.fan_out, config.init_scale, rng)
        if weights.gamma is not None and weights.beta is not None:
            weights.gamma[...] = config.gamma_init
            weights.beta[...] = config.beta_init
    running = np.zeros((config.seeds, layout.n_running))
    for statistics in layout.statistics(running):
        if statistics is not None:
            statistics.var[...] = 1.0
    orders = tuple(stream(seed, "order").bit_generator.state for seed in config.seed_list)
    moments = np.zeros((MOMENTS[config.optimizer], *params.shape))
    return TrainState(config, 0, params, running, moments, orders, (False,) * config.seeds)
