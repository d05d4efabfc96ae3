"""What later papers measured, measured here: the loss along the gradient, and the shift inside, with BN, noisy BN and none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.result import ArmResult
from bncore import Arm, Experiment, RunConfig
from bncore.instruments import chance_of, covariate_shift, landscape
from bncore.ops import Array

__all__ = ["ARMS", "BATCH", "MEASURES", "MOMENTS", "SEEDS", "SETTINGS", "STEPS", "Measured", "experiment_of", "lower", "measured"]

SEEDS, STEPS, BATCH, MOMENTS = 8, 120, 64, 12

ARMS = (Arm("without", (("norm", "none"),)), Arm("with BN"), Arm("with noisy BN", (("norm", "noisy"),)))
"""What is compared; only the normaliser differs."""

MEASURES = ("loss range", "gradient change", "effective smoothness", "internal covariate shift")
"""What is measured, each the better the smaller for whom believes that it matters."""

SETTINGS: dict[str, dict[str, Any]] = {
    "BN smooths": {"deep": 4, "wide": 16, "curve": "relu", "speed": 0.5},
    "BN does not smooth": {"deep": 4, "wide": 16, "curve": "tanh", "speed": 0.1},
}
"""One click each; both found on seeds 0..31 and confirmed on 32..63."""


@dataclass(frozen=True)
class Measured:
    """One arm at all moments.

    Attributes
    ----------
    step : ndarray of int, shape (M,)
        Training steps behind each moment.
    start : ndarray, shape (M, R)
        Loss where each walk begins.
    walk : ndarray, shape (M, K, R)
        Loss at half a step, one, ... four steps down the gradient.
    values : ndarray, shape (4, M, R)
        Each of `MEASURES`; infinite where a run has diverged.
    accuracy : ndarray, shape (R,)
        On test points, at the end.
    loss : ndarray, shape (R,)
        On training points, at the end; infinite where a run has diverged.
    """

    step: NDArray[np.int64]
    start: Array
    walk: Array
    values: Array
    accuracy: Array
    loss: Array

    @property
    def means(self) -> Array:
        """Each measure's mean over the moments, by seed, (4, R)."""
        result: Array = self.values.mean(axis=1)
        return result


def experiment_of(values: Mapping[str, Any]) -> Experiment:
    """Return the three arms of the settings: moons, standardized; He's initial weights for ReLU, Glorot's for the others.

    Examples
    --------
    >>> experiment_of(SETTINGS["BN does not smooth"]).base.initializer
    'glorot_uniform'
    """
    base = RunConfig(
        dataset="moons", standardize=True, hidden=(int(values["wide"]),) * int(values["deep"]), activation=values["curve"],
        initializer="he_normal" if values["curve"] == "relu" else "glorot_uniform", learning_rate=values["speed"],
        batch_size=BATCH, seeds=values.get("seeds", SEEDS), seed=values.get("first", 0),
    )  # fmt: skip
    return Experiment(base.replace(steps=STEPS), ARMS)


def measured(result: ArmResult) -> Measured:
    """Return the measures of an arm at `MOMENTS` of its training, on the first `BATCH` training points.

    Notes
    -----
    At each moment the walk goes down the gradient of that batch, half a learning rate to four (`bncore.instruments.landscape`).
    The loss range is the highest loss met less the lowest; the gradient change is the largest distance of the gradients met
    from the first one; effective smoothness is the largest such change per distance. Internal covariate shift is the mean over
    all layers but the first of the change of a layer's gradient that the step of the layers before it makes
    (`bncore.instruments.covariate_shift`). Noise is the same at every point of a walk, as within one training step.

    Examples
    --------
    >>> from bncore import load_data, train
    >>> config = experiment_of(SETTINGS["BN smooths"] | {"seeds": 1}).base.replace(steps=20)
    >>> measured(ArmResult(config, load_data(config), train(config), None)).values.shape
    (4, 12, 1)
    """
    config, history, data = result.config, result.history, result.dataset
    at = np.round(np.linspace(1, len(history.frame_step) - 1, MOMENTS)).astype(np.int64)
    x, y = data.x_train[:, :BATCH], data.y_train[:, :BATCH]
    starts, walks, values = [], [], []
    for frame in at:
        params, running = history.params[frame], history.running[frame]
        extras = chance_of(config, running, x.shape[1], int(history.frame_step[frame]) + 1)
        seen = landscape(config, params, running, x, y, extras=extras)
        shift = covariate_shift(config, params, running, x, y, extras=extras).distance[:, 1:].mean(axis=1)
        low, high = seen.loss_range
        with np.errstate(invalid="ignore"):
            values.append([high - low, seen.predictiveness[1], seen.smoothness, shift])
        starts.append(seen.start)
        walks.append(seen.loss)
    found = np.moveaxis(np.array(values), 0, 1)  # (4, M, R)
    return Measured(
        step=history.frame_step[at],
        start=np.array(starts),
        walk=np.array(walks),
        values=np.where(np.isfinite(found), found, np.inf),
        accuracy=history.test_accuracy[-1],
        loss=np.where(np.isfinite(history.train_loss[-1]), history.train_loss[-1], np.inf),
    )


def lower(one: Measured, other: Measured) -> list[int]:
    """Return in how many seeds each measure of one arm, meaned over the moments, is below that of another."""
    counts: Sequence[int] = (one.means < other.means).sum(axis=1).tolist()
    return list(counts)
