"""Whole trainings of every variant: cut, sent, stacked, and every number again from the streams and the formulas."""

from __future__ import annotations

import pickle
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.dropout import dropout_mask
from bncore.effective import drawing_layers
from bncore.history import History
from bncore.losses import LOSSES
from bncore.network import Layout, backward, forward
from bncore.noise import draw_noise
from bncore.normalise import Extras
from bncore.optim import MOMENTS, Rule, optimizer_step
from bncore.renorm import renorm_limits
from bncore.schedule import rate_factor
from bncore.session import Session
from bncore.state import TrainState, init_state
from bncore.streams import stream
from bncore.train import advance, train
from tests.bncore.records import ARRAYS, assert_equal
from tests.bncore.slopes import relative_error
from tests.bncore.variants import NORMS, of_kind

BASE = {"hidden": (6, 4), "samples": 60, "seeds": 3, "epochs": 6, "batch_size": 10, "learning_rate": 0.1, "activation": "relu"}
SLOW = {"learning_rate": 0.01}
VARIANTS = {
    **{name: (name, {}) for name in NORMS},
    **{f"{name}, after, drop before": (name, {"placement": "after", "dropout": 0.3, "dropout_place": "before"}) for name in NORMS},
    **{f"{name}, drop after, output": (name, {"dropout": 0.5, "norm_output": True}) for name in NORMS},
    **{name: ("batch", {"optimizer": name, **SLOW}) for name in MOMENTS},
    **{f"{name}, decay": ("ghost", {"optimizer": name, "weight_decay": 0.1, **SLOW}) for name in MOMENTS},
    "step, warm-up": ("layer", {"schedule": "step", "warmup": 12}),
    "cosine, part of an epoch": ("renorm", {"schedule": "cosine", "epochs": None, "steps": 28, "optimizer": "nesterov"}),
    "one class": ("noisy", {"batches": "one_class", "batch_size": 7}),
    "fixed": ("renorm", {"batches": "fixed", "renorm_start": 0}),
    "replacement": ("ghost", {"batches": "replacement", "ghost_size": 3, "unbiased_running": True}),
    "frozen": ("noisy", {"freeze_statistics": True, "dropout": 0.2}),
    "exact, unbiased": ("batch", {"inference": "exact", "unbiased_running": True}),
    "ghosts of one": ("ghost", {"ghost_size": 1, "norm_layers": (1,)}),
    "nothing learned": ("group", {"learn_gamma": False, "learn_beta": False}),
    **{f"three classes, {name}": (name, {"dataset": "spirals3", "norm_output": True, "dropout": 0.2}) for name in NORMS},
    **{f"a value, {name}": (name, {"dataset": "plane_wave", "placement": "after"}) for name in NORMS},
    "classes, each batch of one": ("batch", {"dataset": "ring_classes", "batches": "one_class", "batch_size": 7}),
    "float32, classes": ("batch", {"dataset": "spirals3", "precision": "float32", "optimizer": "adam", **SLOW}),
    "float32, a value": ("layer", {"dataset": "plane_wave", "precision": "float32", "optimizer": "adam", **SLOW}),
    **{f"float32, {name}": (name, {"precision": "float32", "dropout": 0.2, "optimizer": "adam", **SLOW}) for name in NORMS},
}
PURPOSES = {"orders": "order", "masks": "dropout", "noises": "noise"}
variants = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def configured(variant):
    name, changes = variant
    return of_kind(name, **BASE | changes)


