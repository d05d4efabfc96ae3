from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward, update_running
from tests.bncore.slopes import relative_error

ONE = np.ones((1, 1, 1))
shapes = st.tuples(st.integers(1, 3), st.integers(4, 40), st.integers(1, 6))
seeds = st.integers(0, 2**32 - 1)
exponents = st.floats(-6.0, 6.0)


def draw(seed, shape):
    rng = np.random.default_rng(seed)
    r, _, c = shape
    return rng.standard_normal(shape), rng.normal(1.0, 0.5, (r, 1, c)), rng.standard_normal((r, 1, c)), rng.standard_normal(shape)


def test_forward_is_the_formula():
    x, gamma, beta, _ = draw(0, (3, 9, 4))
    y, cache = batch_norm_forward(5.0 * x - 2.0, gamma, beta, 1e-3)
    mean, var = (5.0 * x - 2.0).mean(axis=1, keepdims=True), (5.0 * x - 2.0).var(axis=1, keepdims=True, ddof=0)
    x_hat = (5.0 * x - 2.0 - mean) / np.sqrt(var + 1e-3)
    for found, expected in ((y, gamma * x_hat + beta), (cache.x_hat, x_hat), (cache.mean, mean), (cache.var, var)):
        assert found.shape == expected.shape
        assert relative_error(found, expected) < 1e-14
    assert relative_error(cache.inv_std, 1.0 / np.sqrt(var + 1e-3)) < 1e-14
    assert cache.batch_statistics is True


def test_forward_leaves_its_input_alone():
    x, gamma, beta, dy = draw(1, (2, 5, 3))
    before = [a.copy() for a in (x, gamma, beta, dy)]
    _, cache = batch_norm_forward(x, gamma, beta, 1e-3)
    batch_norm_backward(dy, cache)
    frozen_norm_forward(x, gamma, beta, cache.mean, cache.var, 1e-3)
    assert all((a == b).all() for a, b in zip((x, gamma, beta, dy), before, strict=True))


def test_frozen_forward_is_the_formula_and_says_so():
    x, gamma, beta, _ = draw(2, (3, 9, 4))
    mean, var = 3.0 * beta, gamma**2
    y, cache = frozen_norm_forward(x, gamma, beta, mean, var, 1e-3)
    assert relative_error(y, gamma * (x - mean) / np.sqrt(var + 1e-3) + beta) < 1e-14
    assert cache.mean is mean
    assert cache.var is var
    assert cache.batch_statistics is False


def test_on_its_own_statistics_a_frozen_forward_is_the_forward():
    x, gamma, beta, _ = draw(3, (2, 8, 3))
    y, cache = batch_norm_forward(x, gamma, beta, 1e-5)
    assert relative_error(frozen_norm_forward(x, gamma, beta, cache.mean, cache.var, 1e-5)[0], y) < 1e-14


def test_frozen_backward_does_not_subtract_means():
    x, gamma, beta, dy = draw(4, (2, 8, 3))
    _, cache = frozen_norm_forward(x, gamma, beta, 0.5 * beta, gamma**2, 1e-3)
    dx, dgamma, dbeta = batch_norm_backward(dy, cache)
    assert relative_error(dx, dy * gamma / np.sqrt(gamma**2 + 1e-3)) < 1e-14
    assert relative_error(dgamma, (dy * cache.x_hat).sum(axis=1, keepdims=True)) < 1e-14
    assert relative_error(dbeta, dy.sum(axis=1, keepdims=True)) < 1e-14


@pytest.mark.parametrize("value", [0.0, -3.7, 1e8 + 0.1, 1e300])
def test_a_batch_of_one_says_beta_and_teaches_nothing_below(value):
    y, cache = batch_norm_forward(np.full((1, 1, 2), value), 2.0 * np.ones((1, 1, 2)), np.array([[[0.25, -4.0]]]), 1e-3)
    dx, dgamma, dbeta = batch_norm_backward(np.array([[[3.0, -5.0]]]), cache)
    assert y.ravel().tolist() == [0.25, -4.0]
    assert cache.x_hat.ravel().tolist() == [0.0, 0.0]
    assert (cache.mean.ravel().tolist(), cache.var.ravel().tolist()) == ([value, value], [0.0, 0.0])
    assert dx.ravel().tolist() == [0.0, 0.0]
    assert (dgamma.ravel().tolist(), dbeta.ravel().tolist()) == ([0.0, 0.0], [3.0, -5.0])


