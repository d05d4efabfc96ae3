"""What the batch normalisers keep while training, and what inference normalises by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.evaluate import evaluate
from bncore.fold import infer
from bncore.network import Layout, backward, forward
from bncore.ops import bce_backward, bce_forward
from bncore.probe import picture_frames, surfaces
from bncore.state import begin, init_state
from bncore.statistics import CHUNK, exact_statistics, inference_statistics
from bncore.train import advance, train
from tests.bncore.slopes import relative_error
from tests.bncore.variants import of_kind

SETTINGS = {"samples": 60, "seeds": 3, "epochs": 4, "batch_size": 10, "learning_rate": 0.1}
BATCH_NORMS = ("batch", "renorm", "ghost", "noisy")
each_kind = pytest.mark.parametrize("name", BATCH_NORMS)
each_place = pytest.mark.parametrize("placement", ["before", "after"])


def by_hand(config, vector, x):
    """Return mean and variance of every normaliser's input, laid out as documented, with the network written out."""
    found, place, sizes = [], 0, (2, *config.hidden, 1)
    for i, on in enumerate(config.normalised_layers):
        shapes = [(sizes[i], sizes[i + 1]), *[(sizes[i + 1],)] * (3 if on else 1)]
        parts = []
        for shape in shapes:
            parts.append(vector[place : place + int(np.prod(shape))].reshape(shape))
            place += int(np.prod(shape))
        x = x @ parts[0] + parts[1]
        is_output = i == len(config.hidden)
        if config.placement == "after" and not is_output:
            x = np.tanh(x)
        if on:
            found += [x.mean(axis=0), x.var(axis=0)]
            x = parts[2] * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + config.eps) + parts[3]
        if config.placement == "before" and not is_output:
            x = np.tanh(x)
    return np.concatenate(found)


@each_place
@each_kind
def test_exact_statistics_are_those_of_the_whole_set_as_one_batch(name, placement):
    config = of_kind(name, placement, "all and output", **SETTINGS)
    state, _ = advance(init_state(config), 2)
    x = load_data(config).x_train
    found = exact_statistics(config, state.params, x)
    for run in range(3):
        assert relative_error(found[run], by_hand(config, state.params[run], x[run])) < 1e-12
    shared = exact_statistics(config, state.params, x[:1])
    assert relative_error(shared[0], found[0]) < 1e-13
    assert relative_error(shared[2], by_hand(config, state.params[2], x[0])) < 1e-12


@each_place
def test_exact_statistics_are_what_training_on_one_batch_sees(placement):
    config = of_kind("batch", placement, "all and output", **SETTINGS | {"batch_size": 48, "steps": 1, "epochs": None})
    history = train(config)
    assert config.n_train == 48
    found = exact_statistics(config, history.params[0], load_data(config).x_train)
    assert relative_error(found, history.batch_stats[1]) < 1e-12


def test_exact_statistics_of_many_runs_are_made_in_parts(monkeypatch):
    config = of_kind("batch", **SETTINGS)
    params, x = train(config).params[:, 0], load_data(config).x_train[:1]
    whole = exact_statistics(config, params, x, np.linspace(1e-3, 1.0, len(params)).reshape(-1, 1, 1))
    assert 48 * 17 * len(params) < CHUNK
    for chunk in (1, 5000):
        monkeypatch.setattr("bncore.statistics.CHUNK", chunk)
        parts = exact_statistics(config, params, x, np.linspace(1e-3, 1.0, len(params)).reshape(-1, 1, 1))
        assert np.array_equal(parts, whole)
    alone = exact_statistics(config.replace(eps=1.0), params[-1:], x)
    assert relative_error(whole[-1:], alone) < 1e-13
    assert relative_error(whole[:1], alone) > 1e-3


@each_place
@each_kind
def test_exact_inference_is_what_evaluations_and_pictures_use(name, placement):
    config = of_kind(name, placement, "all and output", **SETTINGS, bn_momentum=0.999)
    running, exact = train(config), train(config.replace(inference="exact"))
    for array in ("params", "running", "batch_stats", "gradient_norm", "batch_loss"):
        assert np.array_equal(getattr(running, array), getattr(exact, array), equal_nan=True), array
    assert relative_error(running.test_loss, exact.test_loss) > 0.01
    data, layout = load_data(config), Layout.of(config)
    for frame, place in enumerate(exact.frame_eval):
        given = exact_statistics(config, exact.params[frame], data.x_train)
        weights = layout.weights(exact.params[frame])
        logits = infer(layout, weights, layout.statistics(given), config.eps, data.x_test)[..., 0]
        assert relative_error(bce_forward(logits, data.y_test)[0], exact.test_loss[place]) < 1e-12
        assert np.array_equal(((logits > 0) == (data.y_test > 0.5)).mean(axis=1), exact.test_accuracy[place])
        full = forward(layout, weights, data.x_test, config.eps, layout.statistics(given))[-1].out[..., 0]
        assert relative_error(full, logits) < 1e-11
    given = exact_statistics(config, exact.params[:, 1], data.x_train[1][None])
    expected = surfaces(config, data.domain[1], exact.params[:, 1], given)
    assert np.array_equal(picture_frames(exact.config, data, exact, 1).surface, expected)
    assert not np.array_equal(picture_frames(config, data, running, 1).surface, expected)


def test_inference_takes_the_running_statistics_unless_asked():
    config = of_kind("batch", **SETTINGS)
    state, x = init_state(config), load_data(config).x_train
    assert inference_statistics(config, state.params, state.running, x) is state.running
    found = inference_statistics(config.replace(inference="exact"), state.params, state.running, x)
    assert np.array_equal(found, exact_statistics(config, state.params, x))


