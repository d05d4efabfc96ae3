"""Toy data sets: points in two dimensions and what is to be learned of them, drawn afresh for every seed, split by class."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bncore.config import SHARED_FIELDS, RunConfig
from bncore.patterns import PATTERNS, Points, roses
from bncore.streams import stream

__all__ = ["Dataset", "load_data"]

Array = NDArray[np.float64]

MARGIN = 0.08
BLOB_SPREAD = 0.5
FEW, MANY = 4, 64
"""How many data sets are kept: large ones, and those of at most `SMALL` points, all seeds together (a quarter of a megabyte)."""
SMALL = 10_000

FEATURE_NAMES = {"students": ("CGPA", "IQ"), "roses": ("redness", "shape")}
OWN_UNITS = ("students", "table")
"""Data sets whose features have each a unit of their own: their picture is no square, and is turned in standard deviations."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """The points of every run, read-only.

    Parameters
    ----------
    x_train, x_test : ndarray of float64, shape (R, n_train, 2) and (R, n_test, 2)
        In data units, or in standard deviations of the training set where the data are standardized.
    y_train, y_test : ndarray of float64, shape (R, n_train) and (R, n_test)
        The class of each point, 0.0, 1.0, ..., or its value in a regression.
    domain : ndarray of float64, shape (R, 4)
        ``x0, x1, y0, y1``: the rectangle that is drawn.
    feature_names : tuple of str, length 2
    n_classes : int
        How many classes there are; 0 in a regression.
    target_range : tuple of (float, float), or None
        Of a regression: lowest and highest value that a picture tells apart, the same for every seed and any noise.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    domain: Array
    feature_names: tuple[str, str]
    n_classes: int = 2
    target_range: tuple[float, float] | None = None


def load_data(config: RunConfig) -> Dataset:
    """Return the points of every seed of a run.

    Parameters
    ----------
    config : RunConfig
        Only the data fields and the seeds count.

    Returns
    -------
    Dataset
        A function of those fields alone, to the last bit; the last few are kept and shared.

    Notes
    -----
    - ``circles``, ``moons``, ``blobs``: scikit-learn's generators; the blobs stand at (-1, -1) and (1, 1) with
      standard deviation ``sqrt(0.5**2 + noise**2)``.
    - ``rings``: radii 1/4, 1/2, 3/4 and 1 with classes 0, 1, 0, 1, at uniform angles.
    - ``spirals``: two arms of one and a half turns, out to radius 2.
    - ``xor``: each feature 0.1 to 1 away from zero; class 1 where the signs differ.
    - ``adaboost``: scikit-learn's two-class AdaBoost example: two fifths of the points from a Gaussian at the origin with
      covariance 2, inner half class 0; the others at (3, 3) with covariance 1.5, inner half class 1. ``noise`` has no part.
    - ``students``: grades (CGPA) 5..10 and IQ 70..145, each a symmetric Beta(4, 4) on its range. The better half by
      ``(standardized CGPA + standardized IQ) / sqrt(2) + noise * normal`` is placed (class 1).
    - ``roses``: redness and shape. Other flowers (class 0) have any redness, uniform on 0..2, and shape ``-0.5 + 0.33 * normal``;
      roses (class 1) have shape ``0.5 + 0.33 * normal``. Training roses are all red, uniform on 1.6..2; test roses have any
      redness, 0..2. Nothing else differs between the two sets: who trusts the shape alone is right as often in both.

    - ``ring_classes``: radii 1/3, 2/3 and 1, a class each, at uniform angles.
    - ``spirals3``: three arms of one turn, a class each, out to radius 2.
    - ``plane_wave``: uniform on -1..1 in both features; the value is ``sqrt(2) sin(pi (x1 + x2))``, of mean 0 and standard
      deviation 1.
    - ``rings_temperature``: uniform on the disc of radius 1; the value is ``50 + 20 sqrt(2) cos(2 pi r)``, of mean 50 and standard
      deviation 20: it is left in its unit on purpose.
    - ``table``: a person's own rows, the same for every seed; only the split and what follows differ.

    Noise elsewhere is Gaussian, added to both features, and scales one fixed draw: moving it moves the same points. In a
    regression it is added to the value instead, in standard deviations of the values without noise.

    Each class, and in a regression the whole set, gives ``max(1, round(n * test_fraction))`` of its points to the test set. Then
    the test points alone are moved: with the training set's mean m and standard deviation s of the first feature,
    ``m + test_scale * rotation (x - m)``, and ``test_shift * s`` added to the first feature. The rotation acts in data units;
    for ``students`` and ``table``, whose two features have each a unit of their own, in training standard deviations. Last,
    standardizing subtracts the training set's mean and divides by its standard deviation (by 1 where that is 0: a table's
    feature may be constant). All of this run by run, with ``ddof`` 0.

    References
    ----------
    Zhu, Zou, Rosset and Hastie 2009, Multi-class AdaBoost: the example's source.

    Examples
    --------
    >>> data = load_data(RunConfig(seeds=3))
    >>> data.x_train.shape, data.y_test.shape, data.feature_names
    ((3, 400, 2), (3, 100), ('x1', 'x2'))
    """
    of = config.effective
    alone = RunConfig(**{name: getattr(of, name) for name in SHARED_FIELDS}, batch_size=1)
    return (_small if of.seeds * of.samples <= SMALL else _large)(alone)


