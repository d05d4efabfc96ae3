from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.network import Layout, forward, signals
from bncore.ops import sigmoid
from bncore.probe import (
    BINS,
    NORMALISED_EDGES,
    NORMALISED_SIGNALS,
    OTHER_EDGES,
    SURFACE_SIZE,
    Pictures,
    grid_axes,
    histograms,
    picture_frames,
    signal_names,
    surfaces,
)
from bncore.state import init_state
from bncore.train import advance, train

SMALL = RunConfig(samples=80, hidden=(5, 4), seeds=2, epochs=5, batch_size=16, learning_rate=0.3)
VARIANTS = {
    "before": {},
    "after": {"placement": "after", "activation": "tanh"},
    "partial": {"norm_layers": (2,), "placement": "after"},
    "output": {"norm_output": True, "activation": "sigmoid"},
    "plain": {"norm": "none"},
    "large inputs": {"dataset": "students", "placement": "after"},
}
variants = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


@variants
def test_a_surface_is_the_probability_in_inference_mode(changes):
    config = SMALL.replace(**changes)
    history, domain, layout = train(config), load_data(config).domain[1], Layout.of(config)
    found = surfaces(config, domain, history.params[:, 1], history.running[:, 1])
    assert (found.shape, found.dtype) == ((len(history.params), SURFACE_SIZE, SURFACE_SIZE), np.uint8)
    x0, x1, y0, y1 = domain
    middles = (np.arange(48) + 0.5) / 48
    columns, rows = x0 + middles * (x1 - x0), y0 + middles * (y1 - y0)
    grid = np.array([[(x, y) for x in columns] for y in rows]).reshape(1, -1, 2)
    for frame in range(0, len(found), 7):
        params, running = history.params[frame, 1:2], history.running[frame, 1:2]
        logits = forward(layout, layout.weights(params), grid, config.eps, layout.statistics(running))[-1].out
        expected = 255.0 * sigmoid(logits).reshape(48, 48)
        assert np.abs(found[frame] - expected).max() <= 1.0
        assert np.abs(found[frame] - expected).mean() < 0.3  # rounded, not cut
    assert found[-1].std() > 5


def test_the_axes_are_the_middles_of_equal_cells():
    columns, rows = grid_axes(np.array([-2.0, 1.0, 10.0, 20.0]))
    assert len(columns) == len(rows) == SURFACE_SIZE == 48
    assert columns[0] == pytest.approx(-2.0 + 3.0 / 96)
    assert columns[-1] == pytest.approx(1.0 - 3.0 / 96)
    assert np.diff(rows) == pytest.approx(10.0 / 48)


def test_the_surface_saturates_quietly_and_a_lost_run_is_grey():
    config = RunConfig(hidden=(), norm="none")
    params = np.array([[1e300, 0.0, 0.0], [0.0, 0.0, 1e300], [0.0, 0.0, -1e300], [np.nan] * 3])
    left_right, ones, zeros, lost = surfaces(config, np.array([-1.0, 1.0, -1.0, 1.0]), params, np.empty((4, 0)))
    assert (left_right[:, :24] == 0).all()
    assert (left_right[:, 24:] == 255).all()
    assert (ones == 255).all()
    assert (zeros == 0).all()
    assert (lost == 128).all()


