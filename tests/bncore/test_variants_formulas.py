"""Every normaliser against its papers' formulas, written out plainly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bncore.noise import draw_noise
from bncore.norm import batch_norm_forward
from bncore.normalise import Extras, Kind, Statistics, normalise_forward
from bncore.parts_norm import ghost_norm_forward, ghost_share, group_norm_forward, groups_of, unbiasing
from bncore.renorm import renorm_forward, renorm_limits
from tests.bncore.slopes import relative_error
from tests.bncore.variants import KINDS

R, N, C = 3, 10, 6
CLOSE = 1e-13


def drawn(n=N):
    rng = np.random.default_rng(50)
    x = rng.uniform(0.1, 9.0, C) * rng.standard_normal((R, n, C)) + rng.uniform(-20.0, 20.0, C)
    return x, rng.normal(1.0, 0.5, (R, 1, C)), rng.standard_normal((R, 1, C))


def standardised(values, eps):
    return (values - values.mean()) / np.sqrt(values.var() + eps)


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_norm_standardises_neighbours_of_one_point(groups):
    x, gamma, beta = drawn()
    x_hat = np.empty_like(x)
    width = C // groups
    for r, n, g in np.ndindex(R, N, groups):
        units = slice(g * width, (g + 1) * width)
        x_hat[r, n, units] = standardised(x[r, n, units], 1e-3)
    y, norm = group_norm_forward(x, gamma, beta, 1e-3, groups)
    assert relative_error(norm.x_hat, x_hat) < CLOSE
    assert relative_error(y, gamma * x_hat + beta) < CLOSE


@pytest.mark.parametrize(("units", "most", "groups"), [(16, 4, 4), (6, 4, 3), (7, 4, 1), (1, 64, 1), (64, 64, 64), (12, 5, 4)])
def test_the_largest_number_of_groups_that_divides_a_width(units, most, groups):
    assert groups_of(units, most) == groups
    x = np.random.default_rng(51).standard_normal((2, 3, units))
    one = np.ones((2, 1, units))
    y = normalise_forward(Kind("group", most, 8), x, one, 0 * one, 1e-3)[0]
    assert np.array_equal(y, group_norm_forward(x, one, 0 * one, 1e-3, groups)[0])
    layer = normalise_forward(Kind("layer", most, 8), x, one, 0 * one, 1e-3)[0]
    assert np.array_equal(layer, group_norm_forward(x, one, 0 * one, 1e-3, 1)[0])


PARTS = {1: [1] * 10, 2: [2] * 5, 3: [3, 3, 4], 4: [4, 4, 2], 8: [8, 2], 9: [10], 10: [10], 64: [10]}


@pytest.mark.parametrize("size", PARTS)
def test_ghost_norm_standardises_parts_of_the_batch(size):
    x, gamma, beta = drawn()
    x_hat, mean, var = np.empty_like(x), np.empty_like(x), np.empty_like(x)
    ends = np.cumsum([0, *PARTS[size]])
    for r, part, c in np.ndindex(R, len(ends) - 1, C):
        points = slice(ends[part], ends[part + 1])
        x_hat[r, points, c] = standardised(x[r, points, c], 1e-3)
        mean[r, points, c], var[r, points, c] = x[r, points, c].mean(), x[r, points, c].var()
    y, norm = ghost_norm_forward(x, gamma, beta, 1e-3, size)
    for found, expected in ((y, gamma * x_hat + beta), (norm.x_hat, x_hat), (norm.mean, mean), (norm.var, var)):
        assert relative_error(found, expected) < CLOSE


@pytest.mark.parametrize("size", [65, 70, 100, 101, 199, 200])
def test_large_parts_are_standardised_as_small_ones_are(size):
    x, gamma, beta = drawn(200)
    y, norm = ghost_norm_forward(x, gamma, beta, 1e-3, size)
    ends = [*range(0, 200, size), 200] if 200 % size != 1 else [0, 200]
    for a, b in pairwise(ends):
        one, alone = batch_norm_forward(x[:, a:b], gamma, beta, 1e-3)
        assert relative_error(y[:, a:b], one) < CLOSE
        assert relative_error(norm.var[:, a:b], np.broadcast_to(alone.var, one.shape)) < CLOSE


def test_one_ghost_is_batch_norm():
    x, gamma, beta = drawn()
    assert relative_error(ghost_norm_forward(x, gamma, beta, 1e-3, N)[0], batch_norm_forward(x, gamma, beta, 1e-3)[0]) < CLOSE


@pytest.mark.parametrize("momentum", [0.9, 0.0, 0.9999, np.array([[0.5], [0.9], [0.0]])])
@pytest.mark.parametrize("size", PARTS)
def test_ghosts_update_the_running_statistics_one_after_the_other(size, momentum):
    x, gamma, beta = drawn()
    norm = ghost_norm_forward(x, gamma, beta, 1e-3, size)[1]
    each = np.broadcast_to(np.reshape(momentum, (-1, 1)), (R, 1))
    mean, var, exact = np.zeros((R, C)), np.ones((R, C)), np.ones((R, C))
    ends = np.cumsum([0, *PARTS[size]])
    for a, b in pairwise(ends):
        mean = each * mean + (1.0 - each) * x[:, a:b].mean(axis=1)
        var = each * var + (1.0 - each) * x[:, a:b].var(axis=1)
        exact = each * exact + (1.0 - each) * x[:, a:b].var(axis=1, ddof=min(1, b - a - 1))
    row, old = ghost_share(N, size, momentum)
    unbiased = row * unbiasing(N, size)
    for start, expected, weights, parts in ((0, mean, row, norm.mean), (1, var, row, norm.var), (1, exact, unbiased, norm.var)):
        assert relative_error((old * start + (1.0 - old) * (weights @ parts))[:, 0], expected) < 1e-12  # 1 - 0.9999 costs digits


@pytest.mark.parametrize(("r_max", "d_max"), [(1.0, 0.0), (1.1, 0.2), (3.0, 5.0), (1e9, 1e9)])
def test_renorm_is_the_paper(r_max, d_max):
    x, gamma, beta = drawn()
    rng = np.random.default_rng(52)
    mean = x.mean(axis=1, keepdims=True) + rng.standard_normal((R, 1, C))
    var, eps = x.var(axis=1, keepdims=True) * rng.uniform(0.3, 3.0, (R, 1, C)), 1e-3
    sigma_batch, sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps), np.sqrt(var + eps)
    r = np.clip(sigma_batch / sigma, 1.0 / r_max, r_max)
    d = np.clip((x.mean(axis=1, keepdims=True) - mean) / sigma, -d_max, d_max)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / sigma_batch * r + d
    y, norm = renorm_forward(x, gamma, beta, eps, mean, var, r_max, d_max)
    assert relative_error(y, gamma * x_hat + beta) < CLOSE
    for found, expected in ((norm.x_hat, x_hat), (norm.r, r), (norm.d, d)):
        assert relative_error(found, expected) < 1e-12
    if r_max > 1e6:  # nothing is cut: what inference computes
        assert relative_error(y, gamma * (x - mean) / sigma + beta) < 1e-12
    if r_max == 1.0:
        assert np.array_equal(norm.r, np.ones_like(r))
        assert np.array_equal(y, batch_norm_forward(x, gamma, beta, eps)[0])
    elif r_max < 3.0:
        assert (norm.r == r_max).any()
        assert (norm.r == 1.0 / r_max).any()


def test_limits_of_renorm_may_differ_from_run_to_run():
    x, gamma, beta = drawn()
    limits = np.array([1.0, 1.5, 4.0]).reshape(3, 1, 1), np.array([0.0, 0.3, 6.0]).reshape(3, 1, 1)
    mean, var = 0 * gamma, 1.0 + 0 * gamma
    extras = Extras(known=Statistics(mean, var), r_max=limits[0], d_max=limits[1])
    y = normalise_forward(Kind("renorm", 1, 1), x, gamma, beta, 1e-3, None, extras)[0]
    for run in range(R):
        one, ends = slice(run, run + 1), [float(limit[run, 0, 0]) for limit in limits]
        alone = renorm_forward(x[one], gamma[one], beta[one], 1e-3, mean[one], var[one], *ends)[0]
        assert relative_error(y[one], alone) < CLOSE


def test_the_limits_open_as_in_the_paper():
    """Plain BN for 5000 steps, then r to 3 at 40 000 and d to 5 at 25 000: section 4.2."""
    steps = np.arange(0, 50_000, 500)
    found = np.array([renorm_limits(int(step), 5_000, 3.0, 5.0) for step in steps]).T
    r = np.interp(steps, [5_000, 40_000], [1.0, 3.0])
    d = np.interp(steps, [5_000, 25_000], [0.0, 5.0])
    assert relative_error(found[0], r) < CLOSE
    assert relative_error(found[1], d) < CLOSE
    assert renorm_limits(1, 0, 3.0, 5.0) == (3.0, 5.0)


def test_noise_has_the_moments_of_the_paper():
    units, n = 4000, 40
    scale, shift = np.empty((2, n, units)), np.empty((2, n, units))
    draw_noise([np.random.default_rng(seed) for seed in (60, 61)], scale, shift)
    middle, spread = shift.mean(axis=1), scale.mean(axis=1)  # of each unit
    error = 5.0 / np.sqrt(2 * units)
    assert abs(middle.mean()) < error * np.sqrt(1.0 / 12.0)
    assert abs(middle.var() / (1.0 / 12.0 + 0.2**2 / 12.0 / n) - 1.0) < 0.05
    assert abs(spread.mean() - 1.125) < error * np.sqrt(0.25**2 / 12.0 + 0.01 / n)
    assert abs(spread.var() / (0.25**2 / 12.0 + 0.01 / n) - 1.0) < 0.05
    within, around = shift - middle[:, None], scale - spread[:, None]
    assert np.abs(within).max() < 0.2
    assert abs(within.var() / (0.2**2 / 12.0 * (1.0 - 1.0 / n)) - 1.0) < 0.01
    assert abs(around.std() / (0.1 * np.sqrt(1.0 - 1.0 / n)) - 1.0) < 0.01
    assert abs((around**4).mean() / around.var() ** 2 - 3.0) < 0.05  # normal, where the shift is uniform
    assert abs((within**4).mean() / within.var() ** 2 - 1.8) < 0.1
    assert abs(np.corrcoef(middle.ravel(), spread.ravel())[0, 1]) < error


def test_noise_is_anew_in_every_step_and_each_runs_own():
    rngs = [np.random.default_rng(seed) for seed in (1, 2)]
    draws = []
    for _ in range(2):
        scale, shift = np.empty((2, 5, 3)), np.empty((2, 5, 3))
        draw_noise(rngs, scale, shift)
        draws.append((scale, shift))
    (a, b), (c, d) = draws
    assert not np.isin(a, c).any()
    assert not np.isin(b, d).any()
    assert not np.isin(a[0], a[1]).any()
    alone, moved = np.empty((1, 5, 3)), np.empty((1, 5, 3))
    draw_noise([np.random.default_rng(2)], alone, moved)
    assert np.array_equal(alone[0], a[1])
    assert np.array_equal(moved[0], b[1])


def test_noisy_norm_is_batch_norm_scaled_and_shifted():
    x, gamma, beta = drawn()
    rng = np.random.default_rng(53)
    extras = Extras(scale=rng.standard_normal(x.shape), shift=rng.standard_normal(x.shape))
    y = normalise_forward(Kind("noisy", 1, 1), x, gamma, beta, 1e-3, None, extras)[0]
    assert relative_error(y, batch_norm_forward(x, gamma, beta, 1e-3)[0] * extras.scale + extras.shift) < CLOSE


@pytest.mark.parametrize("name", KINDS)
def test_each_run_may_have_its_own_eps_and_its_input_stays(name):
    x, gamma, beta = drawn()
    kept = [a.copy() for a in (x, gamma, beta)]
    eps = np.array([1e-5, 1e-2, 3.0]).reshape(3, 1, 1)
    y = KINDS[name](x, gamma, beta, eps)[0]
    assert all(np.array_equal(a, b) for a, b in zip((x, gamma, beta), kept, strict=True))
    for run in range(R):
        one = slice(run, run + 1)
        assert relative_error(y[one], KINDS[name](x[one], gamma[one], beta[one], float(eps[run, 0, 0]))[0]) < CLOSE


@pytest.mark.parametrize("name", ["batch", "renorm", "ghost", "noisy"])
def test_given_statistics_are_used_whatever_the_normaliser(name):
    x, gamma, beta = drawn()
    given = Statistics(x[:, :1] - 1.0, 2.0 + 0 * gamma)
    y, norm = normalise_forward(Kind(name, 2, 3), x, gamma, beta, 1e-3, given, Extras(scale=x, shift=x, known=given))
    assert relative_error(y, gamma * (x - given.mean) / np.sqrt(2.001) + beta) < CLOSE
    assert norm.batch_statistics is False
    for each in (slice(0, 1), slice(4, 9)):  # inference does not look at the other points
        assert relative_error(normalise_forward(Kind(name, 2, 3), x[:, each], gamma, beta, 1e-3, given)[0], y[:, each]) < CLOSE
