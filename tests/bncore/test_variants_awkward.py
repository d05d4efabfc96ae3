"""Input that costs digits, through every normaliser: against exact fractions, and whole runs of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.norm import frozen_norm_forward
from bncore.normalise import normalise_backward
from bncore.parts_norm import ghost_norm_forward, group_norm_forward
from bncore.probe import picture_frames
from bncore.renorm import renorm_forward
from bncore.statistics import exact_statistics
from bncore.train import train
from tests.bncore.exact import Exact, error, exact_norm
from tests.bncore.variants import KINDS, NORMS, of_kind
from tests.golden.cases import AWKWARD

ROUNDING = 12 * 2.0**-52
"""Twelve units of a number's last place, relative to the terms that it is the sum of: gamma is a factor of its own here."""

cases = pytest.mark.parametrize("name", AWKWARD)


@cache
def rows(name, groups):
    """Return a batch whose rows are the columns of the case, ours and the exact values of each group of each row."""
    case, rng = AWKWARD[name], np.random.default_rng(70)
    x, dy = case.x.swapaxes(1, 2), case.dy.swapaxes(1, 2)
    gamma, beta = rng.normal(1.0, 0.3, (1, 1, x.shape[2])), rng.standard_normal((1, 1, x.shape[2]))
    y, norm = group_norm_forward(x, gamma, beta, case.eps, groups)
    dx, dgamma, dbeta = normalise_backward(dy, norm)
    width = x.shape[2] // groups
    exact = []
    for row, group in np.ndindex(x.shape[1], groups):
        units = slice(group * width, (group + 1) * width)
        exact.append((row, units, *exact_norm(x[0, row, units], (gamma * dy)[0, row, units], 1.0, 0.0, case.eps)))
    return {"x_hat": norm.x_hat, "dx": dx, "mean": norm.mean, "var": norm.var}, exact, (y, dgamma, dbeta)


@pytest.mark.parametrize(
    ("name", "groups"), [(name, n) for name, case in AWKWARD.items() for n in (1, 2, 6) if case.x.shape[1] % n == 0]
)
def test_layer_and_group_norm_lose_nothing_but_by_rounding(name, groups):
    found, exact, others = rows(name, groups)
    assert all(np.isfinite(values).all() for values in (*found.values(), *others))
    for row, units, values, scales in exact:
        for ours, part in (("x_hat", "y"), ("dx", "dx")):
            place = Exact._fields.index(part)
            assert error(found[ours][0, row, units], values[place], scales[place][0]) < ROUNDING, (ours, row, units)
        for part in ("mean", "var"):
            place = Exact._fields.index(part)
            each = found[part][0, row, units]
            assert (each == each[0]).all()
            assert error(each[:1], values[place], scales[place][0]) < ROUNDING, (part, row, units)


@cases
@pytest.mark.parametrize("size", [1, 2, 5, 24])
def test_ghost_norm_loses_nothing_but_by_rounding(name, size):
    case = AWKWARD[name]
    y, norm = ghost_norm_forward(case.x, case.gamma[None, None], case.beta[None, None], case.eps, size)
    dx, dgamma, dbeta = normalise_backward(case.dy, norm)
    assert all(np.isfinite(values).all() for values in (y, dx, dgamma, dbeta, norm.mean, norm.var))
    n = case.x.shape[1]
    ends = [*range(0, n, size), n]
    if len(ends) > 2 and n - ends[-2] == 1 and size > 1:
        del ends[-2]
    for c, (a, b) in ((c, ends[i : i + 2]) for c in range(case.x.shape[2]) for i in range(len(ends) - 1)):
        values, scales = exact_norm(case.x[0, a:b, c], case.dy[0, a:b, c], case.gamma[c], case.beta[c], case.eps)
        assert error(y[0, a:b, c], values.y, scales.y[0]) < ROUNDING, (c, a)
        assert error(dx[0, a:b, c], values.dx, scales.dx[0]) < ROUNDING, (c, a)
        assert error(norm.mean[0, a:b, c], values.mean * (b - a), scales.mean[0]) < ROUNDING, (c, a)


@cases
@pytest.mark.parametrize("kind", [name for name in KINDS if name != "group, two"])  # three units do not make two groups
def test_everything_is_finite_and_quiet(kind, name):
    case = AWKWARD[name]
    one = np.ones((1, 1, case.x.shape[2]))
    y, norm = KINDS[kind](case.x, one * case.gamma, one * case.beta, case.eps)
    assert all(np.isfinite(values).all() for values in (y, norm.x_hat, *normalise_backward(case.dy, norm)))