def test_each_run_may_have_its_own_eps():
    x, gamma, beta, dy = draw(5, (3, 6, 2))
    eps = np.array([1e-5, 1e-2, 3.0]).reshape(3, 1, 1)
    y, cache = batch_norm_forward(x, gamma, beta, eps)
    dx = batch_norm_backward(dy, cache)[0]
    for r in range(3):
        alone, alone_cache = batch_norm_forward(x[r : r + 1], gamma[r : r + 1], beta[r : r + 1], float(eps[r, 0, 0]))
        assert relative_error(y[r], alone[0]) < 1e-14
        assert relative_error(dx[r], batch_norm_backward(dy[r : r + 1], alone_cache)[0][0]) < 1e-13


def test_running_statistics_keep_the_share_that_keras_calls_momentum():
    running, batch = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([[5.0, 0.0], [-1.0, 8.0]])
    assert relative_error(update_running(running, batch, 0.9), 0.9 * running + 0.1 * batch) < 1e-15
    assert update_running(running, batch, 0.0).tolist() == batch.tolist()
    each = update_running(running, batch, np.array([[0.5], [0.0]]))
    assert each.tolist() == [[3.0, 1.0], [-1.0, 8.0]]


@settings(deadline=None)
@given(seeds, shapes, exponents, st.floats(-1e3, 1e3), st.sampled_from([1e-300, 1e-5, 1e-3, 10.0]))
def test_every_column_of_dx_sums_to_zero(seed, shape, exponent, offset, eps):
    x, gamma, beta, dy = draw(seed, shape)
    _, cache = batch_norm_forward(10.0**exponent * (x + offset), gamma, beta, eps)
    dx = batch_norm_backward(dy, cache)[0]
    terms = np.abs(gamma * cache.inv_std) * np.abs(dy).sum(axis=1, keepdims=True)
    assert (np.abs(dx.sum(axis=1, keepdims=True)) <= 1e-13 * np.maximum(np.abs(dx).sum(axis=1, keepdims=True), 0.01 * terms)).all()


@settings(deadline=None)
@given(seeds, shapes, exponents, st.sampled_from([1e-300, 1e-5, 1e-3, 10.0]))
def test_scaling_x_by_a_and_eps_by_its_square_changes_nothing(seed, shape, exponent, eps):
    x, gamma, beta, dy = draw(seed, shape)
    a = 10.0**exponent
    y, cache = batch_norm_forward(x, gamma, beta, eps)
    scaled, scaled_cache = batch_norm_forward(a * x, gamma, beta, eps * a**2)
    assert relative_error(scaled, y) < 1e-12
    assert relative_error(a * batch_norm_backward(dy, scaled_cache)[0], batch_norm_backward(dy, cache)[0]) < 1e-12


@settings(deadline=None)
@given(seeds, shapes, st.floats(-1e6, 1e6))
def test_a_common_offset_changes_nothing(seed, shape, offset):
    x, gamma, beta, _ = draw(seed, shape)
    moved = x + offset  # rounds x: what is compared is x as it can be had back
    assert (
        relative_error(batch_norm_forward(moved, gamma, beta, 1e-3)[0], batch_norm_forward(moved - offset, gamma, beta, 1e-3)[0])
        < 1e-12
    )


@settings(deadline=None)
@given(seeds, shapes, exponents, st.floats(-1e3, 1e3), st.sampled_from([1e-300, 1e-5, 1e-3, 10.0]))
def test_x_hat_has_mean_zero_and_the_variance_that_eps_leaves(seed, shape, exponent, offset, eps):
    x = 10.0**exponent * (draw(seed, shape)[0] + offset)
    cache = batch_norm_forward(x, ONE, ONE, eps)[1]
    assert np.abs(cache.x_hat.mean(axis=1)).max() < 1e-13
    assert relative_error(cache.x_hat.var(axis=1, keepdims=True), cache.var / (cache.var + eps)) < 1e-12


@settings(deadline=None)
@given(seeds, shapes)
def test_runs_do_not_see_each_other(seed, shape):
    x, gamma, beta, dy = draw(seed, shape)
    y, cache = batch_norm_forward(x, gamma, beta, 1e-3)
    together = (y, *batch_norm_backward(dy, cache))
    for r in range(shape[0]):
        alone_y, alone_cache = batch_norm_forward(x[r : r + 1], gamma[r : r + 1], beta[r : r + 1], 1e-3)
        alone = (alone_y, *batch_norm_backward(dy[r : r + 1], alone_cache))
        assert all(relative_error(a[r : r + 1], b) < 1e-12 for a, b in zip(together, alone, strict=True))
