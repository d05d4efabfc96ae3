from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.divergence import Divergence
from bncore.history import History
from bncore.network import Layout
from bncore.state import init_state
from bncore.train import advance, train
from tests.bncore.records import ARRAYS, assert_equal
from tests.bncore.slopes import relative_error

LINEAR = RunConfig(samples=60, hidden=(4, 4), activation="linear", norm="none", seeds=3, epochs=8, batch_size=10, learning_rate=1.0)
NORMALISED = RunConfig(samples=60, hidden=(4, 3), seeds=3, seed=7, epochs=4, batch_size=10, learning_rate=0.1)


def damaged(config, run, layer, part, value, epochs=0):
    """Return the state after some epochs, with one part of one layer of one run overwritten."""
    state = init_state(config)
    if epochs:
        state, _ = advance(state, epochs)
    params = state.params.copy()
    params[run, Layout.of(config).layers[layer - 1].parts[part]] = value
    return replace(state, params=params)


def assert_others_equal(history, reference, runs, rows=slice(None)):
    for name in ARRAYS:
        a, b = getattr(history, name)[rows], getattr(reference, name)[rows]
        if a.dtype == np.float64:
            assert np.array_equal(a[:, runs], b[:, runs], equal_nan=True), name
        else:
            assert np.array_equal(a, b), name


def test_a_learning_rate_that_breaks_some_seeds_leaves_the_others_alone():
    config = LINEAR.replace(learning_rate=2.0, seeds=8, seed=100)
    history = train(config)
    broken = {d.run for d in history.divergences}
    assert 0 < len(broken) < 8
    for d in history.divergences:
        assert d.seed == 100 + d.run
        assert d.epoch == -(-d.step // config.steps_per_epoch)
        alone = train(config.replace(seed=d.seed, seeds=1))
        assert alone.divergences == (replace(d, run=0),)
        whole = history.frame_step < d.step - 1
        assert np.isfinite(history.params[whole, d.run]).all()
        assert np.isnan(history.params[history.frame_step >= d.step, d.run]).all()
        assert np.isnan(history.test_loss[history.eval_step >= d.step, d.run]).all()
        assert np.isnan(history.test_accuracy[history.eval_step >= d.step, d.run]).all()
    for run in set(range(8)) - broken:
        assert np.isfinite(history.params[:, run]).all()
        alone = train(config.replace(seed=100 + run, seeds=1))
        assert relative_error(history.params[:, run], alone.params[:, 0]) < 1e-9


@pytest.mark.parametrize(
    ("config", "layer", "part", "value", "quantity"),
    [
        (LINEAR, 1, "weight", np.inf, "the weights of layer 1"),
        (LINEAR, 2, "weight", np.nan, "the weights of layer 2"),
        (LINEAR, 2, "bias", -np.inf, "the bias of layer 2"),
        (LINEAR, 3, "weight", np.inf, "the weights of the output layer"),
        (LINEAR, 1, "weight", 1.7e308, "z of layer 1"),
        (LINEAR, 3, "bias", 1.7e308, "the loss"),
        (NORMALISED, 1, "weight", [1.4e308] * 4 + [0.0] * 4, "the batch mean of layer 1"),
        (NORMALISED, 1, "weight", 1e200, "the batch variance of layer 1"),
        (NORMALISED, 2, "gamma", np.nan, "gamma of layer 2"),
        (NORMALISED, 1, "beta", np.inf, "beta of layer 1"),
        (NORMALISED, 1, "gamma", 1.7e308, "y of layer 1"),
    ],
)
def test_the_first_quantity_is_named(config, layer, part, value, quantity):
    state, history = advance(damaged(config, 1, layer, part, value), 2)
    assert history.divergences == (Divergence(1, config.seed + 1, 1, 1, quantity),)
    assert state.diverged == (False, True, False)
    assert np.isnan(state.params[1]).all()
    assert_others_equal(history, advance(init_state(config), 2)[1], [0, 2])


def test_of_several_quantities_the_one_computed_first_is_named():
    state = init_state(NORMALISED)
    params = state.params.copy()
    params[0] = np.inf
    for layer, part in ((1, "weight"), (1, "bias")):
        params[0, Layout.of(NORMALISED).layers[layer - 1].parts[part]] = 0.0
    named = [advance(replace(state, params=params), 1)[1].divergences[0].quantity]
    for layer, part in ((1, "gamma"), (1, "beta"), (2, "weight"), (2, "bias")):
        params[0, Layout.of(NORMALISED).layers[layer - 1].parts[part]] = 0.0
        named.append(advance(replace(state, params=params), 1)[1].divergences[0].quantity)
    assert named == ["gamma of layer 1", "beta of layer 1", "the weights of layer 2", "the bias of layer 2", "gamma of layer 2"]


@pytest.mark.parametrize("config", [LINEAR, NORMALISED, NORMALISED.replace(optimizer="adam", placement="after")])
def test_a_run_may_break_later_and_in_any_slice(config):
    state = damaged(config, 2, 2, "weight", np.inf, epochs=2)
    first, piece = advance(state, 1)
    _, rest = advance(first, 5)
    whole = advance(state, 6)[1]
    assert_equal(History.join([piece, rest]), whole)
    step = 2 * config.steps_per_epoch + 1
    assert whole.divergences == (Divergence(2, config.seed + 2, 3, step, "the weights of layer 2"),)


def test_a_record_cut_or_joined_keeps_its_divergences():
    config = LINEAR.replace(learning_rate=2.0, seeds=8, seed=100)
    whole = train(config)
    state, pieces = init_state(config), []
    while not state.done:
        state, piece = advance(state, 1)
        pieces.append(piece)
    assert [len(piece.divergences) for piece in pieces[:1]] == [0]
    assert History.join(pieces).divergences == whole.divergences
    first = whole.divergences[0]
    assert whole.until(first.step).divergences[0] == first
    assert whole.until(first.step - 1).divergences == ()


def test_all_runs_may_break():
    config = LINEAR.replace(learning_rate=100.0)
    history = train(config)
    assert sorted(d.run for d in history.divergences) == [0, 1, 2]
    assert history.eval_step[-1] == config.total_steps
    assert np.isfinite(history.test_loss[0]).all()
    assert np.isnan(history.test_loss[-1]).all()


def test_what_the_very_last_step_breaks_is_named_too():
    config = LINEAR.replace(steps=3, learning_rate=100.0, weight_decay=1.0)
    state = damaged(config, 0, 1, "weight", [1.7e308, 0, 0, 0, 0, 0, 0, 0])
    params = state.params.copy()
    params[0, Layout.of(config).layers[1].parts["weight"]] = 0.0
    history = advance(replace(state, params=params, step=2), 1)[1]
    assert history.divergences == (Divergence(0, 0, 1, 3, "the weights of layer 1"),)
    assert np.isnan(history.params[-1, 0]).all()
    assert np.isnan(history.test_accuracy[-1, 0])
    assert np.isfinite(history.params[-1, 1:]).all()


def test_a_diverged_run_is_named_once():
    state = damaged(LINEAR, 0, 1, "weight", np.nan)
    state, first = advance(state, 1)
    assert len(first.divergences) == 1
    assert advance(state, 7)[1].divergences == ()
