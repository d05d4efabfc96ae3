from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.errors import ConfigError
from bncore.evaluate import evaluate
from bncore.history import History
from bncore.initializers import initial_weight
from bncore.network import Layout, backward, forward
from bncore.ops import bce_backward, bce_forward
from bncore.optim import MOMENTS
from bncore.state import init_state
from bncore.streams import stream
from bncore.train import advance, train
from tests.bncore.records import ARRAYS, assert_equal
from tests.bncore.slopes import relative_error

SMALL = RunConfig(samples=60, hidden=(4, 3), seeds=3, epochs=6, batch_size=10, learning_rate=0.1)
VARIANTS = {
    "sgd": {},
    "momentum, after": {"optimizer": "momentum", "placement": "after"},
    "adam, partial": {"optimizer": "adam", "norm_layers": (2,), "learning_rate": 0.01},
    "one class": {"batches": "one_class", "bn_momentum": 0.99},
    "one class, adam": {"batches": "one_class", "optimizer": "adam", "learning_rate": 0.01, "batch_size": 7},
    "steps that cut an epoch": {"steps": 27, "optimizer": "adam", "learning_rate": 0.01},
    "plain, decay": {"norm": "none", "weight_decay": 0.05, "activation": "tanh"},
    "output, fixed": {"norm_output": True, "learn_gamma": False, "learn_beta": False},
}
variants = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


def sliced(config, *lengths):
    state, pieces = init_state(config), []
    for length in lengths:
        state, piece = advance(state, length)
        pieces.append(piece)
    return state, History.join(pieces)


def assert_same_state(a, b):
    assert (a.config, a.step, a.diverged, a.orders) == (b.config, b.step, b.diverged, b.orders)
    assert all(np.array_equal(getattr(a, n), getattr(b, n)) for n in ("params", "running", "moments"))


@variants
def test_slicing_changes_no_bit(changes):
    config = SMALL.replace(**changes)
    assert config.total_epochs == 6
    whole_state, whole = sliced(config, 6)
    for lengths in ((1, 2, 3), (1,) * 6, (5, 100)):
        state, record = sliced(config, *lengths)
        assert_equal(record, whole)
        assert_same_state(state, whole_state)
    assert_equal(train(config), whole)


def test_a_state_can_be_sent_elsewhere_and_carried_on():
    config = SMALL.replace(optimizer="adam")
    state, _ = advance(init_state(config), 2)
    here, there = advance(state, 4), advance(pickle.loads(pickle.dumps(state)), 4)
    assert_same_state(here[0], there[0])
    assert_equal(here[1], there[1])


@variants
def test_the_old_state_is_untouched(changes):
    state, _ = advance(init_state(SMALL.replace(**changes)), 1)
    kept = pickle.loads(pickle.dumps(state))
    first, second = advance(state, 2), advance(state, 2)
    assert_same_state(state, kept)
    assert_same_state(first[0], second[0])
    assert not np.array_equal(first[0].params, state.params)


@variants
def test_a_stack_of_seeds_is_each_seed_trained_alone(changes):
    config = SMALL.replace(**changes)
    together = train(config)
    for run, seed in enumerate(config.seed_list):
        alone = train(config.replace(seed=seed, seeds=1))
        for name in ARRAYS:
            a, b = getattr(together, name), getattr(alone, name)
            if a.dtype == np.float64:
                a, there = a[:, run], ~np.isnan(b[:, 0])
                assert np.array_equal(~np.isnan(a), there), name
                assert relative_error(np.r_[0.0, a[there]], np.r_[0.0, b[:, 0][there]]) < 1e-12, name
            else:
                assert np.array_equal(a, b), name


