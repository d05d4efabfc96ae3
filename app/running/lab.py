"""The numbers of the momentum lab: batches, what was stored of them, and what each library would have stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bncore.errors import ConfigError
from bncore.norm import batch_norm_forward, frozen_norm_forward
from bncore.ops import Array
from bncore.spec import Spec
from bncore.tracking import Source, Track, batches_to_forget, draw, first_within, follow, lag, track, true_mean

__all__ = ["KERAS", "PYTORCH", "SPECS", "START", "Answer", "Lab", "Library"]

SPECS: dict[str, tuple[Spec, Any]] = {
    "mean": (Spec("Data", "Mean", "Mean of the distribution that the batches are drawn from.", "float", -100.0, 100.0), 5.0),
    "sd": (Spec("Data", "Standard deviation", "Its square is the true variance.", "float", 0.01, 50.0), 2.0),
    "drift": (Spec("Data", "Drift", "How far the mean has moved by the last batch.", "float", -100.0, 100.0), 0.0),
    "count": (Spec("Data", "Batches", "How many batches are drawn.", "int", 1, 500, unit="batches"), 25),
    "size": (Spec("Data", "Batch size", "Numbers of each batch.", "int", 1, 256, unit="numbers"), 16),
    "draw": (Spec("Seeds", "Seed of the batches", "Another seed, other batches.", "int", 0, 999_999), 0),
    "momentum": (
        Spec("Normalization", "Momentum", "Share of the old running value that is kept at each batch.", "float", 0.0, 0.9999),
        0.9,
    ),
    "start_mean": (Spec("Normalization", "Starting mean", "Running mean before the first batch.", "float", -100.0, 100.0), 0.0),
    "start_var": (
        Spec("Normalization", "Starting variance", "Running variance before the first batch.", "float", 0.0, 2500.0),
        1.0,
    ),
    "batch": (Spec("Data", "Batch shown", "The batch whose update is written out.", "int", 0, 500), 25),
    "sample": (Spec("Data", "One sample", "The number that inference is asked about.", "float", -1000.0, 1000.0), 7.0),
    "gamma": (Spec("Normalization", "gamma", "Scale after normalising.", "float", -10.0, 10.0), 1.5),
    "beta": (Spec("Normalization", "beta", "Shift after normalising.", "float", -10.0, 10.0), 0.5),
}
"""The settings of the lab, each with its default."""

START = (0.0, 1.0)
"""Running mean and variance before the first batch, in both libraries and in `bncore`."""

EPS = 1e-3


@dataclass(frozen=True)
class Library:
    """What a library does unless it is told otherwise.

    Parameters
    ----------
    name : str
    momentum : float
        Weight of the old value, whatever the library calls by this name.
    eps : float
    unbiased : bool
        The stored variance is divided by one less than the batch size.
    """

    name: str
    momentum: float
    eps: float
    unbiased: bool

    def stores(self, batches: Array, momentum: float | None = None) -> Track | None:
        """Return what is stored of batches (K, N), at the library's own momentum or at another; None where it refuses them.

        Examples
        --------
        >>> PYTORCH.stores(np.array([[1.0, 3.0]])).running_var.tolist(), PYTORCH.stores(np.array([[1.0]]))
        ([1.0, 1.1], None)
        """
        try:
            return track(batches, self.momentum if momentum is None else momentum, START, unbiased=self.unbiased)
        except ConfigError:
            return None


KERAS = Library("Keras", 0.99, 1e-3, False)
PYTORCH = Library("PyTorch", 0.9, 1e-5, True)


@dataclass(frozen=True)
class Answer:
    """What one sample becomes: the statistics used, epsilon, the normalised value and the output."""

    mean: float
    var: float
    eps: float
    x_hat: float
    y: float


class Lab:
    """All numbers of one setting of the lab.

    Parameters
    ----------
    values : mapping of str to value
        Of `SPECS`, checked; a batch beyond the last stands for the last.

    Examples
    --------
    >>> lab = Lab({name: default for name, (_, default) in SPECS.items()})
    >>> lab.k, lab.forget
    (25, 29)
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.source = Source(*(values[name] for name in ("mean", "sd", "drift", "count", "size", "draw")))
        self.momentum: float = values["momentum"]
        self.start: tuple[float, float] = (values["start_mean"], values["start_var"])
        self.k: int = min(values["batch"], self.source.count)
        self.sample, self.gamma, self.beta = (float(values[name]) for name in ("sample", "gamma", "beta"))
        self.batches = draw(self.source)
        self.found = track(self.batches, self.momentum, self.start)

    @cached_property
    def true_mean(self) -> Array:
        """Mean of the distribution at each batch, shape (K,)."""
        return true_mean(self.source)

    @cached_property
    def true_var(self) -> Array:
        """Variance of the distribution at each batch, shape (K,)."""
        return np.full(self.source.count, self.source.sd**2)

    @property
    def shrink(self) -> float:
        """What a batch's variance, divided by its size, is of the true one on average."""
        return (self.source.size - 1) / self.source.size

    @cached_property
    def expected(self) -> Array:
        """What is expected to be stored, without chance: mean and variance before the first batch and after each, (K + 1, 2)."""
        return follow(np.stack([self.true_mean, self.true_var * self.shrink], axis=1), self.momentum, self.start)

    @property
    def forget(self) -> int:
        """Batches until at most 5 % of the start is left."""
        return batches_to_forget(self.momentum)

    @property
    def left(self) -> float:
        """Share of the starting value that is left after the batch shown."""
        return float(self.momentum**self.k)

    @property
    def near(self) -> tuple[int | None, int | None]:
        """Batches until the running mean and variance of this run first came near the true ones."""
        return first_within(self.found.running_mean, self.true_mean), first_within(self.found.running_var, self.true_var)

    @property
    def behind(self) -> float:
        """How far the running mean stays behind a moving one, once the start is forgotten."""
        return lag(self.momentum, self.source.drift / max(1, self.source.count - 1))

    @property
    def now(self) -> tuple[float, float]:
        """Running mean and variance after the batch shown."""
        return float(self.found.running_mean[self.k]), float(self.found.running_var[self.k])

    def frozen(self, mean: float, var: float, eps: float, x: float | None = None) -> Answer:
        """Return what given statistics make of the sample, or of another number."""
        at = self.sample if x is None else x
        y, cache = frozen_norm_forward(_one(at), _one(self.gamma), _one(self.beta), _one(mean), _one(var), eps)
        return Answer(mean, var, eps, cache.x_hat.item(), y.item())

    @property
    def here(self) -> Answer:
        """What the sample becomes with the running statistics after the batch shown."""
        return self.frozen(*self.now, EPS)

    @property
    def alone(self) -> Answer:
        """What the sample becomes as a batch of one, by its own statistics."""
        y, cache = batch_norm_forward(_one(self.sample), _one(self.gamma), _one(self.beta), EPS)
        return Answer(cache.mean.item(), cache.var.item(), EPS, cache.x_hat.item(), y.item())

    def answers(self) -> dict[str, Answer | None]:
        """Return what becomes of the sample after the batch shown: here, in each library with its defaults, and alone."""
        found: dict[str, Answer | None] = {"here": self.here}
        for library in (KERAS, PYTORCH):
            kept = library.stores(self.batches)
            stored = (kept.running_mean[self.k].item(), kept.running_var[self.k].item()) if kept else None
            found[library.name] = self.frozen(*stored, library.eps) if stored else None
        return found | {"alone": self.alone}

    @cached_property
    def spans(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Lowest and highest value of the two pictures: momentum does not change them, so motion means change."""
        means = [*self.found.batch_mean, *self.true_mean, self.start[0]]
        variances = [*self.found.batch_var, self.true_var[0], self.start[1]]
        low, high = min(means), max(means)
        room = 0.06 * (high - low) or 1.0
        top = max(variances)
        return (low - room, high + room), (0.0, 1.08 * top if top and math.isfinite(top) else 1.0)


def _one(value: float) -> Array:
    return np.full((1, 1, 1), value)