def _load(config: RunConfig) -> Dataset:
    train: list[Points] = []
    test: list[Points] = []
    for run_seed in config.seed_list:
        x, y = _GENERATORS[config.dataset](config, stream(run_seed, "data"))
        x_met = roses(config, stream(run_seed, "data"), lowest=0.0)[0] if config.dataset == "roses" else x
        strata = y if config.n_classes else np.zeros_like(y)
        kept, held_out = _split(strata, config.test_fraction, stream(run_seed, "split"))
        train.append((x[kept], y[kept]))
        test.append((x_met[held_out], y[held_out]))
    x_train, y_train = (np.stack(parts) for parts in zip(*train, strict=True))  # (R, n_train, 2), (R, n_train)
    x_test, y_test = (np.stack(parts) for parts in zip(*test, strict=True))
    mean, sd = x_train.mean(axis=1, keepdims=True), x_train.std(axis=1, keepdims=True)  # (R, 1, 2)
    sd[sd == 0.0] = 1.0
    x_test = _moved(config, x_test, mean, sd)
    names = FEATURE_NAMES.get(config.dataset, ("x1", "x2"))
    if config.standardize:
        x_train, x_test = (x_train - mean) / sd, (x_test - mean) / sd
        names = (f"{names[0]} (standardized)", f"{names[1]} (standardized)")
    domain = _domain(x_train, x_test, square=config.standardize or config.dataset not in OWN_UNITS)
    for array in (x_train, y_train, x_test, y_test, domain):
        array.setflags(write=False)
    return Dataset(x_train, y_train, x_test, y_test, domain, names, config.n_classes, config.target_range)


_small, _large = lru_cache(maxsize=MANY)(_load), lru_cache(maxsize=FEW)(_load)


def _moved(config: RunConfig, x: Array, mean: Array, sd: Array) -> Array:
    """Return the test points turned and rescaled about the training mean, then shifted; untouched where nothing is asked."""
    if (config.test_rotation, config.test_scale) != (0.0, 1.0):
        unit = sd if config.dataset in OWN_UNITS else np.ones_like(sd)
        angle = math.radians(config.test_rotation)
        cos, sin = config.test_scale * math.cos(angle), config.test_scale * math.sin(angle)
        first, second = np.moveaxis((x - mean) / unit, 2, 0)  # (R, n_test) each
        x = mean + unit * np.stack([cos * first - sin * second, sin * first + cos * second], axis=2)
    return x + config.test_shift * sd * [1.0, 0.0] if config.test_shift else x


def _split(strata: Array, test_fraction: float, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the shuffled positions of the training and of the test points; each stratum gives its share."""
    order = rng.permutation(len(strata))
    held_out = np.zeros(len(strata), dtype=bool)
    for label in np.unique(strata):
        of_class = np.flatnonzero(strata[order] == label)
        held_out[of_class[: max(1, round(len(of_class) * test_fraction))]] = True
    return order[~held_out], order[held_out]


def _domain(x_train: Array, x_test: Array, square: bool) -> Array:
    low = np.minimum(x_train.min(axis=1), x_test.min(axis=1))  # (R, 2)
    high = np.maximum(x_train.max(axis=1), x_test.max(axis=1))
    width = high - low
    width[width == 0.0] = 1.0  # a table's feature may be constant
    if square:
        width = np.repeat(width.max(axis=1, keepdims=True), 2, axis=1)
    centre, half = (low + high) / 2, width * (0.5 + MARGIN)
    return np.stack([centre - half, centre + half], axis=2).reshape(-1, 4)


def _legacy(rng: np.random.Generator) -> np.random.RandomState:
    """Return the form of generator that scikit-learn takes, over the same numbers."""
    return np.random.RandomState(rng.bit_generator)


def _sklearn() -> Any:
    """Return scikit-learn's data sets, loaded when they are first needed: they take a second and eighty megabytes or more."""
    from sklearn import datasets

    return datasets


def _circles(config: RunConfig, rng: np.random.Generator) -> Points:
    x, y = _sklearn().make_circles(
        config.class_sizes, shuffle=False, noise=config.noise, random_state=_legacy(rng), factor=config.factor
    )
    return x, y.astype(np.float64)


def _moons(config: RunConfig, rng: np.random.Generator) -> Points:
    x, y = _sklearn().make_moons(config.class_sizes, shuffle=False, noise=config.noise, random_state=_legacy(rng))
    return x, y.astype(np.float64)


def _blobs(config: RunConfig, rng: np.random.Generator) -> Points:
    spread = math.hypot(BLOB_SPREAD, config.noise)
    centres = np.array([[-1.0, -1.0], [1.0, 1.0]])
    x, y = _sklearn().make_blobs(config.class_sizes, centers=centres, cluster_std=spread, shuffle=False, random_state=_legacy(rng))
    return x, y.astype(np.float64)


def _adaboost(config: RunConfig, rng: np.random.Generator) -> Points:
    at_origin, state = 2 * round(config.samples / 5), _legacy(rng)
    x0, y0 = _sklearn().make_gaussian_quantiles(cov=2.0, n_samples=at_origin, n_classes=2, shuffle=False, random_state=state)
    x1, y1 = _sklearn().make_gaussian_quantiles(
        mean=(3.0, 3.0), cov=1.5, n_samples=config.samples - at_origin, n_classes=2, shuffle=False, random_state=state
    )
    return np.concatenate([x0, x1]), np.concatenate([y0, 1 - y1]).astype(np.float64)


_GENERATORS: dict[str, Callable[[RunConfig, np.random.Generator], Points]] = {
    "circles": _circles,
    "moons": _moons,
    "blobs": _blobs,
    "adaboost": _adaboost,
    **PATTERNS,
}
