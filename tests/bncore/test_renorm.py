"""Batch renormalization's backward pass by its public name; in networks it is tested with the other variants."""

from __future__ import annotations

import numpy as np
import pytest

from bncore.ops import column_mean
from bncore.renorm import renorm_backward, renorm_forward
from tests.bncore.slopes import complex_slope, relative_error


@pytest.mark.parametrize(("r_max", "d_max"), [(1.0, 0.0), (1.2, 0.3), (100.0, 100.0)])
def test_slopes_along_random_directions_with_the_corrections_held(r_max, d_max):
    rng = np.random.default_rng(5)
    x, dy = 3.0 + 2.0 * rng.standard_normal((2, 9, 4)), rng.standard_normal((2, 9, 4))
    gamma, beta = rng.normal(1.0, 0.5, (2, 1, 4)), rng.standard_normal((2, 1, 4))
    mean, var, eps = rng.normal(2.0, 1.0, (2, 1, 4)), rng.uniform(0.5, 6.0, (2, 1, 4)), 1e-2
    y, cache = renorm_forward(x, gamma, beta, eps, mean, var, np.array(r_max), np.array(d_max))
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    r = np.clip(sigma / np.sqrt(var + eps), 1.0 / r_max, r_max)
    d = np.clip((x.mean(axis=1, keepdims=True) - mean) / np.sqrt(var + eps), -d_max, d_max)

    def output(x, gamma, beta):
        mu = x.mean(axis=1, keepdims=True)
        variance = ((x - mu) ** 2).mean(axis=1, keepdims=True)
        return gamma * ((x - mu) / np.sqrt(variance + eps) * r + d) + beta

    assert relative_error(y, output(x, gamma, beta)) < 1e-13
    at = [x, gamma, beta]
    for place, gradient in enumerate(renorm_backward(dy, cache)):
        direction = rng.standard_normal(at[place].shape)
        slope = complex_slope(
            lambda p, place=place: (dy * output(*(p if i == place else a + 0j for i, a in enumerate(at)))).sum(),
            at[place], direction,
        )  # fmt: skip
        assert relative_error((gradient * direction).sum(), slope) < 1e-11


def test_gradients_are_written_where_they_are_asked_for():
    rng = np.random.default_rng(6)
    one = np.ones((1, 1, 3))
    _, cache = renorm_forward(rng.standard_normal((1, 5, 3)), one, one, 1e-3, one, one, np.array(2.0), np.array(1.0))
    out = (np.full((1, 1, 3), np.nan), np.full((1, 1, 3), np.nan))
    _, dgamma, dbeta = renorm_backward(rng.standard_normal((1, 5, 3)), cache, out)
    assert dgamma is out[0]
    assert dbeta is out[1]
    assert np.isfinite(out).all()


def test_the_mean_over_a_batch():
    x = np.random.default_rng(7).standard_normal((3, 11, 2))
    assert relative_error(column_mean(x), x.mean(axis=1, keepdims=True)) < 1e-15
