"""The game of telephone: what every layer hears over training, with BN and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.result import ArmResult
from bncore import Experiment, RunConfig
from bncore.instruments import drifts
from bncore.ops import Array

__all__ = ["EPOCHS", "SEEDS", "SETTINGS", "Heard", "experiment_of", "heard"]

EPOCHS, SEEDS = 30, 8

SETTINGS: dict[str, dict[str, Any]] = {
    "Start again": {"players": 8, "bend": "relu", "scale": 1.0, "rate": 0.1},
    "A dead network": {"players": 8, "bend": "sigmoid", "scale": 1.0, "rate": 0.1},
    "Whispering: small weights": {"players": 8, "bend": "relu", "scale": 0.3, "rate": 0.1},
    "Shouting: large weights": {"players": 8, "bend": "relu", "scale": 3.0, "rate": 0.01},
}
"""What one click sets."""


@dataclass(frozen=True)
class Heard:
    """What the layers of one arm hear: the input of each activation, over the training set.

    Attributes
    ----------
    bands : ndarray, shape (E + 1, L, 5)
        Percentiles 5, 25, 50, 75 and 95 of all units together at the end of each epoch, medians over the seeds; NaN where
        most seeds have diverged.
    moved : ndarray, shape (E + 1, L, R)
        How far the units' means moved since the epoch before, root mean square over the units; NaN at first.
    accuracy : ndarray, shape (R,)
        On test points, at the end.
    """

    bands: Array
    moved: Array
    accuracy: Array

    @property
    def drift(self) -> Array:
        """Mean way of a unit's mean in an epoch, by layer and seed, (L, R)."""
        result: Array = self.moved[1:].mean(axis=0)
        return result


def experiment_of(values: Mapping[str, Any]) -> Experiment:
    """Return the twins of the settings: moons, standardized, layers of 16 neurons.

    Examples
    --------
    >>> experiment_of(SETTINGS["A dead network"]).base.activation
    'sigmoid'
    """
    return Experiment(
        RunConfig(
            dataset="moons", samples=250, standardize=True, hidden=(16,) * int(values["players"]), activation=values["bend"],
            init_scale=values["scale"], learning_rate=values["rate"], epochs=EPOCHS, seeds=SEEDS,
        )
    )  # fmt: skip


def heard(result: ArmResult) -> Heard:
    """Return what the layers of an arm heard.

    Examples
    --------
    >>> from bncore import load_data, train
    >>> config = experiment_of(SETTINGS["Start again"]).base.replace(epochs=2)
    >>> heard(ArmResult(config, load_data(config), train(config), None)).bands.shape
    (3, 8, 5)
    """
    history = result.history
    ends = np.arange(result.config.total_epochs + 1) * result.config.steps_per_epoch
    at = np.minimum(np.searchsorted(history.frame_step, ends), len(history.frame_step) - 1)
    layers = drifts(replace(history, params=history.params[at], running=history.running[at]), result.dataset)
    bands = np.stack([layer.bands for layer in layers], axis=1)  # (E + 1, L, R, 5)
    return Heard(
        bands=np.median(bands, axis=2),
        moved=np.stack([layer.moved for layer in layers], axis=1),
        accuracy=history.test_accuracy[-1],
    )