@variants
def test_histograms_count_every_signal_in_training_mode(changes):
    config = SMALL.replace(**changes)
    history, x, layout = train(config), load_data(config).x_train[0], Layout.of(config)
    counts, _ = histograms(config, x, history.params[:, 0])
    names = signal_names(config)
    assert counts.shape == (len(history.params), 2, max(map(len, names)), BINS)
    assert counts.dtype == np.uint32
    for frame in (0, len(counts) // 2, len(counts) - 1):
        traces = forward(layout, layout.weights(history.params[frame, :1]), x[None], config.eps)
        for i, trace in enumerate(traces[:2]):
            assert list(signals(layout, trace)) == list(names[i])
            for k, (name, values) in enumerate(signals(layout, trace).items()):
                edges = NORMALISED_EDGES if name in NORMALISED_SIGNALS else OTHER_EDGES
                found, expected = counts[frame, i, k].astype(int), np.histogram(values, [-np.inf, *edges, np.inf])[0]
                assert found.sum() == len(x) * config.hidden[i]
                at_an_edge = (np.abs(values.reshape(-1, 1) - edges) < 1e-5 * (1.0 + np.abs(edges))).any(axis=1).sum()
                assert np.abs(found - expected).sum() <= 2 * at_an_edge, name
            assert (counts[frame, i, len(names[i]) :] == 0).all()


def values_counted(values, hidden_unit_weight=1.0):
    """Return the counts of z where z is the given values: one linear unit that hands its first feature on."""
    config = RunConfig(hidden=(1,), activation="linear", norm="none")
    x = np.stack([np.array(values), np.zeros(len(values))], axis=1)
    params = np.array([[hidden_unit_weight, 0.0, 0.0, 1.0, 0.0]])
    return histograms(config, x, params)[0][0, 0, 0]


def test_edges_are_the_published_ones():
    assert NORMALISED_EDGES.tolist() == pytest.approx([-4.0 + 0.2 * i for i in range(41)])
    assert np.arcsinh(OTHER_EDGES).tolist() == pytest.approx([np.arcsinh(100.0) * (i / 20 - 1) for i in range(41)])
    assert (OTHER_EDGES[0], OTHER_EDGES[-1]) == (pytest.approx(-100.0), pytest.approx(100.0))


def test_every_bin_of_the_other_signals_takes_its_own_values():
    middles = (OTHER_EDGES[1:] + OTHER_EDGES[:-1]) / 2
    assert values_counted(middles).tolist() == [0] + [1] * 40 + [0]
    inside = np.concatenate([OTHER_EDGES[:-1] + 1e-4 * np.diff(OTHER_EDGES), OTHER_EDGES[1:] - 1e-4 * np.diff(OTHER_EDGES)])
    assert values_counted(inside).tolist() == [0] + [2] * 40 + [0]


def test_what_lies_outside_is_counted_at_the_ends():
    counts = values_counted([-1e30, -200.0, -101.0, 0.3, 101.0, 1e30])
    assert (counts[0], counts[-1], counts.sum()) == (3, 2, 6)
    assert values_counted([1e300, -1e300], 1e10)[[0, -1]].tolist() == [1, 1]  # infinite


def test_every_bin_of_a_normalised_signal_takes_its_own_values():
    x_hat = np.array([-4.5, *((NORMALISED_EDGES[1:] + NORMALISED_EDGES[:-1]) / 2), 4.5])
    config = RunConfig(hidden=(1,), activation="linear", eps=1e-12)
    x = np.stack([np.concatenate([x_hat, np.zeros(400)]), np.zeros(442)], axis=1)
    scale = x[:, 0].std()
    params = np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]])
    counts = histograms(config, x, params)[0][0, 0]
    expected = np.histogram(x[:, 0] / scale, [-np.inf, *NORMALISED_EDGES, np.inf])[0]
    assert counts[1].tolist() == expected.tolist()
    assert expected[0] == expected[-1] > 0


def test_what_is_no_number_is_not_counted():
    assert values_counted([np.nan, 1.0]).sum() == 1


RELU = RunConfig(hidden=(4,), norm="none")


def idle_of(config, biases, weight=0.01):
    layout = Layout.of(config)
    params = np.zeros((1, layout.n_params))
    params[:, layout.layers[0].parts["weight"]] = weight
    params[:, layout.layers[0].parts["bias"]] = biases
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (50, 2))
    return histograms(config, x, params)[1].tolist()


