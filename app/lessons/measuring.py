"""What several lessons measure on a record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.model import Curve, Measured
from bncore import History, RunConfig

__all__ = ["curve_of", "fewer", "final", "more", "or_guess", "rises", "thinned", "times"]

Array = NDArray[np.float64]
MOST_POINTS = 60


def curve_of(history: History, name: str = "test_accuracy") -> Curve:
    """Return how something evaluated went, over epochs: ``test_accuracy``, ``test_loss``, ``train_loss``...

    Examples
    --------
    >>> from bncore import train
    >>> curve = curve_of(train(RunConfig(seeds=2, epochs=3)))
    >>> curve.x[-1], curve.y.shape[0]
    (np.float64(3.0), 2)
    """
    return thinned(Curve(np.asarray(history.eval_epoch, float), np.asarray(getattr(history, name), float).T))


def thinned(curve: Curve) -> Curve:
    """Return a curve of at most 60 points, its ends included.

    Examples
    --------
    >>> long = Curve(np.arange(500.0), np.zeros((1, 500)))
    >>> thinned(long).y.shape, thinned(long).x[-1]
    ((1, 60), np.float64(499.0))
    """
    keep = np.unique(np.linspace(0, len(curve.x) - 1, min(MOST_POINTS, len(curve.x))).round().astype(int))
    return Curve(curve.x[keep], curve.y[:, keep])


def or_guess(accuracy: Array, config: RunConfig) -> Array:
    """Return accuracies, with that of guessing where a network's numbers overflowed: it answers all points alike.

    Examples
    --------
    >>> or_guess(np.array([0.9, np.nan]), RunConfig()).tolist()
    [0.9, 0.5]
    """
    guess = 1.0 / max(2, config.n_classes) if config.task != "regression" else 0.0  # that of the mean value, an R2 of 0
    return np.asarray(np.nan_to_num(accuracy, nan=guess), float)


def final(history: History, name: str = "test_accuracy") -> Array:
    """Return what was evaluated last, a number a seed; the accuracy of a network whose numbers overflowed is that of guessing.

    Examples
    --------
    >>> from bncore import train
    >>> final(train(RunConfig(seeds=2, epochs=1))).shape
    (2,)
    """
    last = np.asarray(getattr(history, name)[-1], float)
    return or_guess(last, history.config) if name.endswith("accuracy") else last


def rises(history: History) -> Array:
    """Return the share of epochs in which the training loss rises, 0 to 1.

    Examples
    --------
    >>> from bncore import train
    >>> bool((rises(train(RunConfig(seeds=2, epochs=5))) <= 1).all())
    True
    """
    ends = np.asarray(history.eval_epoch_end)
    loss = np.asarray(history.train_loss, float)[ends]
    return np.asarray((np.diff(loss, axis=0) > 0).mean(axis=0), float)


def fewer(measured: Measured, name: str, than: str, of: str) -> Array:
    """Return by how much one case has less of something than another, seed by seed; never against never is 0.

    Examples
    --------
    >>> from app.lessons.model import Measure
    >>> both = {"a": Measure({"n": np.array([5.0, np.inf])}), "b": Measure({"n": np.array([3.0, np.inf])})}
    >>> fewer(both, "n", than="a", of="b").tolist()
    [2.0, 0.0]
    """
    big, small = measured[than].numbers[name], measured[of].numbers[name]
    with np.errstate(invalid="ignore"):
        return np.where(big == small, 0.0, big - small)


def more(measured: Measured, name: str, of: str, than: str) -> Array:
    """Return by how much one case has more of something than another, seed by seed.

    Examples
    --------
    >>> from app.lessons.model import Measure
    >>> both = {"a": Measure({"n": np.array([5.0])}), "b": Measure({"n": np.array([3.0])})}
    >>> more(both, "n", of="a", than="b").tolist()
    [2.0]
    """
    return fewer(measured, name, than=of, of=than)


def times(measured: Measured, name: str, of: str, per: str) -> float:
    """Return how many times the median of one case is that of another; 1 where both are infinite.

    Examples
    --------
    >>> from app.lessons.model import Measure
    >>> both = {"a": Measure({"n": np.array([8.0])}), "b": Measure({"n": np.array([np.inf])})}
    >>> times(both, "n", of="b", per="a"), times(both, "n", of="b", per="b")
    (inf, 1.0)
    """
    over, under = (float(np.quantile(measured[label].numbers[name], 0.5, method="inverted_cdf")) for label in (of, per))
    return 1.0 if over == under else over / under if under else np.inf
