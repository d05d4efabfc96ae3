"""Running statistics of batches of plain numbers: what they store, batch by batch, and how soon they forget their start."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bncore.errors import ConfigError
from bncore.norm import batch_statistics, update_running
from bncore.ops import Array
from bncore.parts_norm import unbiasing
from bncore.streams import stream

__all__ = ["Source", "Track", "batches_to_forget", "draw", "first_within", "follow", "lag", "track", "true_mean"]


@dataclass(frozen=True)
class Source:
    """Where batches come from: a normal distribution whose mean may move.

    Parameters
    ----------
    mean, sd : float
        Of the numbers of the first batch.
    drift : float
        How far the mean has moved, evenly, by the last batch.
    count : int
        Batches.
    size : int
        Numbers of a batch.
    seed : int
    """

    mean: float = 5.0
    sd: float = 2.0
    drift: float = 0.0
    count: int = 25
    size: int = 16
    seed: int = 0


class Track(NamedTuple):
    """What K batches gave, and what was stored: before the first batch, and after each.

    Attributes
    ----------
    batch_mean, batch_var : ndarray, shape (K,)
        The variance as it enters the running one.
    running_mean, running_var : ndarray, shape (K + 1,)
    """

    batch_mean: Array
    batch_var: Array
    running_mean: Array
    running_var: Array


def true_mean(source: Source) -> Array:
    """Return the mean of the distribution at each batch, shape (K,).

    Examples
    --------
    >>> true_mean(Source(mean=5.0, drift=1.0, count=3)).tolist()
    [5.0, 5.5, 6.0]
    """
    return source.mean + source.drift * np.linspace(0.0, 1.0, source.count)


def draw(source: Source) -> Array:
    """Return the batches, shape (K, N).

    Notes
    -----
    The same seed and size give the same standard normal numbers whatever the rest: another mean shifts them, another sd spreads
    them, more batches are added behind.

    Examples
    --------
    >>> bool((draw(Source(count=2)) == draw(Source(count=9))[:2]).all())
    True
    """
    noise = stream(source.seed, "data").standard_normal((source.count, source.size))
    return true_mean(source)[:, None] + source.sd * noise


def follow(values: Array, momentum: float, start: tuple[float, ...]) -> Array:
    """Return running statistics before the first batch and after each, by the engine's own update.

    Parameters
    ----------
    values : ndarray, shape (K, S)
        What each batch gave.
    momentum : float
        Weight of the old value.
    start : tuple of S float

    Returns
    -------
    ndarray, shape (K + 1, S)

    Notes
    -----
    Given the expected values of batches instead of values, it returns what is expected to be stored, without chance.

    Examples
    --------
    >>> follow(np.array([[1.0], [1.0]]), 0.5, (0.0,)).ravel().tolist()
    [0.0, 0.5, 0.75]
    """
    stored = np.empty((len(values) + 1, len(start)))
    stored[0] = start
    for k in range(len(values)):
        update_running(stored[k : k + 1], values[k : k + 1], momentum, out=stored[k + 1 : k + 2])
    return stored


def track(batches: Array, momentum: float, start: tuple[float, float] = (0.0, 1.0), *, unbiased: bool = False) -> Track:
    """Return the mean and variance of each batch and the running ones.

    Parameters
    ----------
    batches : ndarray, shape (K, N)
    momentum : float
        Weight of the old value, as Keras means it; PyTorch calls ``1 - momentum`` by this name.
    start : tuple of two float
        Running mean and variance before the first batch.
    unbiased : bool
        Store the variance divided by N - 1, as PyTorch does; Keras stores it divided by N.

    Raises
    ------
    ConfigError
        If an unbiased variance of single numbers is asked for.

    Examples
    --------
    >>> track(np.array([[1.0, 3.0], [3.0, 5.0]]), 0.5).running_mean.tolist()
    [0.0, 1.0, 2.5]
    >>> track(np.array([[1.0, 3.0]]), 0.5, unbiased=True).running_var.tolist()
    [1.0, 1.5]
    """
    size = batches.shape[1]
    if unbiased and size < 2:
        rule = "must hold 2 numbers or more each where the variance is divided by N - 1"
        raise ConfigError("track.batches", rule, str(size), "Use larger batches, or the variance divided by N.")
    _, mean, var = batch_statistics(batches[:, :, None])
    values = np.concatenate([mean[:, :, 0], var[:, :, 0]], axis=1)  # (K, 2)
    if unbiased:
        values[:, 1] *= unbiasing(size, size).flat[0]
    stored = follow(values, momentum, start)
    return Track(values[:, 0], values[:, 1], stored[:, 0], stored[:, 1])


def batches_to_forget(momentum: float, share: float = 0.05) -> int:
    """Return the first number of batches after which at most this share of the starting value is left.

    Parameters
    ----------
    momentum : float
        0 or more, below 1.
    share : float
        Above 0, below 1.

    Raises
    ------
    ConfigError
        If the momentum is out of these bounds: at 1 the start is never forgotten.

    Notes
    -----
    After k batches ``running = momentum^k * start + (1 - momentum^k) * (weighted mean of the batches)``, so the answer is
    ``ceil(log(share) / log(momentum))``, whatever the batches are.

    Examples
    --------
    >>> [batches_to_forget(m) for m in (0.0, 0.5, 0.9, 0.99, 0.999)]
    [1, 5, 29, 299, 2995]
    """
    if not 0.0 <= momentum < 1.0:
        raise ConfigError("batches_to_forget.momentum", "must be 0 or more and below 1", repr(momentum), "Use 0.9.")
    if momentum <= share:
        return 1
    k = math.ceil(math.log(share) / math.log(momentum))
    return next(n for n in (k - 1, k, k + 1) if momentum**n <= share)  # the quotient of logarithms is rounded


def first_within(stored: Array, target: Array, share: float = 0.05) -> int | None:
    """Return after how many batches a stored value first is near what it should be.

    Parameters
    ----------
    stored : ndarray, shape (K + 1,)
        Before the first batch, and after each.
    target : ndarray, shape (K,)
        The true value at each batch.
    share : float
        How much of the way from the start to the first true value may be left.

    Returns
    -------
    int or None
        0 where the start is the true value; None where it does not come near.

    Examples
    --------
    >>> first_within(np.array([0.0, 5.0, 9.6, 9.0]), np.array([10.0, 10.0, 10.0]))
    2
    """
    if not len(target):
        return None
    near = np.abs(stored - np.concatenate([target[:1], target])) <= share * abs(stored[0] - target[0])
    return int(near.argmax()) if near.any() else None


def lag(momentum: float, slope: float) -> float:
    """Return how far a running mean stays behind a mean that moves by ``slope`` a batch, once the start is forgotten.

    Notes
    -----
    ``slope * momentum / (1 - momentum)``: the fixed point of ``gap = momentum * (gap + slope)``.

    Examples
    --------
    >>> round(lag(0.9, 0.1), 12)
    0.9
    """
    return slope * momentum / (1.0 - momentum)
