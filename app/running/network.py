"""The trained network of the page: its settings, what it is compared with, and what is measured on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from app.compute.made import MadeOnce
from app.result import ArmResult
from bncore.config import Arm, Experiment, RunConfig
from bncore.data import Dataset
from bncore.evaluate import evaluate
from bncore.fork import fork
from bncore.history import History
from bncore.instruments.gap import gap
from bncore.network import Layout
from bncore.ops import Array
from bncore.spec import Spec
from bncore.statistics import exact_statistics
from bncore.train import advance

__all__ = [
    "BATCHES", "MOMENTA", "SPECS", "STAGES", "UPDATES", "Cure", "Unit", "Ways", "cure", "experiments", "handed_on", "measured",
    "settings", "tuned", "unit_of",
]  # fmt: skip

STAGES = ("trained", "cured", "tuned")
MOMENTA = (0.5, 0.9, 0.99, 0.999)
BATCHES = (4, 16, 64, 256)
UPDATES = (13, 26, 65, 130, 260, 520, 1000)
TUNE_BATCHES = (2, 4, 8, 16)
MOMENTS = 14
"""At most so many moments of a run are measured."""

SPECS: dict[str, tuple[Spec, Any]] = {
    "net_momentum": (
        Spec("Normalization", "BN momentum", "Share of the old running value that is kept at each update.", "float", 0.0, 0.9999),
        0.99,
    ),
    "net_batch": (Spec("Training", "Batch size", "Points of each update.", "int", 2, 400, unit="points"), 32),
    "updates": (Spec("Training", "Updates", "Steps of training: each moves the running statistics once.", "int", 1, 1000), 65),
    "stage": (Spec("Training", "Stage", "What has been done with the trained network.", "choice", choices=STAGES), "trained"),
    "tune_batch": (Spec("Training", "Batch size of fine-tuning", "Points of each further update.", "int", 2, 16), 2),
}
"""The settings of the network, each with its default."""

TUNING = {"samples": 40, "learning_rate": 0.03, "steps": 100}
"""Fine-tuning: 32 new points of the same kind to learn from. A hundred steps of 16 small networks take a tenth of a second, less
than a turn in the pool would, so they are made where they are shown."""


class Ways(NamedTuple):
    """Accuracy on the training points (0..1) at some moments, one network in three ways; each (F, R).

    Attributes
    ----------
    updates : ndarray, shape (F,)
    batch : ndarray
        Training mode: each mini-batch by its own statistics.
    running : ndarray
        Inference mode, with what was stored.
    exact : ndarray
        Inference with the statistics of the whole training set.
    """

    updates: Array
    batch: Array
    running: Array
    exact: Array


@dataclass(frozen=True)
class Cure:
    """Accuracy (0..1) of every seed, (R,), on training and test points, before and after the statistics are re-estimated."""

    before: tuple[Array, Array]
    after: tuple[Array, Array]


class Unit(NamedTuple):
    """Statistics of the first unit of the first layer in the first seed's network: stored, and exact."""

    running_mean: float
    running_var: float
    exact_mean: float
    exact_var: float


def settings(values: Mapping[str, Any]) -> RunConfig:
    """Return the settings of the chosen network.

    Examples
    --------
    >>> config = settings({name: default for name, (_, default) in SPECS.items()})
    >>> config.bn_momentum, config.batch_size, config.total_steps, config.seeds
    (0.99, 32, 65, 16)
    """
    return RunConfig(
        dataset="moons", noise=0.1, samples=500, hidden=(16, 16), learning_rate=0.3, seeds=16, epochs=None,
        bn_momentum=values["net_momentum"], batch_size=values["net_batch"], steps=values["updates"],
    )  # fmt: skip


