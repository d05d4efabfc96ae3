from __future__ import annotations

import numpy as np
import pytest

from bncore import fold
from bncore.fold import folded, plain_forward
from bncore.network import forward
from tests.bncore.networks import cases, configured, drawn
from tests.bncore.slopes import relative_error


@cases
def test_the_folded_network_is_inference_mode(placement, where, activation):
    config = configured(placement, where, activation)
    layout, params, given, x = drawn(config)
    weights, statistics = layout.weights(params), layout.statistics(given)
    plain = folded(layout, weights, statistics, config.eps)
    expected = forward(layout, weights, x, config.eps, statistics)[-1].out[..., 0]
    assert [(w.shape, b.shape) for w, b in plain] == [
        ((2, layer.fan_in, layer.fan_out), (2, 1, layer.fan_out)) for layer in layout.layers
    ]  # fmt: skip
    assert relative_error(plain_forward(layout, plain, x)[..., 0], expected) < 1e-12


def test_folding_leaves_the_weights_alone():
    layout, params, given, _ = drawn(configured("after", "all and output"))
    before = params.copy()
    folded(layout, layout.weights(params), layout.statistics(given), 1e-3)
    assert np.array_equal(params, before)


def test_without_normalisation_there_is_nothing_to_fold():
    layout, params, given, _ = drawn(configured(where="none"))
    weights = layout.weights(params)
    for (weight, bias), layer in zip(folded(layout, weights, layout.statistics(given), 1e-3), weights, strict=True):
        assert np.array_equal(weight, layer.weight)
        assert np.array_equal(bias, layer.bias)


def test_each_run_may_have_its_own_eps():
    layout, params, given, x = drawn(configured("after", "partial"))
    eps = np.array([1e-5, 0.5]).reshape(2, 1, 1)
    together = plain_forward(layout, folded(layout, layout.weights(params), layout.statistics(given), eps), x)
    for r in range(2):
        one = slice(r, r + 1)
        alone = folded(layout, layout.weights(params[one]), layout.statistics(given[one]), float(eps[r, 0, 0]))
        assert relative_error(together[r], plain_forward(layout, alone, x[one])[0]) < 1e-14


def test_the_plain_network_takes_any_batch_for_all_runs():
    layout, params, given, x = drawn(configured(where="none"))
    plain = folded(layout, layout.weights(params), layout.statistics(given), 1e-3)
    assert plain_forward(layout, plain, x[:1]).shape == (2, 9, 1)


@pytest.mark.parametrize("shared", [False, True])
def test_however_many_runs_pass_at_a_time_the_numbers_are_the_same(monkeypatch, shared):
    layout, params, given, x = drawn(configured("after", "all and output"))
    params, given, x = (np.concatenate([one, 0.5 * one, 2.0 * one]) for one in (params, given, x))
    plain = folded(layout, layout.weights(params), layout.statistics(given), 1e-3)
    x = x[:1] if shared else x
    whole = plain_forward(layout, plain, x)
    for runs in (1, 4):
        monkeypatch.setattr(fold, "ROOM", runs * x.shape[1] * layout.widest)
        assert np.array_equal(plain_forward(layout, plain, x), whole)