def test_idle_units_are_dead_or_saturated():
    assert idle_of(RELU, [-1.0, -1.0, 1.0, 1.0]) == [[0.5]]
    assert idle_of(RELU, [-1.0] * 4) == [[1.0]]
    assert idle_of(RELU, [1.0] * 4) == [[0.0]]
    assert idle_of(RELU, [0.0] * 4, weight=1.0) == [[0.0]]
    assert idle_of(RELU.replace(activation="tanh"), [-5.0, 5.0, 5.0, 0.0]) == [[0.75]]
    assert idle_of(RELU.replace(activation="sigmoid"), [-10.0, 10.0, 0.0, 1.0]) == [[0.5]]
    assert idle_of(RELU.replace(activation="linear"), [-10.0, 10.0, 0.0, 1.0]) == [[0.0]]


def test_a_unit_that_lives_for_a_single_point_is_not_idle():
    x = np.zeros((1000, 2))
    x[17] = 1.0
    params = np.array([[1.0, 0.0, 1.0, 0.0, -1.0, -1.0, 1.0, 1.0, 0.0]])  # weight (2, 2), bias (2), then the output layer
    assert histograms(RELU.replace(hidden=(2,)), x, params)[1].tolist() == [[0.5]]


def test_saturated_is_a_slope_below_a_twentieth_at_every_point():
    just = np.arctanh(np.sqrt(0.95))
    config = RELU.replace(activation="tanh")
    assert idle_of(config, [just + 0.05, just - 0.05, -just - 0.05, -just + 0.05]) == [[0.5]]


def test_normalised_units_are_idle_by_what_leaves_the_activation():
    layout = Layout.of(config := RunConfig(hidden=(4,)))
    params = np.random.default_rng(1).standard_normal((1, layout.n_params))
    params[:, layout.layers[0].parts["beta"]] = [-50.0, 0.0, 0.0, 50.0]
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (50, 2))
    assert histograms(config, x, params)[1].tolist() == [[0.25]]


@variants
def test_pictures_are_those_of_the_run_shown(changes):
    config = SMALL.replace(**changes)
    data, history = load_data(config), train(config)
    first, second = (picture_frames(config, data, history, run) for run in (0, 1))
    assert not np.array_equal(first.surface, second.surface)
    assert np.array_equal(second.surface, surfaces(config, data.domain[1], history.params[:, 1], history.running[:, 1]))
    counts, idle = histograms(config, data.x_train[1], history.params[:, 1])
    assert np.array_equal(second.histogram, counts)
    assert np.array_equal(second.idle, idle)
    assert second.finite.all()
    assert second.nbytes == sum(getattr(second, n).nbytes for n in ("surface", "histogram", "idle", "finite"))


def test_pictures_of_pieces_are_the_pictures_of_the_whole():
    state, whole = init_state(SMALL), picture_frames(SMALL, load_data(SMALL), train(SMALL), 1)
    pieces = []
    for epochs in (1, 3, 1):
        state, history = advance(state, epochs)
        pieces.append(picture_frames(SMALL, load_data(SMALL), history, 1))
    joined = Pictures.join(pieces)
    for name in ("surface", "histogram", "idle", "finite"):
        assert np.array_equal(getattr(joined, name), getattr(whole, name))
        assert np.array_equal(getattr(joined.until(4), name), getattr(whole, name)[:4])
    assert Pictures.join(pieces[:1]) is pieces[0]


def test_a_diverged_run_is_drawn_until_it_breaks():
    config = SMALL.replace(activation="linear", norm="none", learning_rate=30.0)
    history = train(config)
    assert history.divergences
    pictures = picture_frames(config, load_data(config), history, history.divergences[0].run)
    step = history.divergences[0].step
    assert pictures.finite[0]
    assert not pictures.finite[history.frame_step >= step].any()
    assert pictures.finite[history.frame_step < step - 1].all()
    assert (pictures.histogram[~pictures.finite] == 0).all()


def test_no_hidden_layer_has_a_surface_and_no_histogram():
    config = SMALL.replace(hidden=(), norm="none")
    pictures = picture_frames(config, load_data(config), train(config))
    assert pictures.histogram.shape[1:] == (0, 0, BINS)
    assert pictures.idle.shape[1:] == (0,)
    assert pictures.surface.shape[1:] == (48, 48)
