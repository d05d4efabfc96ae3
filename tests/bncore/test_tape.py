from __future__ import annotations

import re
import weakref
from typing import NamedTuple

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.network import Layout, forward
from bncore.session import Session
from bncore.state import init_state
from bncore.tape import Tape
from bncore.train import advance


class Pair(NamedTuple):
    low: np.ndarray
    high: np.ndarray


def test_a_replay_reads_what_its_arrays_hold_now():
    x, y = np.array([1.0, -2.0]), np.zeros(2)
    tape = Tape(lambda x, y: np.subtract(np.maximum(x, 0.0), x * 3.0, out=y), x, y)
    assert tape.run().tolist() == [-2.0, 6.0]
    x[...] = [-1.0, 5.0]
    assert tape.run().tolist() == [3.0, -10.0]
    assert y.tolist() == [3.0, -10.0]
    assert len(tape) == 3


def test_results_are_plain_arrays_in_the_shape_the_function_gave_them():
    pair = Pair(np.ones(2), np.full(2, 3.0))
    tape = Tape(lambda p, none: ([p.low + p.high], Pair(p.low * 2.0, p.high), none), pair, None)
    (total,), doubled, none = tape.run()
    assert type(doubled) is Pair
    assert none is None
    assert type(total) is type(doubled.low) is type(doubled.high) is np.ndarray
    pair.low[...] = 2.0
    assert tape.run()[0][0] is total
    assert total.tolist() == [5.0, 5.0]
    assert doubled.low.tolist() == [4.0, 4.0]


def test_assignments_and_operations_in_place_are_repeated():
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))

    def function(x, y):
        y[:, 0] = x[:, 1]
        y[1] *= 2.0
        y += 1.0

    tape = Tape(function, x, y)
    tape.run()
    assert y.tolist() == [[3.0, 1.0], [9.0, 1.0]]
    x[:, 1], y[...] = [10.0, 20.0], 0.5
    tape.run()
    assert y.tolist() == [[11.0, 1.5], [41.0, 2.0]]


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.complex128])
def test_numbers_keep_the_kind_of_the_array(kind):
    x = np.full(3, 0.1, kind)
    tape = Tape(lambda x: (0.3 * x, x + 0.7), x)
    expected = (0.3 * x, x + 0.7)
    for _ in range(2):
        for found, value in zip(tape.run(), expected, strict=True):
            assert found.dtype == kind
            assert found.tolist() == value.tolist()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: x.copy(), "Tape.run: only ufuncs and views can be repeated; got a copy. Write it with a ufunc."),
        (lambda x: x[x > 0.0], "Tape.run: only ufuncs and views can be repeated; got a part that is no view."),
        (lambda x: x * x[0, 0], "Tape.run: only ufuncs and views can be repeated; got a part that is no view."),
        (lambda x: x.astype(np.float32), "Tape.run: only ufuncs and views can be repeated; got a copy. Write it with a ufunc."),
        (lambda x: x.T.reshape(-1), "Tape.run: only ufuncs and views can be repeated; got a copy. Write it with a ufunc."),
        (lambda x: np.where(x > 0.0, x, 1.0), "Tape.run: only ufuncs and views can be repeated; got np.where."),
        (lambda x: x if (x[:1, 0] > 0.0) else -x, "Tape.run: what is done must not depend on values; got a branch on one."),
        (lambda x: x * x[:1, :1].item(), "Tape.run: what is done must not depend on values; got item() of one."),
        (lambda x: x * x[:1, :1].tolist()[0][0], "Tape.run: what is done must not depend on values; got tolist() of one."),
        (lambda x: x * float(x[:1, :1]), "Tape.run: what is done must not depend on values; got float() of one."),
        (
            lambda x: x / x.sum(),
            "Tape.run: results must be arrays of a recorded one; add.reduce gave float64. Keep the dimension, or pass the array.",
        ),
    ],
)
def test_what_cannot_be_repeated_is_refused(function, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        Tape(function, np.ones((2, 3))).run()


def test_numbers_beside_flags_stay_numbers():
    x = np.array([1.0, -1.0])
    tape = Tape(lambda x: (x > 0.0) * 0.5, x)
    assert tape.run().tolist() == tape.run().tolist() == [0.5, 0.0]


def test_a_session_ends_with_its_last_use():
    config = RunConfig(seeds=1, norm="layer")
    session = Session(init_state(config))
    session.epoch()
    results, left = session.results(), weakref.ref(session)
    del session
    assert left() is None  # at once: no circle that only the collector could break
    assert len(results) == 1


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_a_replayed_step_is_the_recorded_step_to_the_last_bit(norm, placement, activation):
    config = RunConfig(
        hidden=(5, 3), norm=norm, norm_output=norm == "batch", placement=placement, activation=activation, seeds=3, epochs=2
    )
    replayed, _ = advance(init_state(config), 2)
    recorded = Session(init_state(config))
    one_step = recorded.one_step
    recorded.one_step = lambda x, y: (recorded.batches.clear(), one_step(x, y))
    recorded.epoch(), recorded.epoch()
    assert (recorded.params == replayed.params).all()
    assert (recorded.running == replayed.running).all()


def test_traces_of_a_session_are_those_of_the_last_batch():
    config = RunConfig(seeds=2)
    session, data = Session(init_state(config)), load_data(config)
    for first in (0, 32):
        x, y = data.x_train[:, first : first + 32], data.y_train[:, first : first + 32]
        weights = Layout.of(config).weights(session.params.copy())
        session.one_step(x, y)
        traces = session.batches[32].tape.result
        for found, expected in zip(traces, forward(Layout.of(config), weights, x, config.eps), strict=True):
            assert (found.out == expected.out).all()