@pytest.mark.parametrize("eps", [1e-3, 1e-300])
@pytest.mark.parametrize("value", [0.0, 0.1, -3.3e-7, 1e8 + 0.1, 1e150, -1e-150, 1e300])
@pytest.mark.parametrize("kind", [name for name in KINDS if name not in ("renorm, limited", "renorm, without limits")])
def test_what_is_constant_is_exactly_beta(kind, value, eps):
    gamma, beta = np.array([[[2.0, -0.3, 1e-3, 7.0]]]), np.array([[[0.1, -4.0, 1e8 + 0.3, 0.0]]])
    x = np.full((1, 7, 4), value)
    y, norm = KINDS[kind](x, gamma, beta, eps)
    assert np.array_equal(y, np.broadcast_to(beta, y.shape))
    assert (norm.x_hat == 0.0).all()
    assert (norm.mean == value).all()
    assert (norm.var == 0.0).all()
    _, dgamma, dbeta = normalise_backward(np.ones_like(x), norm)
    assert (dgamma == 0.0).all()
    assert (dbeta == 7.0).all()


@pytest.mark.parametrize("kind", [name for name in KINDS if "of one" in name])
def test_a_part_of_one_says_beta_and_teaches_nothing_below(kind):
    rng = np.random.default_rng(71)
    x, gamma, beta = 1e8 * rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 1, 3)), rng.standard_normal((2, 1, 3))
    y, norm = KINDS[kind](x, gamma, beta, 1e-300)
    assert np.array_equal(y, np.broadcast_to(beta, y.shape))
    dx, dgamma, _ = normalise_backward(rng.standard_normal(x.shape), norm)
    assert not dgamma.any()
    assert np.abs(dx).max() * 1e-150 < 1e-15  # relative to 1 / sqrt(eps)


def test_a_renormed_constant_column_stands_where_the_running_statistics_have_it():
    x, one = np.full((1, 5, 1), 3.0), np.ones((1, 1, 1))
    y, norm = renorm_forward(x, 2.0 * one, 0.5 * one, 1.0, one, 3.0 * one, 1e9, 1e9)
    assert y.ravel().tolist() == [2.0 * (3.0 - 1.0) / 2.0 + 0.5] * 5
    assert norm.r.item() == 0.5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_eps_that_float32_cannot_hold_divides_all_the_same(dtype):
    x, one = np.full((1, 4, 2), 0.1, dtype), np.ones((1, 1, 2), dtype)
    for kind in KINDS.values():
        for eps in (1e-300, np.full((1, 1, 1), 1e-300).astype(dtype)):
            y, norm = kind(x, one, one, eps)
            assert np.isfinite(y).all()
            assert np.isfinite(normalise_backward(one * x, norm)[0]).all()
    assert np.isfinite(frozen_norm_forward(x, one, one, one, 0 * one, 1e-300)[0]).all()


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("changes", [{"eps": 1e-300}, {"batch_size": 1, "epochs": 1}, {"batch_size": 2, "norm_output": True}])
@pytest.mark.parametrize("name", NORMS)
def test_whole_runs_stay_finite(name, changes, precision):
    settings = {"samples": 60, "seeds": 2, "epochs": 3, "batch_size": 10, "learning_rate": 1e-3, "activation": "relu"}
    history = train(of_kind(name, **settings | changes | {"precision": precision, "dropout": 0.2}))
    assert history.divergences == ()
    assert np.isfinite(history.params).all()
    assert np.isfinite(history.test_loss).all()


@pytest.mark.parametrize("name", ["batch", "layer", "renorm", "ghost"])
def test_pictures_of_a_run_that_diverges_are_quiet(name):
    config = of_kind(name, activation="linear", norm_layers=(1,), learning_rate=100.0, epochs=8, seeds=1, inference="exact")
    history = train(config)
    assert history.divergences
    pictures = picture_frames(config, load_data(config), history)
    assert not pictures.finite[-1]


def test_exact_statistics_of_nothing_are_nothing():
    config = RunConfig(norm="layer", seeds=2)
    assert exact_statistics(config, train(config.replace(epochs=1)).params[-1], load_data(config).x_train).shape == (2, 0)