def experiments(config: RunConfig) -> dict[str, Experiment]:
    """Return what is trained: the chosen network, and the same at other momenta and at other batch sizes.

    Examples
    --------
    >>> {name: len(found.arms) for name, found in experiments(RunConfig()).items()}
    {'chosen': 1, 'momentum': 4, 'batch': 4}
    """
    sweeps = {"momentum": ("bn_momentum", MOMENTA), "batch": ("batch_size", BATCHES)}
    return {"chosen": Experiment(config, (Arm("chosen"),))} | {
        name: Experiment(config, tuple(Arm(f"{value}", ((field, value),)) for value in values))
        for name, (field, values) in sweeps.items()
    }


def handed_on(config: RunConfig) -> Experiment:
    """Return the chosen network for the Playground: twins that differ in the statistics of inference only."""
    return Experiment(config, (Arm("running statistics"), Arm("exact statistics", (("inference", "exact"),))))


_made = MadeOnce(5_000_000)


def measured(result: ArmResult, moments: int = MOMENTS) -> Ways:
    """Return the accuracies of a trained network at some moments of its training, the last one included; kept once made.

    A seed that has diverged counts as 0.
    """
    return _made.get((result.config.key, moments), lambda: _measured(result.config, result.dataset, result.history, moments))


def _measured(config: RunConfig, data: Dataset, history: History, moments: int) -> Ways:
    count = len(history.frame_step)
    frames = [count - 1] if moments == 1 else sorted({*np.linspace(0, count - 1, min(moments, count)).round().astype(int).tolist()})
    found = [gap(config, data, history.params[i], history.running[i]) for i in frames]
    ways = [np.nan_to_num(np.stack([way.accuracy for way in column])) for column in zip(*found, strict=True)]
    whole, batches, inference = ways
    return Ways(history.frame_step[frames].astype(float), batches, inference, whole)


def cure(result: ArmResult) -> Cure:
    """Return what re-estimation does to the trained network: one pass over the training points, no weight moves."""
    params, running = result.history.params[-1], result.history.running[-1]
    exact = exact_statistics(result.config, params, result.dataset.x_train)
    before, after = (_accuracies(result, params, statistics) for statistics in (running, exact))
    return Cure(before, after)


def unit_of(result: ArmResult) -> Unit:
    """Return the statistics of one unit, as they are stored at the end and as they are."""
    params, running = result.history.params[-1], result.history.running[-1]
    layout = Layout.of(result.config)
    numbers = []
    for statistics in (running, exact_statistics(result.config, params, result.dataset.x_train)):
        first = layout.statistics(statistics)[0]
        if first is None:
            raise AssertionError("the first layer of this network is normalised")
        numbers += [float(first.mean[0, 0, 0]), float(first.var[0, 0, 0])]
    return Unit(*numbers)


def tuned(result: ArmResult, batch_size: int) -> dict[str, Array]:
    """Return the test accuracy (0..1) of every seed, (R,), after fine-tuning on new points in three ways.

    Parameters
    ----------
    result : ArmResult
        The trained network.
    batch_size : int

    Notes
    -----
    ``updated`` goes on as before; ``frozen`` normalises by the running statistics and leaves them; ``cured`` does the same with
    re-estimated ones. All begin with the same weights and meet the same points in the same order. A seed that diverged counts as
    0. Kept once made.
    """
    return _made.get((result.config.key, "tuned", batch_size), lambda: _fine_tuned(result, batch_size))


def _fine_tuned(result: ArmResult, batch_size: int) -> dict[str, Array]:
    history, config = result.history, result.config
    exact = exact_statistics(config, history.params[-1], result.dataset.x_train)
    cured = replace(history, running=np.concatenate([history.running[:-1], exact[None]]))
    found = {}
    for name, start, frozen in (("updated", history, False), ("frozen", history, True), ("cured", cured, True)):
        state = fork(start, len(history.frame_step) - 1, batch_size=batch_size, freeze_statistics=frozen, **TUNING)
        state, _ = advance(state, state.config.total_epochs)
        found[name] = _accuracies(result, state.params, state.running)[1]
    return found


def _accuracies(result: ArmResult, params: Array, running: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        _, test, _, train = np.nan_to_num(evaluate(result.config, result.dataset, params, running))
    return train, test
