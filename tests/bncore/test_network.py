from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.network import Layout, backward, forward, signals
from bncore.table import parameter_table
from tests.bncore.networks import WHERE, by_hand, cases, configured, drawn
from tests.bncore.slopes import relative_error


@cases
def test_forward_in_training_mode_is_the_network_written_out(placement, where, activation):
    config = configured(placement, where, activation)
    layout, params, _, x = drawn(config)
    logits = forward(layout, layout.weights(params), x, config.eps)[-1].out[..., 0]
    for r in range(2):
        assert relative_error(logits[r], by_hand(config, params[r], x[r])) < 1e-12


@cases
def test_forward_in_inference_mode_is_the_network_written_out(placement, where, activation):
    config = configured(placement, where, activation)
    layout, params, given, x = drawn(config)
    logits = forward(layout, layout.weights(params), x, config.eps, layout.statistics(given))[-1].out[..., 0]
    for r in range(2):
        assert relative_error(logits[r], by_hand(config, params[r], x[r], given[r])) < 1e-12


@pytest.mark.parametrize("placement", ["before", "after"])
def test_a_forward_pass_says_which_statistics_it_used(placement):
    config = configured(placement)
    layout, params, given, x = drawn(config)
    training = forward(layout, layout.weights(params), x, config.eps)
    inference = forward(layout, layout.weights(params), x, config.eps, layout.statistics(given))
    assert [t.norm.batch_statistics for t in training if t.norm] == [True] * 3
    assert [t.norm.batch_statistics for t in inference if t.norm] == [False] * 3


@pytest.mark.parametrize("where", WHERE)
def test_the_layout_gives_every_place_to_one_part(where):
    config = configured(where=where)
    layout = Layout.of(config)
    taken = [list(range(part.start, part.stop)) for layer in layout.layers for part in layer.parts.values()]
    assert [i for places in taken for i in places] == list(range(layout.n_params))
    params, running = np.zeros((3, layout.n_params)), np.zeros((3, layout.n_running))
    for weights in layout.weights(params):
        for view in weights:
            if view is not None:
                view[...] += 1.0
    for statistics in layout.statistics(running):
        for view in statistics or ():
            view[...] += 1.0
    assert (params == 1.0).all()
    assert (running == 1.0).all()


def test_the_layout_is_the_documented_one():
    layout = Layout.of(RunConfig(hidden=(3, 2), norm_layers=(2,)))
    assert [list(layer.parts) for layer in layout.layers] == [
        ["weight", "bias"],
        ["weight", "bias", "gamma", "beta"],
        ["weight", "bias"],
    ]
    vector = np.arange(float(layout.n_params))[None]
    first, second, last = layout.weights(vector)
    assert first.weight.tolist() == [[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]
    assert (first.bias.ravel().tolist(), first.gamma, first.beta) == ([6.0, 7.0, 8.0], None, None)
    assert second.gamma.ravel().tolist() == [17.0, 18.0]
    assert second.beta.ravel().tolist() == [19.0, 20.0]
    assert last.weight.ravel().tolist() == [21.0, 22.0]
    none, statistics, _ = layout.statistics(np.arange(4.0)[None])
    assert none is None
    assert (statistics.mean.ravel().tolist(), statistics.var.ravel().tolist()) == ([0.0, 1.0], [2.0, 3.0])


def test_a_mask_marks_the_named_parts():
    layout = Layout.of(configured(where="all and output"))
    weights = layout.weights(layout.mask("weight", "beta")[None])
    for layer in weights:
        assert (layer.weight == 1.0).all()
        assert (layer.bias == 0.0).all()
        assert (layer.gamma == 0.0).all()
        assert (layer.beta == 1.0).all()


@pytest.mark.parametrize("where", WHERE)
def test_the_parameter_table_counts_what_is_stored(where):
    config = configured(where=where)
    layout, rows = Layout.of(config), parameter_table(config)
    assert all(row.trainable + row.non_trainable == np.prod(row.shape) for row in rows)
    assert sum(row.trainable for row in rows) == layout.n_params
    assert sum(row.non_trainable for row in rows) == layout.n_running


def test_what_is_not_learned_is_not_trainable():
    rows = parameter_table(RunConfig(hidden=(3, 2), learn_gamma=False))
    assert [(r.layer, r.trainable, r.non_trainable) for r in rows if r.part == "gamma"] == [("BN 1", 0, 3), ("BN 2", 0, 2)]
    assert [(r.layer, r.trainable, r.non_trainable) for r in rows if r.part == "beta"] == [("BN 1", 3, 0), ("BN 2", 2, 0)]


@pytest.mark.parametrize(("placement", "names"), [("before", ["z", "x_hat", "y", "a"]), ("after", ["z", "a", "a_hat", "y"])])
def test_signals_are_what_flows_in_network_order(placement, names):
    config = configured(placement, "partial")
    layout, params, _, x = drawn(config)
    traces = forward(layout, layout.weights(params), x, config.eps)
    assert [list(signals(layout, trace)) for trace in traces[:3]] == [names, ["z", "a"], names]
    first = signals(layout, traces[0])
    normalised, entering = ("x_hat", "z") if placement == "before" else ("a_hat", "a")
    values = first[entering]
    expected = (values - values.mean(axis=1, keepdims=True)) / np.sqrt(values.var(axis=1, keepdims=True) + config.eps)
    assert relative_error(first[normalised], expected) < 1e-12
    assert relative_error(first["a"], np.tanh(first["y" if placement == "before" else "z"])) < 1e-15
    assert np.array_equal(first[names[-1]], traces[1].x)


def test_backward_writes_everything_and_touches_nothing_else():
    config = configured("after", "all and output")
    layout, params, _, x = drawn(config)
    before = params.copy()
    traces = forward(layout, layout.weights(params), x, config.eps)
    kept = [trace.out.copy() for trace in traces]
    gradient = np.full_like(params, np.nan)
    dlogits = np.ones((2, 9, 1))
    backward(layout, layout.weights(params), traces, dlogits, layout.weights(gradient))
    assert np.isfinite(gradient).all()
    assert np.array_equal(params, before)
    assert all(np.array_equal(trace.out, out) for trace, out in zip(traces, kept, strict=True))
    assert (dlogits == 1.0).all()


def test_runs_share_one_batch_that_has_no_runs():
    config = configured()
    layout, params, _, x = drawn(config)
    shared = forward(layout, layout.weights(params), x[:1], config.eps)[-1].out
    each = forward(layout, layout.weights(params), x[:1].repeat(2, axis=0), config.eps)[-1].out
    assert relative_error(shared, each) < 1e-14
