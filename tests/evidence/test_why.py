"""What the page "Why it works" claims, over many seeds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from app.result import ArmResult
from app.why.landscape import SETTINGS as CONFIGURATIONS
from app.why.landscape import Measured, lower, measured
from app.why.landscape import experiment_of as compared
from app.why.telephone import SETTINGS, Heard, heard
from app.why.telephone import experiment_of as twins
from bncore import Experiment, RunConfig, load_data, picture_frames, train
from bncore.bowl import SCALINGS, bowl_of, scaled, steps_until

pytestmark = pytest.mark.evidence

SEEDS = 64


def results(experiment: Experiment) -> list[ArmResult]:
    found = []
    for config in experiment.configs().values():
        data, history = load_data(config), train(config)
        found.append(ArmResult(config, data, history, picture_frames(config, data, history.until(0), 0)))
    return found


@cache
def configuration(name: str, first: int) -> list[Measured]:
    return [measured(result) for result in results(compared(CONFIGURATIONS[name] | {"first": first, "seeds": SEEDS // 2}))]


def joined(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of the measures, (arms, 4, 64), and the losses at the end, (arms, 64)."""
    halves = [configuration(name, first) for first in (0, SEEDS // 2)]
    means = np.stack([np.concatenate([half[i].means for half in halves], axis=1) for i in range(3)])
    return means, np.stack([np.concatenate([half[i].loss for half in halves]) for i in range(3)])


@cache
def message(name: str) -> list[Heard]:
    experiment = twins(SETTINGS[name])
    return [heard(result) for result in results(experiment.replace({"seeds": SEEDS}))]


def test_raw_features_need_millions_of_steps_centred_ones_over_a_thousand_and_standardized_ones_a_few() -> None:
    data = load_data(RunConfig(dataset="students", seeds=SEEDS))
    counts = np.empty((SEEDS, 3))
    for run, (x, y) in enumerate(zip(data.x_train, data.y_train, strict=True)):
        bowls = [bowl_of(scaled(x, scaling), y) for scaling in SCALINGS]
        counts[run] = [steps_until(bowl, np.zeros(3), 1 / bowl.curvatures[-1], 1e6) for bowl in bowls]
    raw, centred, standardized = counts.T
    assert 1e7 <= np.median(raw) <= 1.3e7
    assert 1100 <= np.median(centred) <= 1500
    assert np.median(standardized) in (2, 3)
    assert standardized.max() <= 5


@pytest.mark.parametrize("first", [0, SEEDS // 2])
def test_the_configuration_in_which_bn_smooths_does_so_on_the_seeds_it_was_found_on_and_on_others(first: int) -> None:
    without, with_bn, noisy = configuration("BN smooths", first)
    assert min(lower(with_bn, without)[:3]) >= 0.8 * SEEDS / 2
    assert min(lower(noisy, without)[:3]) >= 0.7 * SEEDS / 2


@pytest.mark.parametrize("first", [0, SEEDS // 2])
def test_the_other_does_not_in_any_seed_and_bn_ends_lower_all_the_same(first: int) -> None:
    without, with_bn, _ = configuration("BN does not smooth", first)
    assert lower(with_bn, without) == [0, 0, 0, 0]
    assert (with_bn.loss < without.loss).mean() >= 0.75


def test_the_numbers_printed_for_bn_smooths() -> None:
    means, _ = joined("BN smooths")
    assert np.median(means, axis=2) == pytest.approx(
        np.array([[0.42, 1.7, 2.5, 0.097], [0.048, 0.49, 1.7, 0.072], [0.047, 0.50, 1.7, 0.076]]), rel=0.03
    )
    assert (means[1] < means[0]).sum(axis=1).tolist() == [59, 58, 57, 39]
    assert ((means[2] < means[1]).mean(axis=1) > 0.35).all()


def test_the_numbers_printed_for_bn_does_not_smooth() -> None:
    means, loss = joined("BN does not smooth")
    assert np.median(means, axis=2) == pytest.approx(
        np.array([[0.027, 0.18, 1.7, 0.012], [0.13, 2.3, 15, 0.28], [0.095, 1.7, 10, 0.15]]), rel=0.04
    )
    assert (means[1] < means[0]).sum(axis=1).tolist() == [0, 0, 0, 0]
    assert (loss[1] < loss[0]).sum() == 53


def test_bn_holds_the_last_layers_means_still() -> None:
    with_bn, without = message("Start again")
    assert (with_bn.drift[-1] < 0.2 * without.drift[-1]).mean() >= 0.95
    assert (with_bn.drift.mean(axis=0) < without.drift.mean(axis=0)).mean() >= 0.95


def test_a_dead_network_drifts_least_of_all() -> None:
    with_bn, dead = message("A dead network")
    assert (dead.drift.mean(axis=0) < with_bn.drift.mean(axis=0)).mean() >= 0.9
    assert np.median(dead.accuracy) < 0.6
    assert np.median(with_bn.accuracy) > 0.75
