"""Everything that the rest of a run depends on, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from bncore.config import RunConfig
from bncore.effective import drawing_layers
from bncore.initializers import initial_weight
from bncore.network import Layout
from bncore.ops import Array
from bncore.optim import MOMENTS
from bncore.origin import Origin, run_key
from bncore.streams import stream

__all__ = ["Streams", "TrainState", "begin", "init_state"]

Streams = tuple[Mapping[str, Any], ...]
"""The states of the runs' random generators of one purpose, as ``Generator.bit_generator.state`` gives it."""


@dataclass(frozen=True)
class TrainState:
    """Everything that the rest of a run depends on: a value that can be kept, sent and carried on elsewhere.

    An array names its axes in its field's metadata, a tuple of `Streams` its purpose: `begin` and `bncore.store` go by these.

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
    masks, noises : tuple of R * L dict
        The same of ``dropout`` and ``noise``, run by run a stream for each of the L `drawing_layers`; empty where none draws.
    diverged : tuple of R bool
    origin : Origin or None
        Where the first parameters came from, if this is a fork.
    """

    config: RunConfig
    step: int
    params: Array = field(metadata={"axes": "R P"})
    running: Array = field(metadata={"axes": "R S"})
    moments: Array = field(metadata={"axes": "K R P"})
    orders: Streams = field(metadata={"purpose": "order"})
    masks: Streams = field(metadata={"purpose": "dropout"})
    noises: Streams = field(metadata={"purpose": "noise"})
    diverged: tuple[bool, ...]
    origin: Origin | None = None

    @property
    def done(self) -> bool:
        """Whether the configured duration is reached."""
        return self.step >= self.config.total_steps

    @property
    def epoch(self) -> float:
        """Epochs trained."""
        return self.step / self.config.steps_per_epoch

    @property
    def key(self) -> str:
        """A short hash, the same for all runs that give the same numbers; of a fork, its origin included."""
        return run_key(self.config, self.origin)


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
    return begin(config, params.astype(config.precision, copy=False), running.astype(config.precision, copy=False))


def begin(config: RunConfig, params: Array, running: Array, origin: Origin | None = None) -> TrainState:
    """Return the state before the first step of a run that begins with these parameters and running statistics.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    origin : Origin, optional
        Where they came from, if from another run: then the random streams are the ones of index `Origin.past`, else of index 0.

    Notes
    -----
    Step 0, moments of the optimizer 0, no run diverged.
    """
    index = origin.past if origin else 0
    streams = {
        f.name: tuple(
            stream(seed, purpose, index, layer).bit_generator.state
            for seed in config.seed_list
            for layer in drawing_layers(config, purpose)
        )
        for f in fields(TrainState)
        if (purpose := f.metadata.get("purpose"))
    }
    return TrainState(
        config=config,
        step=0,
        params=params,
        running=running,
        moments=np.zeros((MOMENTS[config.optimizer], *params.shape), params.dtype),
        diverged=(False,) * config.seeds,
        origin=origin,
        **streams,
    )
