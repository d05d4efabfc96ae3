"""Small networks of every kind at a moment of their training."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from bncore.config import RunConfig
from bncore.data import Dataset, load_data
from bncore.history import History
from bncore.train import train

__all__ = ["SMALL", "Moment", "moment", "record", "variants"]

Array = NDArray[np.float64]

SMALL = RunConfig(samples=60, hidden=(4, 6, 4), seeds=3, epochs=3, batch_size=8, learning_rate=0.2, activation="tanh", groups=2)
"""Three runs of a few steps."""

VARIANTS = {
    f"{norm} {placement}": {"norm": norm, "placement": placement, "ghost_size": 4, "renorm_start": 0}
    for norm in ("batch", "layer", "group", "renorm", "ghost", "noisy")
    for placement in ("before", "after")
}
VARIANTS |= {
    "none": {"norm": "none"},
    "partial": {"norm_layers": (2,)},
    "output": {"norm_output": True},
    "frozen": {"freeze_statistics": True},
    "dropout": {"dropout": 0.3},
    "exact": {"inference": "exact"},
    "float32": {"precision": "float32"},
    "fixed gamma": {"learn_gamma": False},
}
variants = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


class Moment(NamedTuple):
    """What most instruments take: settings, parameters, running statistics, and the training set as a batch."""

    config: RunConfig
    params: Array
    running: Array
    x: Array
    y: Array

    def alone(self, run: int) -> Moment:
        """Return one of the runs, as if no other stood beside it."""
        own = slice(run, run + 1)
        config = self.config.replace(seed=self.config.seed + run, seeds=1)
        return Moment(config, self.params[own], self.running[own], self.x[own], self.y[own])

    @property
    def data(self) -> Dataset:
        """The points of all runs."""
        return load_data(self.config)


@lru_cache(maxsize=64)
def record(config: RunConfig) -> History:
    """Return the record of a run; the same one for the same settings."""
    return train(config)


def moment(config: RunConfig) -> Moment:
    """Return the end of a run."""
    history, data = record(config), load_data(config)
    return Moment(config, history.params[-1].copy(), history.running[-1].copy(), data.x_train, data.y_train)
