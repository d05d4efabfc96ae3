"""The measures are the instruments', where the page says; the two configurations do what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.why.landscape import BATCH, MEASURES, MOMENTS, SEEDS, SETTINGS, experiment_of, lower, measured
from app.why.landscape_words import landscape_parts
from bncore.instruments import chance_of, covariate_shift, landscape
from tests.app.why.twins import arms


def all_arms(name, **changes):
    return [measured(result) for result in arms(experiment_of(SETTINGS[name] | changes))]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_measures_are_the_instruments(place):
    result = arms(experiment_of(SETTINGS["BN smooths"]))[place]
    found, history, config = measured(result), result.history, result.config
    frame = int(np.flatnonzero(history.frame_step == found.step[6])[0])
    x, y = result.dataset.x_train[:, :BATCH], result.dataset.y_train[:, :BATCH]
    moment = (config, history.params[frame], history.running[frame])
    extras = chance_of(config, history.running[frame], BATCH, int(history.frame_step[frame]) + 1)
    walk = landscape(*moment, x, y, extras=extras)
    assert found.start[6] == pytest.approx(walk.start)
    assert found.walk[6] == pytest.approx(walk.loss)
    assert found.values[0, 6] == pytest.approx(walk.loss.max(axis=0) - walk.loss.min(axis=0))
    assert found.values[1, 6] == pytest.approx(walk.difference.max(axis=0))
    assert found.values[2, 6] == pytest.approx(walk.smoothness)
    assert found.values[3, 6] == pytest.approx(covariate_shift(*moment, x, y, extras=extras).distance[:, 1:].mean(axis=1))
    assert found.means == pytest.approx(found.values.mean(axis=1))
    assert len(found.step) == MOMENTS
    assert found.step[-1] == config.total_steps


def test_arms_differ_in_the_normaliser_alone_and_walk_where_training_goes():
    experiment = experiment_of(SETTINGS["BN smooths"] | {"first": 5})
    configs = list(experiment.configs().values())
    assert [config.norm for config in configs] == ["none", "batch", "noisy"]
    assert {config.replace(norm="none") for config in configs} == {configs[0]}
    assert configs[0].seed_list == tuple(range(5, 5 + SEEDS))


def test_one_click_smooths():
    without, with_bn, noisy = all_arms("BN smooths")
    assert min(lower(with_bn, without)[:3]) >= 6
    assert "<b>Here BN smooths</b>" in landscape_parts([without, with_bn, noisy], 4, playing=False)["say"]


def test_the_other_does_not_and_learns_better_all_the_same():
    without, with_bn, noisy = all_arms("BN does not smooth")
    assert lower(with_bn, without) == [0, 0, 0, 0]
    assert (with_bn.loss < without.loss).sum() >= 6
    parts = landscape_parts([without, with_bn, noisy], 0, playing=True)
    assert "<b>Here BN does not smooth</b>" in parts["say"]
    assert "smoothness, so measured, is not the reason" in parts["three"]
    assert "data-play" in parts["moment"]


def test_lower_counts_seeds_of_each_measure():
    one = all_arms("BN smooths")[0]
    half = np.where(np.arange(SEEDS) < 3, 0.5, 2.0)
    assert lower(replace(one, values=one.values * half), one) == [3] * len(MEASURES)
    assert lower(one, one) == [0] * len(MEASURES)


def test_a_diverged_arm_is_never_the_lower_and_is_told():
    without, with_bn, noisy = all_arms("BN smooths")
    lost = replace(
        without,
        values=without.values * np.inf,
        walk=without.walk * np.nan,
        start=without.start * np.nan,
        loss=without.loss * np.inf,
        accuracy=without.accuracy * np.nan,
    )
    assert lower(lost, with_bn) == [0] * len(MEASURES)
    parts = landscape_parts([lost, with_bn, noisy], 3, playing=False)
    assert "diverged" in parts["numbers"]
    assert "<b>Most runs without BN have diverged</b>" in parts["say"]
    assert "diverged</b> without" in parts["say"]
    assert "nan" not in "".join(parts.values())


def test_seeds_that_disagree_are_told():
    without, with_bn, noisy = all_arms("BN smooths")
    half = np.where(np.arange(SEEDS) < 4, 0.5, 2.0)
    mixed = replace(with_bn, values=without.values * half)
    parts = landscape_parts([without, mixed, noisy], 3, playing=False)
    assert "disagree, or the seeds do" in parts["say"]
    assert "No reading of it is safe" in parts["three"]


def test_smooth_without_learning_better_is_told():
    without, with_bn, noisy = all_arms("BN smooths")
    same = replace(with_bn, loss=without.loss)
    assert (
        "BN smooths here, and does not learn clearly better." in landscape_parts([without, same, noisy], 3, playing=False)["three"]
    )
    better = replace(with_bn, loss=without.loss / 2)
    assert "does not say that one makes the other" in landscape_parts([without, better, noisy], 3, playing=False)["three"]


def test_rough_without_learning_better_is_no_reading():
    without, with_bn, noisy = all_arms("BN does not smooth")
    worse = replace(with_bn, loss=without.loss * 2)
    assert "No reading of it is safe" in landscape_parts([without, worse, noisy], 3, playing=False)["three"]


def test_one_smooth_measure_of_three_is_not_smooth():
    without, with_bn, noisy = all_arms("BN smooths")
    one = replace(with_bn, values=without.values * np.array([0.5, 2.0, 2.0, 2.0])[:, None, None])
    assert "disagree, or the seeds do" in landscape_parts([without, one, noisy], 3, playing=False)["say"]