def test_the_start_is_the_initial_weights_of_every_seed():
    config = SMALL.replace(init_scale=2.0, gamma_init=0.5, beta_init=-0.25, seed=40)
    state = init_state(config)
    layout = Layout.of(config)
    for i, weights in enumerate(layout.weights(state.params), 1):
        for run, seed in enumerate((40, 41, 42)):
            layer = layout.layers[i - 1]
            drawn = initial_weight("glorot_uniform", layer.fan_in, layer.fan_out, 2.0, stream(seed, "weights", i))
            assert np.array_equal(weights.weight[run], drawn)
        assert (weights.bias == 0.0).all()
        if i < 3:
            assert (weights.gamma == 0.5).all()
            assert (weights.beta == -0.25).all()
    for statistics in layout.statistics(state.running)[:2]:
        assert (statistics.mean == 0.0).all()
        assert (statistics.var == 1.0).all()
    assert (state.step, state.epoch, state.done, state.diverged) == (0, 0.0, False, (False,) * 3)
    assert state.moments.shape == (MOMENTS["sgd"], *state.params.shape)


def test_twins_share_data_weights_and_order():
    arm, twin = SMALL, SMALL.replace(norm="none")
    a, b = init_state(arm), init_state(twin)
    for x, y in zip(Layout.of(arm).weights(a.params), Layout.of(twin).weights(b.params), strict=True):
        assert np.array_equal(x.weight, y.weight)
        assert np.array_equal(x.bias, y.bias)
    assert load_data(arm) is load_data(twin)
    assert a.orders == b.orders
    assert advance(a, 3)[0].orders == advance(b, 3)[0].orders != a.orders


@variants
def test_every_recorded_number_is_what_it_says(changes):
    config = SMALL.replace(**changes | {"steps": 20})
    history, data, layout = train(config), load_data(config), Layout.of(config)
    assert history.frame_step.tolist() == list(range(21)) == history.eval_step.tolist()
    assert history.eval_epoch_end.tolist() == [step % config.steps_per_epoch == 0 for step in range(21)]
    assert np.isnan(history.batch_stats[0]).all()
    assert np.isnan(history.gradient_norm[0]).all()
    assert np.isnan(history.batch_loss[0]).all()
    orders = [stream(seed, "order") for seed in config.seed_list]
    step, running = 0, history.running[0]
    while step < 20:
        chosen = [epoch_order(config, y, rng) for y, rng in zip(data.y_train, orders, strict=True)]
        for first, last in config.batch_bounds[: 20 - step]:
            x, y = (
                np.stack([part[r][order[first:last]] for r, order in enumerate(chosen)]) for part in (data.x_train, data.y_train)
            )
            weights = layout.weights(history.params[step])
            traces = forward(layout, weights, x, config.eps)
            loss, cache = bce_forward(traces[-1].out[..., 0], y)
            gradient = np.zeros_like(history.params[0])
            backward(layout, weights, traces, bce_backward(cache)[..., None], layout.weights(gradient))
            norms = np.stack([np.linalg.norm(g.weight, axis=(1, 2)) for g in layout.weights(gradient)], axis=1)
            stats = np.full_like(running, np.nan)
            for trace, view in zip(traces, layout.statistics(stats), strict=True):
                if view is not None:
                    seen = trace.z if config.placement == "before" or trace is traces[-1] else trace.a
                    view.mean[...], view.var[...] = seen.mean(axis=1, keepdims=True), seen.var(axis=1, keepdims=True)
            running = config.bn_momentum * running + (1 - config.bn_momentum) * stats
            step += 1
            assert relative_error(history.batch_loss[step], loss) < 1e-12
            assert relative_error(history.gradient_norm[step], norms) < 1e-11
            if layout.n_running:
                assert relative_error(history.batch_stats[step], stats) < 1e-12
                assert relative_error(history.running[step], running) < 1e-12


@variants
def test_evaluations_are_whole_sets_in_inference_mode(changes):
    config = SMALL.replace(**changes)
    history, data, layout = train(config), load_data(config), Layout.of(config)
    for frame, place in enumerate(history.frame_eval):
        params, running = history.params[frame], history.running[frame]
        for part, x, y in (("test", data.x_test, data.y_test), ("train", data.x_train, data.y_train)):
            logits = forward(layout, layout.weights(params), x, config.eps, layout.statistics(running))[-1].out[..., 0]
            expected = np.logaddexp(0.0, np.where(y > 0.5, -logits, logits)).mean(axis=1)
            assert relative_error(getattr(history, f"{part}_loss")[place], expected) < 1e-12
            assert np.array_equal(getattr(history, f"{part}_accuracy")[place], ((logits > 0) == (y > 0.5)).mean(axis=1))
        found = np.stack([getattr(history, n)[place] for n in ("test_loss", "test_accuracy", "train_loss", "train_accuracy")])
        assert np.array_equal(evaluate(config, data, params, running), found)


