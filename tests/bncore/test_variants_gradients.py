"""The backward pass of every normaliser, of noise and dropout, and of whole networks of them, against exact slopes."""

from __future__ import annotations

import numpy as np
import pytest

from bncore import normalise
from bncore.dropout import dropout_backward, dropout_forward, dropout_mask
from bncore.network import Layout, backward, forward
from bncore.noise import draw_noise, noise_backward, noise_forward
from bncore.normalise import Kind, normalise_backward, normalise_forward
from tests.bncore.slopes import complex_slope, relative_error
from tests.bncore.variants import KINDS, NORMS, WHERE, extras_of, of_kind

EXACT = 1e-11
R, N, C = 2, 7, 4


def inner(a, b):
    return (a * b).sum(axis=(1, 2))


def drawn(n=N, c=C):
    rng = np.random.default_rng(40)
    at = {
        "x": 2.0 * rng.standard_normal((R, n, c)) + 3.0,
        "gamma": rng.normal(1.0, 0.5, (R, 1, c)),
        "beta": rng.standard_normal((R, 1, c)),
    }
    return at, rng.standard_normal((R, n, c)), {name: rng.standard_normal(value.shape) for name, value in at.items()}


def slopes(function, at, dy, directions):
    """Return the slope of ``sum(dy * y)`` along each argument's direction."""
    return {
        name: complex_slope(
            lambda p, name=name: inner(dy, function(**{**{k: a + 0j for k, a in at.items()}, name: p})), at[name], direction
        )
        for name, direction in directions.items()
    }


@pytest.mark.parametrize("eps", [1e-5, 1e-2, 10.0])
@pytest.mark.parametrize("n", [1, 3, 7, 8])
@pytest.mark.parametrize("name", [name for name in KINDS if "renorm" not in name])
def test_normalising_by_parts(name, n, eps):
    at, dy, directions = drawn(n)
    expected = slopes(lambda x, gamma, beta: KINDS[name](x, gamma, beta, eps)[0], at, dy, directions)
    gradients = normalise_backward(dy, KINDS[name](*at.values(), eps)[1])
    for (which, slope), gradient in zip(expected.items(), gradients, strict=True):
        scale = max(np.abs(slope).max(), np.abs(inner(np.abs(dy), np.abs(directions[which]))).max())
        assert gradient.shape == at[which].shape
        assert np.abs(inner(gradient, directions[which]) - slope).max() < EXACT * scale, which


@pytest.mark.parametrize("name", [name for name in KINDS if "renorm" in name])
def test_renorm_takes_its_corrections_for_constants(name):
    at, dy, directions = drawn()
    eps = 1e-2
    y, norm = KINDS[name](*at.values(), eps)

    def formula(x, gamma, beta):
        centred = x - x.mean(axis=1, keepdims=True)
        var = (centred * centred).mean(axis=1, keepdims=True)
        return gamma * (centred / np.sqrt(var + eps) * norm.r + norm.d) + beta

    assert relative_error(y, formula(**at)) < 1e-13
    expected = slopes(formula, at, dy, directions)
    for (which, slope), gradient in zip(expected.items(), normalise_backward(dy, norm), strict=True):
        assert relative_error(inner(gradient, directions[which]), slope) < EXACT, which


def test_renorm_with_other_corrections_has_other_gradients():
    at, dy, _ = drawn()
    plain, limited = (
        normalise_backward(dy, KINDS[f"renorm, {name}"](*at.values(), 1e-2)[1])[:2] for name in ("plain", "limited")
    )  # fmt: skip
    assert all(relative_error(a, b) > 0.05 for a, b in zip(plain, limited, strict=True))


def test_noise_and_dropout():
    at, dy, directions = drawn()
    scale, shift = np.empty((R, N, C)), np.empty((R, N, C))
    draw_noise([np.random.default_rng(r) for r in range(R)], scale, shift)
    mask = dropout_mask([np.random.default_rng(9 + r) for r in range(R)], N, C, 0.4)
    for forward_, gradient in (
        (lambda x: noise_forward(x, scale, shift), noise_backward(dy, scale)),
        (lambda x: dropout_forward(x, mask), dropout_backward(dy, mask)),
    ):
        slope = complex_slope(lambda p, f=forward_: inner(dy, f(p)), at["x"], directions["x"])
        assert relative_error(inner(gradient, directions["x"]), slope) < EXACT


