from __future__ import annotations

import re

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.errors import ConfigError
from bncore.instruments import chance_of, gradient, layer_slices, logits, signals_of
from bncore.instruments.passes import place_of
from bncore.network import Layout
from bncore.renorm import renorm_limits
from bncore.statistics import exact_statistics
from tests.bncore.instruments.moments import SMALL, moment, variants
from tests.bncore.networks import by_hand, configured, drawn
from tests.bncore.slopes import central_slope, relative_error


@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("where", ["none", "all", "partial", "all and output"])
def test_logits_are_those_of_the_network_written_out_in_both_modes(placement, where):
    config = configured(placement, where)
    _, params, running, x = drawn(config)
    for r in range(2):
        assert relative_error(logits(config, params, running, x, training=True)[r], by_hand(config, params[r], x[r])) < 1e-12
        expected = by_hand(config, params[r], x[r], running[r])
        assert relative_error(logits(config, params, running, x, training=False)[r], expected) < 1e-12
        frozen = config.replace(freeze_statistics=True)
        assert relative_error(logits(frozen, params, running, x, training=True)[r], expected) < 1e-12


@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("norm", ["batch", "layer", "group", "ghost", "noisy", "none"])
def test_the_gradient_is_the_slope_of_the_loss(norm, placement):
    config = SMALL.replace(norm=norm, placement=placement, ghost_size=4, eps=0.1)  # smooth: a group of two is a step at small eps
    now = moment(config)
    extras = chance_of(config, now.running, now.x.shape[1], 5)
    assert (extras is not None) == (norm == "noisy")
    direction = np.random.default_rng(3).standard_normal(now.params.shape)

    def loss(params):
        return gradient(config, params, now.running, now.x, now.y, extras)[0]

    _, grad = gradient(*now, extras)
    assert relative_error((grad * direction).sum(axis=1), central_slope(loss, now.params, direction)) < 1e-7


def test_the_loss_is_the_mean_cross_entropy_in_training_mode():
    now = moment(SMALL)
    z = logits(*now[:4], training=True)
    expected = np.log1p(np.exp(np.where(now.y > 0, -z, z))).mean(axis=1)
    assert gradient(*now)[0] == pytest.approx(expected, rel=1e-12)


def test_what_is_not_learned_has_no_gradient():
    now = moment(SMALL.replace(learn_gamma=False, learn_beta=False))
    grad, free = gradient(*now)[1], gradient(now.config.replace(learn_gamma=True, learn_beta=True), *now[1:])[1]
    fixed = Layout.of(SMALL).mask("gamma", "beta") > 0
    assert (grad[:, fixed] == 0).all()
    assert (free[:, fixed] != 0).any()
    assert (grad[:, ~fixed] == free[:, ~fixed]).all()


@variants
def test_each_run_is_what_it_is_alone(changes):
    now = moment(SMALL.replace(**changes))
    extras = chance_of(now.config, now.running, now.x.shape[1], 5)
    z = logits(*now[:4], training=True, extras=extras)
    loss, grad = gradient(*now, extras)
    layers = signals_of(*now[:4], extras)
    for run in range(3):
        one = now.alone(run)
        own = chance_of(one.config, one.running, one.x.shape[1], 5)
        kind = {"rtol": 1e-4, "atol": 1e-5} if now.params.dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-12}
        np.testing.assert_allclose(logits(*one[:4], training=True, extras=own)[0], z[run], **kind)
        np.testing.assert_allclose(gradient(*one, own)[0][0], loss[run], **kind)
        np.testing.assert_allclose(gradient(*one, own)[1][0], grad[run], **kind)
        for signals, alone in zip(layers, signals_of(*one[:4], own), strict=True):
            assert list(signals) == list(alone)
            np.testing.assert_allclose(alone["out"][0], signals["out"][run], **kind)


def test_what_a_step_adds_belongs_to_the_step():
    config = SMALL.replace(norm="noisy", dropout=0.5)
    running = np.ones((3, Layout.of(config).n_running))
    first, again, next_one = (chance_of(config, running, 8, step) for step in (1, 1, 2))
    for a, b, c in zip(first[:-1], again[:-1], next_one[:-1], strict=True):
        assert (a.scale == b.scale).all()
        assert (a.mask == b.mask).all()
        assert (a.scale != c.scale).any()
        assert (a.mask != c.mask).any()
        assert (a.scale[0] != a.scale[1]).any()


def test_renormalization_meets_the_limits_of_the_step():
    config = SMALL.replace(norm="renorm", renorm_start=10)
    now = moment(config)
    plain = logits(*now[:4], training=True)
    early, late = (
        logits(*now[:4], training=True, extras=chance_of(config, now.running, now.x.shape[1], step)) for step in (10, 500)
    )
    assert (early == plain).all()  # no correction is allowed yet
    assert np.abs(late - plain).max() > 1e-3
    extra = chance_of(config, now.running, now.x.shape[1], 30)[0]
    assert (extra.r_max.item(), extra.d_max.item()) == renorm_limits(30, 10, config.renorm_r_max, config.renorm_d_max)
    exact = exact_statistics(config, now.params, now.x)  # nothing to correct where the running statistics are right
    extras = chance_of(config, exact, now.x.shape[1], 500)
    assert relative_error(logits(config, now.params, exact, now.x, training=True, extras=extras), plain) < 1e-12


def test_signals_end_with_what_the_next_layer_sees():
    now = moment(SMALL.replace(dropout=0.5, norm_layers=(1,)))
    extras = chance_of(now.config, now.running, now.x.shape[1], 1)
    first, second, _ = signals_of(*now[:4], extras)
    assert list(first) == ["z", "x_hat", "y", "a", "out"]
    assert list(second) == ["z", "a", "out"]
    assert (first["out"] == first["a"] * extras[0].mask).all()


@pytest.mark.parametrize("hidden", [(), (3,), (5, 4, 3)])
def test_the_slices_are_the_layers(hidden):
    config = RunConfig(hidden=hidden, norm_output=True)
    layout = Layout.of(config)
    found = layer_slices(config)
    assert [(part.start, part.stop) for part in found] == [
        (layer.parts["weight"].start, layer.parts["beta"].stop) for layer in layout.layers
    ]


def test_a_layer_that_does_not_exist_is_named():
    with pytest.raises(ConfigError, match=re.escape("drift.layer: must be 1..3; got 0. Layers and units are counted from 1.")):
        place_of("drift.layer", 0, 3)
    with pytest.raises(ConfigError, match=re.escape("drift.layer: must be 1..3; got 4. Layers and units are counted from 1.")):
        place_of("drift.layer", 4, 3)
