"""What float32 costs, and that it is float32 all the way."""

from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.history import History
from bncore.network import Layout, backward, forward
from bncore.normalise import Statistics
from bncore.ops import bce_backward, bce_forward
from bncore.optim import MOMENTS
from bncore.session import Session
from bncore.state import init_state
from bncore.statistics import exact_statistics
from bncore.train import advance, train
from tests.bncore.slopes import relative_error
from tests.bncore.variants import NORMS, extras_of, of_kind

SINGLE = np.dtype(np.float32)
PLACES = {
    "plain": {},
    "after, drop before": {"placement": "after", "dropout": 0.3, "dropout_place": "before"},
    "output, fixed, unbiased": {"norm_output": True, "learn_gamma": False, "unbiased_running": True, "weight_decay": 0.1},
    "frozen": {"freeze_statistics": True, "dropout": 0.2},
}
each_norm, each_place = pytest.mark.parametrize("name", NORMS), pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@each_place
@each_norm
def test_nothing_of_a_step_is_in_float64(name, place):
    session = Session(init_state(of_kind(name, precision="float32", seeds=2, optimizer="adam", **place)))
    session.epoch()
    for batch in session.batches.values():
        kept = [a for call in batch.tape._calls for a in (*call.args, *call.keywords.values()) if isinstance(a, np.ndarray)]
        assert len(kept) > 60
        assert {a.dtype for a in kept} == {SINGLE}
        for trace in batch.tape.result:
            assert {a.dtype for a in trace if isinstance(a, np.ndarray)} == {SINGLE}
    arrays = ("params", "running", "moments", "grad", "stats", "loss", "norms")
    assert {getattr(session, array).dtype for array in arrays} == {SINGLE}
    assert session.trainable is None or session.trainable.dtype == SINGLE


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_every_activation_keeps_float32(activation):
    session = Session(init_state(RunConfig(precision="float32", activation=activation, seeds=1)))
    session.epoch()
    for trace in session.batches[32].tape.result:
        assert {a.dtype for a in (trace.z, trace.a, trace.out)} == {SINGLE}
    assert session.grad.dtype == SINGLE


@pytest.mark.parametrize("optimizer", MOMENTS)
def test_states_and_frames_are_float32_and_evaluations_float64(optimizer):
    config = RunConfig(precision="float32", optimizer=optimizer, seeds=2, epochs=250, samples=40, hidden=(3,), learning_rate=0.01)
    state, pieces = init_state(config), []
    while not state.done:
        state, piece = advance(state, 1 if len(pieces) < 3 else 50)
        pieces.append(piece)
        assert {a.dtype for a in (state.params, state.running, state.moments)} == {SINGLE}
    for record in (*pieces, History.join(pieces), train(config)):
        frames = (record.params, record.running, record.batch_stats, record.gradient_norm)
        evals = (record.test_loss, record.test_accuracy, record.train_loss, record.train_accuracy, record.batch_loss)
        assert {a.dtype for a in frames} == {SINGLE}
        assert {a.dtype for a in evals} == {np.dtype(np.float64)}


def test_a_piece_without_a_frame_is_float32_too():
    config = RunConfig(precision="float32", seeds=1, epochs=1000, samples=40, hidden=(3,))
    state, _ = advance(init_state(config), 500)
    pieces = []
    for _ in range(30):
        state, piece = advance(state, 1)
        pieces.append(piece)
    assert 0 in {len(piece.frame_step) for piece in pieces}
    assert History.join(pieces).params.dtype == SINGLE


@each_place
@each_norm
def test_forward_and_gradients_of_a_step_are_float64s_within_1e_5(name, place):
    config = of_kind(name, **place)
    rng, layout = np.random.default_rng(90), Layout.of(config)
    params, running = init_state(config.replace(seeds=3)).params, rng.uniform(0.5, 1.5, (3, layout.n_running))
    x, y = rng.standard_normal((3, 32, 2)), rng.integers(0, 2, (3, 32)).astype(float)
    extras, found = extras_of(config, running, 32, config.dropout or None), []
    for kind in (np.float64, np.float32):
        cast = tuple(type(e)(*(single(part, kind) for part in e)) for e in extras)
        weights = layout.weights(params.astype(kind))
        given = layout.statistics(running.astype(kind)) if config.freeze_statistics else None
        traces = forward(layout, weights, x.astype(kind), config.eps, given, cast)
        loss, cache = bce_forward(traces[-1].out[..., 0], y.astype(kind))
        gradient = np.empty_like(params, kind)
        backward(layout, weights, traces, bce_backward(cache)[..., None], layout.weights(gradient))
        found.append((traces[-1].out, loss, gradient))
        assert {a.dtype for a in found[-1]} == {np.dtype(kind)}
    for double, of_32_bits in zip(*found, strict=True):
        assert relative_error(of_32_bits, double) < 1e-5


def single(part, kind):
    if isinstance(part, Statistics):
        return Statistics(*(a.astype(kind) for a in part))
    return None if part is None else part.astype(kind)


@each_norm
def test_exact_statistics_keep_the_precision(name):
    config = of_kind(name, precision="float32", seeds=2)
    state, x = init_state(config), np.random.default_rng(91).standard_normal((2, 50, 2))
    found = exact_statistics(config, state.params, x)
    assert found.dtype == SINGLE
    if found.size:
        assert relative_error(found, exact_statistics(config, state.params.astype(float), x)) < 1e-5


@pytest.mark.parametrize("name", ["batch", "none"])
def test_after_sixty_epochs_the_accuracy_is_float64s(name):
    """Of 32 seeds the mean differs by less than 0.002, which is a fifth of a point of the test set, and no seed by 0.03."""
    config = RunConfig(norm=name, seeds=32)
    assert config.total_epochs == 60
    double, of_32_bits = train(config), train(config.replace(precision="float32"))
    difference = of_32_bits.test_accuracy[-1] - double.test_accuracy[-1]
    assert abs(difference.mean()) < 0.002
    assert np.abs(difference).max() < 0.03
    assert (difference == 0.0).mean() >= 0.9
    assert relative_error(of_32_bits.test_loss[-1], double.test_loss[-1]) < 0.02
    assert not np.array_equal(of_32_bits.params[-1], double.params[-1])
