"""Covariate shift: networks that learn on one kind of input and meet another, with BN and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.result import ArmResult
from bncore import Dataset, Experiment, RunConfig, load_data
from bncore.evaluate import evaluate
from bncore.network import Layout
from bncore.ops import Array
from bncore.statistics import exact_statistics

__all__ = ["CASES", "MODELS", "Case", "Neuron", "Shifted", "familiar", "measured", "moments", "neuron", "new"]

SEEDS = 16
OTHER_SEEDS = 1000
"""Flowers that nobody has learned from are drawn with seeds so far from the training's."""

DIM = (0.6, 1.0)
MODELS = ("without BN", "BN, statistics of training", "BN, re-estimated")
"""The network without BN, the one with it, and that again with statistics of the new inputs: no weight is other."""

ROSES = RunConfig(dataset="roses", seeds=SEEDS)
MOONS = RunConfig(dataset="moons", seeds=SEEDS, test_fraction=0.5)


@dataclass(frozen=True)
class Case:
    """One kind of new inputs.

    Parameters
    ----------
    config : RunConfig
        What the networks learn.
    moved : dict
        The fields of the settings that move the test points.
    familiar, new : str
        What inputs like those of training are called, and the new ones.
    classes : tuple of str
        What class 0 and class 1 are.
    known_there : bool
        Whether the Playground can draw its test points so, too.
    """

    config: RunConfig
    moved: dict[str, float]
    familiar: str
    new: str
    classes: tuple[str, str]
    known_there: bool = True

    @property
    def experiment(self) -> Experiment:
        """The twins that are trained: what is new is not seen in training, so it does not count."""
        return Experiment(self.config)

    @property
    def shown_in_playground(self) -> Experiment:
        """The same with the test points moved, where the Playground can move them."""
        return Experiment(self.config.replace(**self.moved))


CASES = {
    "colours": Case(ROSES, {}, "red roses, not seen before", "roses of all colours", ("other flower", "rose")),
    "light": Case(ROSES, {}, "red roses, not seen before", "red roses in dim light", ("other flower", "rose"), known_there=False),
    "place": Case(MOONS, {"test_shift": 2.5}, "moons, not seen before", "moons, moved by 2.5 sd", ("class 0", "class 1")),
    "mixture": Case(MOONS, {}, "moons, not seen before", "moons, 90 % of class 0", ("class 0", "class 1"), known_there=False),
}
"""The new inputs by name."""


@dataclass(frozen=True)
class Shifted:
    """Accuracies of all moments.

    Attributes
    ----------
    frames : ndarray of int, shape (M,)
        The frame of each moment.
    epochs : ndarray, shape (M,)
    familiar, new : ndarray, shape (M, 3, R)
        Accuracy of each of `MODELS` on inputs like those of training, and on the new ones.
    estimated : ndarray, shape (M, R, S)
        The statistics of the new inputs.
    """

    frames: NDArray[np.int64]
    epochs: Array
    familiar: Array
    new: Array
    estimated: Array


@dataclass(frozen=True)
class Neuron:
    """One neuron of the first hidden layer, and one new input.

    Attributes
    ----------
    number : int
        Counted from 1.
    z, eps : float
    mean, var : tuple of float
        With the statistics of training, and re-estimated.
    """

    number: int
    z: float
    eps: float
    mean: tuple[float, float]
    var: tuple[float, float]


def familiar(case: str) -> Dataset:
    """Return data whose test set is like the training set, and was not learned from.

    Examples
    --------
    >>> data = familiar("colours")
    >>> bool((data.x_test[data.y_test == 1][:, 0] > 1.2).all())
    True
    """
    config = CASES[case].config
    if config.dataset != "roses":
        return load_data(config)
    others = load_data(config.replace(seed=OTHER_SEEDS))
    return replace(load_data(config), x_test=others.x_train, y_test=others.y_train)


def new(case: str) -> Dataset:
    """Return data whose test set is the new inputs.

    Examples
    --------
    >>> round(float(new("mixture").y_test.mean()), 2)
    0.1
    """
    data = familiar(case)
    if case == "colours":
        return load_data(CASES[case].config)
    if case == "light":
        return replace(data, x_test=data.x_test * np.array(DIM))
    if case == "place":
        return load_data(CASES[case].config.replace(**CASES[case].moved))
    kept = np.stack([_mostly(y) for y in data.y_test])
    rows = np.arange(len(kept))[:, None]
    return replace(data, x_test=data.x_test[rows, kept], y_test=data.y_test[rows, kept])


def _mostly(y: Array) -> NDArray[np.intp]:
    many, few = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    return np.concatenate([many, few[: round(len(many) / 9)]])


def moments(frames: int, count: int) -> NDArray[np.int64]:
    """Return so many frames, from the first to the last.

    Examples
    --------
    >>> moments(65, 5).tolist()
    [0, 16, 32, 48, 64]
    """
    return np.round(np.linspace(0, frames - 1, count)).astype(np.int64)


def measured(case: str, results: Sequence[ArmResult], count: int) -> Shifted:
    """Return the accuracies of the twins on familiar and new inputs, at so many moments of the record.

    Parameters
    ----------
    case : str
        One of `CASES`.
    results : sequence of ArmResult
        The twins: with BN, without.
    count : int
    """
    with_bn, without = results
    sets = (familiar(case), new(case))
    at = moments(len(with_bn.history.frame_step), count)
    found = np.empty((2, count, len(MODELS), SEEDS))
    estimated = np.empty((count, *with_bn.history.running.shape[1:]))
    for m, frame in enumerate(at):
        plain, plain_running = without.history.params[frame], without.history.running[frame]
        params, running = with_bn.history.params[frame], with_bn.history.running[frame]
        estimated[m] = exact_statistics(with_bn.config, params, sets[1].x_test)
        for k, data in enumerate(sets):
            found[k, m, 0] = evaluate(without.config, data, plain, plain_running)[1]
            found[k, m, 1] = evaluate(with_bn.config, data, params, running)[1]
            found[k, m, 2] = evaluate(with_bn.config, data, params, estimated[m])[1]
    return Shifted(at, with_bn.history.frame_epoch[at], found[0], found[1], estimated)


def neuron(case: str, result: ArmResult, shifted: Shifted, moment: int, run: int) -> Neuron:
    """Return the neuron of the first hidden layer whose mean differs most, in its own standard deviations, and a new input's z.

    Parameters
    ----------
    case : str
    result : ArmResult
        The arm with BN.
    shifted : Shifted
    moment, run : int
    """
    layout, frame = Layout.of(result.config), shifted.frames[moment]
    weights = layout.weights(result.history.params[frame])[0]
    trained = layout.statistics(result.history.running[frame])[0]
    met = layout.statistics(shifted.estimated[moment])[0]
    if trained is None or met is None:
        raise ValueError("neuron.result: must be the arm with BN; got one that keeps no statistics. Use the first of the twins.")
    pairs = [(s.mean[run, 0], s.var[run, 0]) for s in (trained, met)]
    unit = int(np.argmax(np.abs(pairs[0][0] - pairs[1][0]) / np.sqrt(pairs[0][1] + result.config.eps)))
    point = new(case).x_test[run, 0]
    z = float(point @ weights.weight[run, :, unit] + weights.bias[run, 0, unit])
    means, variances = ((float(pairs[0][i][unit]), float(pairs[1][i][unit])) for i in (0, 1))
    return Neuron(unit + 1, z, result.config.eps, means, variances)