@pytest.mark.parametrize("batch_size", [10, 16, 1, 47])
@each_kind
def test_an_unbiased_running_variance_is_divided_by_one_less(name, batch_size):
    config = of_kind(name, **SETTINGS | {"epochs": None, "steps": 6, "batch_size": batch_size, "renorm_start": 100})
    biased, unbiased = train(config), train(config.replace(unbiased_running=True))
    assert relative_error(unbiased.params, biased.params) < 1e-12
    assert relative_error(unbiased.batch_stats[1:], biased.batch_stats[1:]) < 1e-12
    layout, m = Layout.of(config), config.bn_momentum
    bounds = config.batch_bounds
    for step in range(1, 7):
        first, last = bounds[(step - 1) % len(bounds)]
        size = last - first if name != "ghost" else min(4, last - first)
        if name == "ghost" and (last - first) % 4:
            continue  # parts of several sizes have a test of their own
        count = (last - first) // size if name == "ghost" else 1
        moments = (unbiased.running[step - 1], unbiased.running[step], biased.batch_stats[step])
        for before, after, batch in zip(*(layout.statistics(moment) for moment in moments), strict=True):
            if batch is not None:
                factor = size / (size - 1.0) if size > 1 else 1.0
                assert relative_error(after.mean, m**count * before.mean + (1 - m**count) * batch.mean) < 1e-12
                assert relative_error(after.var, m**count * before.var + (1 - m**count) * factor * batch.var) < 1e-12


def test_ghosts_of_several_sizes_are_each_unbiased_by_their_own():
    config = of_kind("ghost", **SETTINGS | {"epochs": None, "steps": 1, "batch_size": 10, "hidden": (3,), "seeds": 1})
    assert config.ghost_size == 4
    biased, unbiased = train(config), train(config.replace(unbiased_running=True))
    parts = {}
    layout, history = Layout.of(config), unbiased
    weights = layout.weights(history.params[0])
    order = np.random.default_rng()
    order.bit_generator.state = init_state(config).orders[0]
    x = load_data(config).x_train[0][order.permutation(48)[:10]]
    z = x @ weights[0].weight[0] + weights[0].bias[0]
    for ddof, record in ((0, biased), (1, unbiased)):
        var = np.ones(3)
        for a, b in ((0, 4), (4, 8), (8, 10)):
            var = 0.9 * var + 0.1 * z[a:b].var(axis=0, ddof=ddof)
        parts[ddof] = relative_error(layout.statistics(record.running[1])[0].var.ravel(), var)
    assert max(parts.values()) < 1e-12


@each_place
@each_kind
def test_frozen_statistics_do_not_move_and_are_constants(name, placement):
    config = of_kind(name, placement, "all and output", **SETTINGS, freeze_statistics=True)
    rng = np.random.default_rng(80)
    state = init_state(config)
    state = replace(state, running=rng.uniform(0.3, 2.0, state.running.shape))
    assert state.noises == ()
    after, history = advance(state, 4)
    assert np.array_equal(after.running, state.running)
    assert (history.running == state.running).all()
    layout, data = Layout.of(config), load_data(config)
    order = [np.random.default_rng() for _ in range(3)]
    for generator, kept in zip(order, state.orders, strict=True):
        generator.bit_generator.state = kept
    points = [generator.permutation(48)[:10] for generator in order]
    x, y = (np.stack([part[r][p] for r, p in enumerate(points)]) for part in (data.x_train, data.y_train))
    traces = forward(layout, layout.weights(state.params), x, config.eps, layout.statistics(state.running))
    gradient = np.empty_like(state.params)
    loss, cache = bce_forward(traces[-1].out[..., 0], y)
    backward(layout, layout.weights(state.params), traces, bce_backward(cache)[..., None], layout.weights(gradient))
    assert relative_error(history.batch_loss[1], loss) < 1e-13
    assert relative_error(history.params[1], state.params - 0.1 * gradient) < 1e-13
    assert all(t.norm.batch_statistics is False for t in traces)


@each_kind
def test_a_frozen_run_has_the_same_evaluations_whatever_the_batch_norm(name):
    config = of_kind(name, **SETTINGS, freeze_statistics=True)
    assert np.array_equal(train(config).params, train(config.replace(norm="batch")).params)


def test_frozen_statistics_of_a_fork_are_the_forks():
    trained, _ = advance(init_state(of_kind("batch", **SETTINGS)), 4)
    config = trained.config.replace(freeze_statistics=True)
    after, history = advance(begin(config, trained.params, trained.running), 2)
    assert np.array_equal(after.running, trained.running)
    assert not np.array_equal(after.params, trained.params)
    found = evaluate(config, load_data(config), trained.params, trained.running)
    assert np.array_equal(history.test_loss[0], found[0])


@pytest.mark.parametrize("name", ["layer", "group"])
def test_layer_and_group_norm_keep_nothing_and_infer_as_they_train(name):
    config = of_kind(name, **SETTINGS)
    state, history = advance(init_state(config), 2)
    assert state.running.shape == (3, 0)
    assert history.running.shape == (len(history.frame_step), 3, 0)
    layout, data = Layout.of(config), load_data(config)
    assert not layout.foldable
    logits = forward(layout, layout.weights(state.params), data.x_test, config.eps)[-1].out[..., 0]
    found = infer(layout, layout.weights(state.params), layout.statistics(state.running), config.eps, data.x_test)[..., 0]
    assert np.array_equal(found, logits)
    assert np.array_equal(bce_forward(logits, data.y_test)[0], history.test_loss[-1])
    assert config.replace(inference="exact", bn_momentum=0.5, freeze_statistics=True, unbiased_running=True).key == config.key
    assert RunConfig(norm=name, inference="exact").key == RunConfig(norm=name).key
