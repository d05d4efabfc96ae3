"""What a record says in a few numbers: epochs to a threshold, quantiles over seeds, which arm came first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bncore.history import History

__all__ = ["THRESHOLDS", "Counts", "epochs_to", "finals", "first", "first_of", "median_interval", "quantile", "reached"]

Array = NDArray[np.float64]

THRESHOLDS = (0.6, 0.9, 0.95)
"""The test accuracies that are reported; of a regression, the values of R^2."""

RESAMPLES = 2000


def epochs_to(history: History, threshold: float, sustained: int = 1) -> Array:
    """Return the first epoch at whose end the test accuracy (of a regression R^2) is at least the threshold.

    Parameters
    ----------
    history : History
    threshold : float
        Accuracy or R^2 in inference mode, up to 1.
    sustained : int
        Epochs in a row, the first included, that must be at or above it; all of them within the record.

    Returns
    -------
    ndarray of float64, shape (R,)
        1 or more; infinite for a seed that never got there.

    Raises
    ------
    ValueError
        If ``sustained`` is below 1.

    Notes
    -----
    With ``A(e)`` the accuracy at the end of epoch e, and k = ``sustained``: ``min {e >= 1: A(e), ..., A(e + k - 1) >= threshold}``,
    the minimum of nothing being infinite. Only whole epochs count: the untrained network (step 0), moments within an epoch and a
    last epoch that was cut short do not.

    References
    ----------
    Ioffe & Szegedy 2015, arXiv 1502.03167, figure 3: the training steps until a validation accuracy is reached; here epochs, of
    each seed.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> from bncore.train import train
    >>> epochs_to(train(RunConfig(seeds=3, epochs=2, norm="none")), 0.99).tolist()
    [inf, inf, inf]
    """
    if sustained < 1:
        msg = f"epochs_to.sustained: must be 1 or more; got {sustained}. Use 1 or more."
        raise ValueError(msg)
    ends = np.asarray(history.eval_epoch_end) & (np.asarray(history.eval_step) > 0)
    epochs = np.asarray(history.eval_step)[ends] / history.config.steps_per_epoch
    there = np.asarray(history.test_accuracy)[ends] >= threshold  # (epochs, R)
    last = len(there) - sustained + 1
    if last < 1:
        return np.full(history.config.seeds, np.inf)
    stays = np.logical_and.reduce([there[i : last + i] for i in range(sustained)])
    return np.where(stays.any(axis=0), epochs[stays.argmax(axis=0)], np.inf)


def quantile(values: ArrayLike, q: float) -> float | None:
    """Return the smallest value that at least a share ``q`` of the values do not exceed; None where that is infinite.

    Parameters
    ----------
    values : array_like of float, shape (R,)
        May hold infinity, not NaN.
    q : float
        0..1; the median is 0.5.

    Returns
    -------
    float or None
        One of the values (``method="inverted_cdf"``): never a mean of two of them, so half of the seeds at infinity do no harm.
        None as well if there are no values.

    Examples
    --------
    >>> quantile([3.0, 5.0, float("inf")], 0.5), quantile([3.0, 5.0, float("inf")], 0.9)
    (5.0, None)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return None
    value = float(np.quantile(array, q, method="inverted_cdf"))
    return value if np.isfinite(value) else None


def reached(values: ArrayLike) -> int:
    """Return how many of the values are finite: the seeds that got there.

    Examples
    --------
    >>> reached([3.0, float("inf")])
    1
    """
    return int(np.isfinite(np.asarray(values, dtype=np.float64)).sum())


class Counts(NamedTuple):
    """In how many seeds which of two arms came first.

    Attributes
    ----------
    a, b : int
        Seeds in which this arm got there strictly sooner, or alone.
    ties : int
        Seeds in which both got there in the same epoch.
    neither : int
        Seeds in which neither got there.
    """

    a: int
    b: int
    ties: int
    neither: int

    @property
    def total(self) -> int:
        """All seeds."""
        return sum(self)


def first(a: ArrayLike, b: ArrayLike) -> Counts:
    """Count, seed by seed, which of two arms got there first.

    Parameters
    ----------
    a, b : array_like of float, shape (R,)
        `epochs_to` of the two arms with the same seeds in the same order.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> never = float("inf")
    >>> first([2, 5, 3, never], [4, never, 3, never])
    Counts(a=2, b=0, ties=1, neither=1)
    """
    (wins_a, wins_b), ties, neither = first_of([a, b])
    return Counts(wins_a, wins_b, ties, neither)


def first_of(values: Sequence[ArrayLike]) -> tuple[tuple[int, ...], int, int]:
    """Count, seed by seed, which of several arms got there first.

    Parameters
    ----------
    values : sequence of array_like of float, each of shape (R,)
        `epochs_to` of each arm.

    Returns
    -------
    wins : tuple of int
        For each arm the seeds in which it was strictly ahead of all others.
    ties : int
        Seeds in which the earliest epoch was shared.
    neither : int
        Seeds in which no arm got there.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> first_of([[1, 2], [2, 2], [3, 9]])
    ((1, 0, 0), 1, 0)
    """
    arms = [np.asarray(v, dtype=np.float64) for v in values]
    shapes = {arm.shape for arm in arms}
    if len(shapes) != 1:
        msg = f"first.values: every arm must have the same seeds; got shapes {sorted(shapes)}. Train the arms with the same seeds."
        raise ValueError(msg)
    table = np.stack(arms)  # (arms, R)
    earliest = table.min(axis=0)
    there = np.isfinite(earliest)
    at_front = (table == earliest) & there
    alone = at_front.sum(axis=0) == 1
    wins = tuple(int(n) for n in (at_front & alone).sum(axis=1))
    return wins, int((there & ~alone).sum()), int((~there).sum())


def median_interval(values: ArrayLike, seed: int = 0) -> tuple[float | None, float | None]:
    """Return the bootstrap 95 % interval of the median over seeds.

    Parameters
    ----------
    values : array_like of float, shape (R,)
        May hold infinity, not NaN.
    seed : int
        Fixes the resampling.

    Returns
    -------
    low, high : float or None
        None where infinite, or where there are no values.

    Notes
    -----
    Percentile method: 2000 resamples with replacement, their medians' 2.5 % and 97.5 % quantiles, both ``inverted_cdf``.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap.

    Examples
    --------
    >>> median_interval([7.0] * 10)
    (7.0, 7.0)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    if n == 0:
        return None, None
    ranks = np.random.default_rng(seed).integers(n, size=(RESAMPLES, n))
    middle = (n + 1) // 2 - 1
    medians = ordered[np.partition(ranks, middle, axis=1)[:, middle]]
    return quantile(medians, 0.025), quantile(medians, 0.975)


def finals(history: History) -> dict[str, Array]:
    """Return loss and score at the last evaluation, of the seeds that did not diverge.

    Returns
    -------
    dict of str to ndarray of float64, shape (seeds that did not diverge,)
        ``test_accuracy``, ``test_loss``, ``train_accuracy``, ``train_loss``, in inference mode; the accuracies
        are R^2 in a regression.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> from bncore.train import train
    >>> finals(train(RunConfig(seeds=3, epochs=2)))["test_loss"].shape
    (3,)
    """
    kept = np.ones(history.config.seeds, dtype=bool)
    kept[[divergence.run for divergence in history.divergences]] = False
    names = ("test_accuracy", "test_loss", "train_accuracy", "train_loss")
    return {name: np.asarray(getattr(history, name))[-1][kept] for name in names}