def test_every_epoch_end_and_every_frame_is_evaluated():
    config = RunConfig(samples=20, hidden=(2,), seeds=1, epochs=300, batch_size=8)
    history = train(config)
    ends = set(range(0, config.total_steps + 1, config.steps_per_epoch))
    assert set(history.eval_step.tolist()) == ends | set(history.frame_step.tolist())
    assert history.eval_step[history.eval_epoch_end].tolist() == sorted(ends)
    assert np.array_equal(history.eval_step[history.frame_eval], history.frame_step)
    assert len(history.frame_step) < len(history.eval_step)


def test_the_batch_loss_is_the_mean_since_the_evaluation_before():
    each = train(SMALL.replace(steps=20, seeds=1))
    history = train(SMALL.replace(epochs=400, seeds=1))
    for place in range(1, 5):
        first, last = history.eval_step[place - 1], history.eval_step[place]
        assert relative_error(history.batch_loss[place], each.batch_loss[first + 1 : last + 1].mean(axis=0)) < 1e-12
    assert (np.diff(history.eval_step[:5]) > 1).any()


@pytest.mark.parametrize(
    "changes", [{"adam_beta1": 0.5}, {"sgd_momentum": 0.1}, {"norm": "none", "eps": 1.0, "placement": "after"}]
)
def test_fields_without_effect_change_neither_key_nor_numbers(changes):
    one = SMALL.replace(norm=changes.get("norm", "batch"))
    other = SMALL.replace(**changes)
    assert one != other
    assert one.key == other.key
    assert_equal(train(one), replace(train(other), config=one))


def test_what_is_not_learned_stays():
    config = SMALL.replace(learn_gamma=False, gamma_init=0.75)
    state, _ = advance(init_state(config), 6)
    for weights in Layout.of(config).weights(state.params)[:2]:
        assert (weights.gamma == 0.75).all()
        assert (weights.beta != 0.0).all()
    state, _ = advance(init_state(SMALL.replace(learn_beta=False, beta_init=0.5)), 6)
    for weights in Layout.of(config).weights(state.params)[:2]:
        assert (weights.beta == 0.5).all()
        assert (weights.gamma != 1.0).all()


def test_weight_decay_pulls_weights_alone():
    config = SMALL.replace(steps=1, gamma_init=2.0, beta_init=1.0)
    start, plain = init_state(config), train(config).params[-1]
    decayed = train(config.replace(weight_decay=0.5)).params[-1]
    for before, a, b in zip(*(Layout.of(config).weights(v) for v in (start.params, plain, decayed)), strict=True):
        assert relative_error(b.weight, a.weight - 0.1 * 0.5 * before.weight) < 1e-14
        assert np.array_equal(a.bias, b.bias)
        assert a.gamma is None or np.array_equal(a.gamma, b.gamma)
        assert a.beta is None or np.array_equal(a.beta, b.beta)


def test_a_batch_of_one_trains_quietly():
    history = train(SMALL.replace(batch_size=1, epochs=2))
    assert np.isfinite(history.params).all()
    assert history.divergences == ()


def test_steps_end_inside_an_epoch():
    config = SMALL.replace(steps=13)
    state, history = advance(init_state(config), 6)
    assert (state.step, state.done) == (13, True)
    assert history.eval_step[-1] == 13
    assert not history.eval_epoch_end[-1]


def test_errors_say_how_to_go_on():
    with pytest.raises(ConfigError, match=r"^advance\.epochs: must be 1 or more; got 0\. Ask for at least one epoch\.$"):
        advance(init_state(SMALL), 0)
    state, _ = advance(init_state(SMALL), 6)
    with pytest.raises(ConfigError, match=r"^advance\.state: must not be done; got step 30\. Start a new run\.$"):
        advance(state, 1)