def assert_same_state(a, b):
    for name in (f.name for f in fields(TrainState)):
        one, other = getattr(a, name), getattr(b, name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, name
            assert np.array_equal(one, other), name
        else:
            assert one == other, name


@variants
def test_cutting_sending_and_carrying_on_change_no_bit(variant):
    config = configured(variant)
    whole_state, whole = advance(init_state(config), 6)
    for lengths in ((1, 2, 3), (1,) * 6):
        state, pieces = init_state(config), []
        for length in lengths:
            state, piece = advance(pickle.loads(pickle.dumps(state)), length)
            pieces.append(pickle.loads(pickle.dumps(piece)))
        assert_equal(History.join(pieces), whole)
        assert_same_state(state, whole_state)
    assert whole_state.done
    assert np.isfinite(whole.params).all()
    assert not np.array_equal(whole.params[0], whole.params[-1])


@variants
def test_the_old_state_is_untouched(variant):
    state, _ = advance(init_state(configured(variant)), 1)
    kept = pickle.loads(pickle.dumps(state))
    first, second = advance(state, 2)[0], advance(state, 2)[0]
    assert_same_state(state, kept)
    assert_same_state(first, second)


@variants
def test_a_stack_of_seeds_is_each_seed_trained_alone(variant):
    config = configured(variant)
    together, states = train(config), advance(init_state(config), 3)[0]
    for run, seed in enumerate(config.seed_list):
        alone, state = train(config.replace(seed=seed, seeds=1)), advance(init_state(config.replace(seed=seed, seeds=1)), 3)[0]
        for name in ARRAYS:
            a, b = getattr(together, name), getattr(alone, name)
            assert a.dtype == b.dtype
            if a.dtype.kind == "f":
                assert_close(a[:, run], b[:, 0], 1e-10 if config.precision == "float64" else 1e-3, name)
            else:
                assert np.array_equal(a, b), name
        for name, purpose in PURPOSES.items():
            n = len(drawing_layers(config, purpose))
            assert getattr(states, name)[run * n : (run + 1) * n] == getattr(state, name)


def assert_close(found, expected, limit, name):
    there = ~np.isnan(expected)
    assert np.array_equal(~np.isnan(found), there), name
    assert relative_error(np.r_[0.0, found[there]], np.r_[0.0, expected[there]]) < limit, name


@variants
def test_runs_draw_only_what_they_use(variant):
    config = configured(variant)
    state = init_state(config)
    assert len(state.orders) == 3
    assert len(state.masks) == (3 * 2 if config.dropout else 0)
    drawing = sum(config.normalised_layers) if config.norm == "noisy" and not config.freeze_statistics else 0
    assert len(state.noises) == 3 * drawing
    after, _ = advance(state, 1)
    for name in ("orders", "masks", "noises"):
        moved = name != "orders" or config.batches != "fixed"
        assert all((a != b) is moved for a, b in zip(getattr(state, name), getattr(after, name), strict=True)), name
    assert after.orders == advance(init_state(config.replace(norm="none", dropout=0.0)), 1)[0].orders


@variants
def test_every_step_is_the_formulas_with_numbers_of_the_runs_own_streams(variant):
    """Run by run, without session, tape and stack."""
    config = configured(variant).replace(precision="float64", steps=12)
    history, data = train(config), load_data(config)
    assert history.frame_step.tolist() == list(range(13))
    for run, seed in enumerate(config.seed_list):
        found = stepped(config, seed, history.params[0, run], data.x_train[run], data.y_train[run])
        for step, (params, running, loss) in enumerate(found, 1):
            assert relative_error(history.params[step, run], params) < 1e-10, step
            assert relative_error(history.batch_loss[step, run], loss) < 1e-10, step
            if running.size:
                assert relative_error(history.running[step, run], running) < 1e-10, step


def stepped(config, seed, start, x_train, y_train):
    """Yield parameters, running statistics and loss after each step of one run."""
    layout, rule = Layout.of(config), Rule.of(config)
    order, loss_of = stream(seed, "order"), LOSSES[config.task]
    numbers = range(1, len(layout.layers) + 1)
    masks, noises = ([stream(seed, purpose, 0, number) for number in numbers] for purpose in ("dropout", "noise"))
    params, moments = start[None].copy(), np.zeros((MOMENTS[config.optimizer], 1, len(start)))
    running = np.zeros((1, layout.n_running))
    for view in layout.statistics(running):
        if view is not None:
            view.var[...] = 1.0
    learned = 1.0 - layout.mask(*[n for n in ("gamma", "beta") if not getattr(config, f"learn_{n}")])
    step = 0
    while step < config.total_steps:
        points = epoch_order(config, y_train, order)
        for first, last in config.batch_bounds[: config.total_steps - step]:
            step += 1
            x, y = x_train[points[first:last]][None], y_train[points[first:last]][None]
            extras = tuple(extra_of(config, layer, known, mask, noise, last - first, step) for layer, known, mask, noise
                           in zip(layout.layers, layout.statistics(running), masks, noises, strict=True))  # fmt: skip
            given = layout.statistics(running) if config.freeze_statistics else None
            traces = forward(layout, layout.weights(params), x, config.eps, given, extras)
            loss, cache = loss_of.forward(traces[-1].out, y)
            gradient = np.empty_like(params)
            backward(layout, layout.weights(params), traces, loss_of.backward(cache), layout.weights(gradient))
            if not config.freeze_statistics:
                running = updated(config, layout, running, traces)
            rate = config.learning_rate * rate_factor(config.schedule, config.warmup, step, config.total_steps)
            optimizer_step(rule, params, gradient * learned, moments, step, rate, layout.mask("weight"))
            yield params[0].copy(), running[0].copy(), loss[0]


def extra_of(config, layer, known, masks, noises, n, step):
    mask = dropout_mask([masks], n, layer.fan_out, config.dropout) if config.dropout and layer.hidden else None
    scale, shift = np.empty((1, n, layer.fan_out)), np.empty((1, n, layer.fan_out))
    if config.norm == "noisy" and layer.normalised and not config.freeze_statistics:
        draw_noise([noises], scale, shift)
        return Extras(mask, scale, shift)
    if config.norm == "renorm" and layer.normalised:
        r_max, d_max = renorm_limits(step, config.renorm_start, config.renorm_r_max, config.renorm_d_max)
        return Extras(mask, known=known, r_max=np.full((1, 1, 1), r_max), d_max=np.full((1, 1, 1), d_max))
    return Extras(mask)


def updated(config, layout, running, traces):
    """Return the running statistics after one batch, with every part of it one after the other."""
    running = running.copy()
    for layer, trace, view in zip(layout.layers, traces, layout.statistics(running), strict=True):
        if view is None:
            continue
        seen = trace.a if config.placement == "after" and layer.hidden else trace.z
        if trace.mask is not None and config.dropout_place == "before":
            seen = seen * trace.mask
        n = seen.shape[1]
        size = config.ghost_size if config.norm == "ghost" else n
        ends = [*range(0, n, size), n]
        if n % size == 1 and size > 1 and n > size:
            del ends[-2]
        for a, b in pairwise(ends):
            part, ddof = seen[:, a:b], 1 if config.unbiased_running and b - a > 1 else 0
            m = config.bn_momentum
            view.mean[...] = m * view.mean + (1.0 - m) * part.mean(axis=1, keepdims=True)
            view.var[...] = m * view.var + (1.0 - m) * part.var(axis=1, keepdims=True, ddof=ddof)
    return running


@variants
def test_a_replayed_step_is_the_recorded_step_to_the_last_bit(variant):
    config = configured(variant).replace(epochs=2)
    replayed, _ = advance(init_state(config), 2)
    recorded = Session(init_state(config))
    one_step = recorded.one_step
    recorded.one_step = lambda x, y: (recorded.batches.clear(), one_step(x, y))
    recorded.epoch(), recorded.epoch()
    assert np.array_equal(recorded.params, replayed.params)
    assert np.array_equal(recorded.running, replayed.running)


def test_the_default_step_pays_nothing_for_the_variants():
    calls = []
    for changes in ({}, {"inference": "exact", "precision": "float32"}, {"norm": "none"}):
        session = Session(init_state(RunConfig(**changes)))
        session.epoch()
        calls.append({len(batch.tape) for batch in session.batches.values()})
    (default,), (asked,), (plain,) = calls
    assert default == asked <= 91
    assert default - plain <= 53  # two normalisers, there and back, and the running statistics
