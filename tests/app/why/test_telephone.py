"""What layers hear is the instruments' drift, at the ends of epochs; the trap is a trap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.why.telephone import EPOCHS, SEEDS, SETTINGS, Heard, experiment_of, heard
from app.why.telephone_words import telephone_parts
from bncore.instruments import drift
from bncore.network import Layout
from tests.app.why.twins import arms


def both(name):
    return [heard(result) for result in arms(experiment_of(SETTINGS[name]))]


def test_it_is_the_drift_between_the_ends_of_epochs():
    result = arms(experiment_of(SETTINGS["Start again"]))[1]
    history = result.history
    at = [int(np.flatnonzero(history.frame_step == e * result.config.steps_per_epoch)[0]) for e in range(EPOCHS + 1)]
    whole = drift(replace(history, params=history.params[at], running=history.running[at]), result.dataset, 5)
    found = heard(result)
    assert found.bands[:, 4] == pytest.approx(np.median(whole.bands, axis=1))
    assert found.moved[1:, 4] == pytest.approx(whole.moved[1:])
    assert found.drift[4] == pytest.approx(whole.moved[1:].mean(axis=0))
    assert (found.accuracy == history.test_accuracy[-1]).all()


def test_with_bn_the_drift_is_the_way_of_beta():
    result = arms(experiment_of(SETTINGS["Start again"]))[0]
    history = result.history
    at = [int(np.flatnonzero(history.frame_step == e * result.config.steps_per_epoch)[0]) for e in range(EPOCHS + 1)]
    layout = Layout.of(result.config)
    found = heard(result)
    for place in (0, 7):
        betas = np.stack([layout.weights(history.params[f])[place].beta[:, 0] for f in at])
        assert found.moved[1:, place] == pytest.approx(np.sqrt(np.square(np.diff(betas, axis=0)).mean(axis=2)), rel=1e-6)


def test_the_message_wanders_without_bn_and_the_sheet_says_so():
    arms_heard = both("Start again")
    assert (arms_heard[1].drift[-1] > 5 * arms_heard[0].drift[-1]).all()
    assert "Here BN holds the layers' means still" in telephone_parts(arms_heard, 3, playing=False)["say"]


def test_a_dead_network_drifts_least():
    with_bn, dead = both("A dead network")
    assert (dead.drift.mean(axis=0) < with_bn.drift.mean(axis=0)).sum() >= SEEDS - 1
    assert np.median(dead.accuracy) < 0.6 < np.median(with_bn.accuracy)
    said = telephone_parts([with_bn, dead], EPOCHS, playing=True)
    assert "The trap:" in said["say"]
    assert "data-play" in said["moment"]


def test_every_layer_has_its_two_pictures_and_its_number():
    arms_heard = both("Start again")
    parts = telephone_parts(arms_heard, 0, playing=False)
    assert parts["layers"].count("<figure") == 16
    assert "without, layer 8" in parts["layers"]
    assert "layer 8" in parts["numbers" if "numbers" in parts else "drift"]
    assert "epoch 0" in parts["pictures"]


def test_a_run_beyond_all_bounds_is_told():
    arms_heard = both("Start again")
    lost = Heard(arms_heard[1].bands * np.nan, arms_heard[1].moved * np.nan, arms_heard[1].accuracy * np.nan)
    parts = telephone_parts([arms_heard[0], lost], 3, playing=False)
    assert "Most runs without BN have diverged" in parts["say"]
    assert "no number" in parts["say"]


def test_more_drift_with_bn_in_a_network_that_lives_is_no_trap():
    one, other = both("Start again")
    assert "Here BN does not drift less." in telephone_parts([other, one], 3, playing=False)["say"]


@pytest.mark.parametrize("players", [2, 20])
def test_the_ends_of_depth_can_be_heard(players):
    values = SETTINGS["Start again"] | {"players": players}
    experiment = experiment_of(values)
    short = experiment.replace({"epochs": 3, "seeds": 2})
    arms_heard = [heard(result) for result in arms(short)]
    assert arms_heard[0].bands.shape == (4, players, 5)
    assert telephone_parts(arms_heard, 3, playing=False)["layers"].count("<figure") == 2 * players


def test_a_network_that_learns_nothing_and_wanders_is_no_trap_either():
    with_bn, without = both("Start again")
    lost = replace(without, accuracy=without.accuracy * 0 + 0.5)
    assert "Here BN holds the layers' means still" in telephone_parts([with_bn, lost], 3, playing=False)["say"]
