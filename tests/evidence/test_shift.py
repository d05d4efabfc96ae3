"""Covariate shift: what BN's statistics of the training set do to other test points, and what re-estimating them mends."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bncore import Dataset, History, RunConfig, load_data, train
from bncore.evaluate import evaluate
from bncore.statistics import exact_statistics

pytestmark = pytest.mark.evidence

MOONS = RunConfig(dataset="moons", seeds=64)
ROSES = RunConfig(dataset="roses", seeds=64)
OTHER_SEEDS = 1000


@cache
def trained(config: RunConfig) -> History:
    return train(config)


def accuracies(config: RunConfig, data: Dataset, seen: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the accuracy on the test points with the statistics of training, and with those of (``seen``) test points."""
    params, running = trained(config).params[-1], trained(config).running[-1]
    estimated = exact_statistics(config, params, data.x_test[:, :seen])
    return evaluate(config, data, params, running)[1], evaluate(config, data, params, estimated)[1]


def medians(config: RunConfig, data: Dataset, seen: int | None = None) -> tuple[float, float]:
    source, estimated = (float(np.median(values)) for values in accuracies(config, data, seen))
    return source, estimated


def red_roses() -> Dataset:
    """Return flowers of other seeds, drawn like the training set."""
    others = load_data(ROSES.replace(seed=OTHER_SEEDS))
    return replace(others, x_test=others.x_train, y_test=others.y_train)


def mostly(data: Dataset, label: int, share: float = 0.9) -> Dataset:
    """Return the data with a test set of one class in the main: all of its points, and the first few of the other."""
    kept = np.array([_mostly(y, label, share) for y in data.y_test])
    rows = np.arange(len(kept))[:, None]
    return replace(data, x_test=data.x_test[rows, kept], y_test=data.y_test[rows, kept])


def _mostly(y: np.ndarray, label: int, share: float) -> np.ndarray:
    many, few = np.flatnonzero(y == label), np.flatnonzero(y != label)
    return np.concatenate([many, few[: round(len(many) * (1 / share - 1))]])


@pytest.mark.parametrize(
    ("moved", "source", "estimated"),
    [
        ({}, (0.98, 1.0), (0.98, 1.0)),
        ({"test_shift": 2.5}, (0.60, 0.70), (0.98, 1.0)),
        ({"test_shift": -2.5}, (0.60, 0.70), (0.98, 1.0)),
        ({"test_rotation": 20.0, "test_scale": 0.7}, (0.55, 0.75), (0.96, 1.0)),
    ],
)
def test_a_shift_of_the_moons_is_cured_by_their_own_statistics(
    moved: dict[str, float], source: tuple[float, float], estimated: tuple[float, float]
) -> None:
    with_source, with_estimated = medians(MOONS, load_data(MOONS.replace(**moved)))
    assert source[0] <= with_source <= source[1]
    assert estimated[0] <= with_estimated <= estimated[1]


def test_a_shift_is_cured_in_every_seed_and_32_points_without_labels_are_enough() -> None:
    moons = load_data(MOONS.replace(test_shift=2.5))
    source, estimated = accuracies(MOONS, moons)
    assert (source < estimated).all()
    assert medians(MOONS, moons, seen=32)[1] >= 0.98


def test_a_larger_rotation_is_not_wholly_cured() -> None:
    source, estimated = medians(MOONS, load_data(MOONS.replace(test_rotation=45.0)))
    assert 0.6 <= source <= 0.75
    assert 0.75 <= estimated <= 0.88


def test_red_roses_teach_little_about_roses_of_all_colours() -> None:
    assert 0.94 <= medians(ROSES, red_roses())[0] <= 0.98
    source, estimated = accuracies(ROSES, load_data(ROSES))
    assert 0.63 <= np.median(source) <= 0.73
    assert 0.71 <= np.median(estimated) <= 0.80
    assert (source < estimated).mean() >= 0.85


def test_bn_is_no_help_against_a_shift_but_harm_without_new_statistics() -> None:
    plain = ROSES.replace(norm="none")
    assert 0.94 <= np.median(evaluate(plain, red_roses(), trained(plain).params[-1], trained(plain).running[-1])[1]) <= 0.97
    without, with_bn = trained(plain).test_accuracy[-1], trained(ROSES).test_accuracy[-1]
    assert 0.80 <= np.median(without) <= 0.90
    assert (with_bn < without).mean() >= 0.9


def test_red_roses_in_dim_light_are_known_again_with_their_own_statistics() -> None:
    flowers = red_roses()
    source, estimated = accuracies(ROSES, replace(flowers, x_test=flowers.x_test * [0.6, 1.0]))
    assert 0.55 <= np.median(source) <= 0.75
    assert 0.94 <= np.median(estimated) <= 0.98
    assert (source < estimated).all()


@pytest.mark.parametrize("label", [0, 1])
def test_statistics_of_one_class_in_the_main_do_harm(label: int) -> None:
    config = MOONS.replace(test_fraction=0.5)
    data = mostly(load_data(config), label)
    assert np.mean(data.y_test == label) == pytest.approx(0.9, abs=0.005)
    source, estimated = accuracies(config, data)
    assert np.median(source) >= 0.99
    assert 0.7 <= np.median(estimated) <= 0.9
    assert (estimated < source).all()
