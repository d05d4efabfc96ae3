from __future__ import annotations

import numpy as np
import pytest

from bncore.instruments import chance_of, covariate_shift, gradient, layer_slices
from tests.bncore.instruments.moments import SMALL, moment, variants
from tests.bncore.networks import by_hand
from tests.bncore.slopes import central_slope


@pytest.mark.parametrize("changes", [{}, {"norm": "none"}, {"placement": "after"}, {"norm_output": True}], ids=str)
def test_it_is_the_definition_written_out(changes):
    now = moment(SMALL.replace(**changes))
    config, slices = now.config, layer_slices(now.config)
    after = now.params + 0.1 * np.random.default_rng(1).standard_normal(now.params.shape)
    found = covariate_shift(*now, after=after)
    for run in range(2):

        def loss(vector, run=run):
            z = by_hand(config, vector, now.x[run])
            return np.log1p(np.exp(np.where(now.y[run] > 0, -z, z))).mean()

        for i, part in enumerate(slices):
            mixed = np.concatenate([after[run, : part.start], now.params[run, part.start :]])
            own = np.eye(len(mixed))[part]
            g = np.array([central_slope(loss, now.params[run], direction, 1e-3) for direction in own])
            moved = np.array([central_slope(loss, mixed, direction, 1e-3) for direction in own])
            lengths = np.linalg.norm(g) * np.linalg.norm(moved)
            assert found.distance[run, i] == pytest.approx(np.linalg.norm(g - moved), rel=1e-5, abs=1e-8)
            assert found.cosine[run, i] == pytest.approx(g @ moved / lengths, rel=1e-5)


def test_two_linear_layers_by_hand():
    config = SMALL.replace(hidden=(1,), activation="linear", norm="none", seeds=1, learning_rate=0.5)
    w, b, v, c = np.array([1.0, 0.0]), 0.0, 2.0, 0.0
    x, y = np.array([[[1.0, 0.0], [-1.0, 0.0]]]), np.array([[1.0, 1.0]])
    params = np.array([[*w, b, v, c]])
    error = 1 / (1 + np.exp(-np.array([2.0, -2.0]))) - 1.0  # logits are v (w x + b) + c = +-2
    g_v, g_c = (error * [1.0, -1.0]).mean(), error.mean()
    g_w, g_b = v * (error * [1.0, -1.0]).mean(), v * error.mean()
    h = (1.0 - 0.5 * g_w) * np.array([1.0, -1.0]) - 0.5 * g_b  # the first layer alone has moved
    moved = 1 / (1 + np.exp(-v * h)) - 1.0
    expected = np.hypot((moved * h).mean() - g_v, moved.mean() - g_c)
    found = covariate_shift(config, params, np.zeros((1, 0)), x, y)
    assert found.distance[0] == pytest.approx([0.0, expected])


@variants
def test_nothing_shifts_where_nothing_moves_and_the_first_layer_never_does(changes):
    now = moment(SMALL.replace(**changes))
    extras = chance_of(now.config, now.running, now.x.shape[1], 3)
    still, moved = covariate_shift(*now, now.params, extras), covariate_shift(*now, None, extras)
    assert (still.distance == 0.0).all()
    assert still.cosine == pytest.approx(1.0, abs=1e-5)
    assert (moved.distance[:, 0] == 0.0).all()
    assert (moved.distance[:, 1:] > 0.0).all()
    assert moved.distance.shape == (3, 4)


def test_the_default_is_a_step_of_gradient_descent():
    now = moment(SMALL.replace(norm="noisy"))
    extras = chance_of(now.config, now.running, now.x.shape[1], 1)
    after = now.params - now.config.learning_rate * gradient(*now, extras)[1]
    expected, found = covariate_shift(*now, after=after, extras=extras), covariate_shift(*now, extras=extras)
    assert (found.distance == expected.distance).all()
    assert (covariate_shift(*now).distance[:, 1:] != found.distance[:, 1:]).all()


def test_a_lost_run_has_no_number_and_harms_no_other():
    now = moment(SMALL)
    before = covariate_shift(*now)
    now.params[1] = np.nan
    found = covariate_shift(*now)
    assert np.isnan(found.distance[1]).all()
    assert (found.distance[[0, 2]] == before.distance[[0, 2]]).all()
