from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.instruments import angles, effective_learning_rate, weight_norms
from bncore.network import Layout
from tests.bncore.instruments.moments import SMALL, record

CONFIG = RunConfig(samples=60, hidden=(1,), seeds=2, epochs=None, steps=8, batch_size=8, norm_output=True)


def turned(config=CONFIG, degrees=30.0, length=5.0):
    """Return a record in which the first layer's two weights turn evenly, the second run's twice as fast."""
    history = record(config)
    angle = np.radians(degrees) * np.arange(len(history.frame_step))[:, None] * np.array([1.0, 2.0])
    params = np.random.default_rng(0).standard_normal(history.params.shape)
    first, last = Layout.of(config).layers
    params[..., first.parts["weight"]] = length * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    params[..., last.parts["weight"]] = -2.0
    return replace(history, params=params)


def test_the_norm_is_that_of_the_weights_alone():
    norms = weight_norms(turned())
    assert norms.shape == (9, 2, 2)
    assert norms[..., 0] == pytest.approx(5.0)
    assert norms[..., 1] == pytest.approx(2.0)


@pytest.mark.parametrize("degrees", [1e-7, 30.0, 89.0])
def test_the_angle_is_that_between_frames(degrees):
    found = angles(turned(degrees=degrees))
    assert np.isnan(found[0]).all()
    assert found[1:, 0, 0] == pytest.approx(degrees, rel=1e-7)
    assert found[1:, 1, 0] == pytest.approx(2 * degrees, rel=1e-7)
    assert (found[1:, :, 1] == 0.0).all()  # it stood still


def test_the_effective_rate_is_the_rate_on_weights_of_length_one():
    found = effective_learning_rate(turned(CONFIG.replace(learning_rate=0.5)))
    assert found[..., 0] == pytest.approx(0.5 / 25.0)
    assert found[..., 1] == pytest.approx(0.5 / 4.0)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [("sgd", 0.02), ("momentum", 0.02), ("nesterov", 0.02), ("rmsprop", 0.1), ("adam", 0.1), ("adamw", 0.1)],
)
def test_a_step_without_the_gradients_size_counts_the_norm_once(optimizer, expected):
    found = effective_learning_rate(turned(CONFIG.replace(optimizer=optimizer, learning_rate=0.5)))
    assert found[..., 0] == pytest.approx(expected)


def test_only_normalised_layers_have_an_effective_rate():
    history = record(SMALL.replace(norm_layers=(2,)))
    assert np.isnan(effective_learning_rate(history)).all(axis=(0, 1)).tolist() == [True, False, True, True]
    assert np.isnan(effective_learning_rate(record(SMALL.replace(norm="none")))).all()
    assert np.isfinite(effective_learning_rate(record(SMALL.replace(norm="layer")))[..., :3]).all()


def test_the_effective_rate_follows_the_schedule():
    config = CONFIG.replace(learning_rate=1.0, schedule="step", warmup=2)
    history = turned(config)
    assert history.frame_step.tolist() == list(range(9))
    rates = [0.5, 1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.01]  # of the steps 1..8, and the last one again
    assert effective_learning_rate(history)[:, 0, 0] == pytest.approx(np.array(rates) / 25.0)


def test_where_scale_does_not_matter_a_step_lengthens_the_weights_by_pythagoras():
    history = record(SMALL.replace(epochs=None, steps=8, eps=1e-300, learning_rate=0.5))
    squares = weight_norms(history)[..., :3] ** 2
    steps = 0.5**2 * history.gradient_norm[1:, :, :3] ** 2
    assert history.frame_step.tolist() == list(range(9))
    assert np.diff(squares, axis=0) == pytest.approx(steps, rel=1e-6)


def test_the_effective_rate_says_how_far_a_step_turns():
    config = SMALL.replace(epochs=None, steps=8, eps=1e-300, learning_rate=0.01)
    history = record(config)
    norm, size = weight_norms(history)[:-1, :, :3], history.gradient_norm[1:, :, :3]
    rate = effective_learning_rate(history)[:-1, :, :3]
    expected = np.degrees(np.arctan(rate * norm * size))  # norm * size: the gradient at weights of length 1
    assert angles(history)[1:, :, :3] == pytest.approx(expected, rel=1e-6)


def test_a_lost_run_has_no_number():
    history = turned()
    history.params[4:, 1] = np.nan
    for found in (weight_norms(history), effective_learning_rate(history), angles(history)):
        assert np.isnan(found[4:, 1]).all()
        assert np.isfinite(found[1:, 0]).all()