@pytest.mark.parametrize("name", [name for name in NORMS if name != "none"])
def test_gradients_are_written_where_they_are_asked_for(name):
    at, dy, _ = drawn(9, 6)
    config = of_kind(name)
    kind = Kind(config.norm, config.groups, config.ghost_size)
    given = np.concatenate([at["beta"], at["gamma"] ** 2], axis=2)[:, 0]
    one = of_kind(name, hidden=(6,))
    extra = extras_of(one, given if one.keeps_statistics else given[:, :0], 9)[0]
    _, norm = normalise_forward(kind, *at.values(), 1e-2, None, extra)
    dgamma, dbeta = np.full((R, 1, 6), np.nan), np.full((R, 1, 6), np.nan)
    found, expected = normalise_backward(dy, norm, (dgamma, dbeta)), normalise_backward(dy, norm)
    assert found[1] is dgamma
    assert found[2] is dbeta
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("n", [9, 5])
@pytest.mark.parametrize("dropout_place", ["before", "after", None])
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("name", NORMS)
def test_network(name, placement, where, dropout_place, n, monkeypatch):
    config = of_kind(name, placement, where, dropout=0.3 if dropout_place else 0.0, dropout_place=dropout_place or "after")
    check_network(config, n, monkeypatch)


@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("name", ["batch", "renorm", "ghost", "noisy"])
def test_network_with_frozen_statistics(name, placement, monkeypatch):
    check_network(of_kind(name, placement, "all and output", freeze_statistics=True), 9, monkeypatch)


def check_network(config, n, monkeypatch):
    rng = np.random.default_rng(41)
    layout = Layout.of(config)
    params, running = rng.standard_normal((R, layout.n_params)), rng.uniform(0.2, 2.0, (R, layout.n_running))
    x, dlogits = rng.standard_normal((R, n, 2)), rng.standard_normal((R, n, 1))
    given = layout.statistics(running) if config.freeze_statistics else None
    extras = extras_of(config, running, n, config.dropout or None)
    traces = forward(layout, layout.weights(params), x, config.eps, given, extras)
    gradient = np.full_like(params, np.nan)
    backward(layout, layout.weights(params), traces, dlogits, layout.weights(gradient))
    found = (gradient * (direction := rng.standard_normal(params.shape))).sum(axis=1)

    def value(p):
        hold(monkeypatch, traces)
        return inner(dlogits, forward(layout, layout.weights(p), x, config.eps, given, extras)[-1].out)

    size = np.linalg.norm(gradient, axis=1)
    scale = np.maximum(np.abs(complex_slope(value, params, direction)), 1e-3 * size)
    assert (np.abs(found - complex_slope(value, params, direction)) < EXACT * scale).all()
    for layer in layout.layers:
        for part in layer.parts.values():
            only = np.zeros_like(params)
            only[:, part] = direction[:, part]
            scale = np.linalg.norm(gradient[:, part], axis=1)
            scale[scale < 1e-6 * size] = size[scale < 1e-6 * size]  # a bias before BN has no gradient at all
            difference = (gradient * only).sum(axis=1) - complex_slope(value, params, only)
            assert (np.abs(difference) < EXACT * scale * np.linalg.norm(only, axis=1)).all()


def hold(monkeypatch, traces):
    """Let renorm use the corrections of an earlier pass: they count as constants, whatever moves them."""
    kept = iter([trace.norm for trace in traces if trace.norm is not None])

    def held(x, gamma, beta, eps, *_):
        _, norm = normalise.batch_norm_forward(x, gamma, beta, eps)
        old = next(kept)
        return gamma * (norm.x_hat * old.r + old.d) + beta, norm

    monkeypatch.setattr(normalise, "renorm_forward", held)
