"""Every backward pass against slopes along random directions, with a random upstream gradient."""

from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.network import Layout, backward, forward
from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward
from bncore.ops import ACTIVATIONS, bce_backward, bce_forward, linear_backward, linear_forward
from tests.bncore.slopes import central_slope, complex_slope, relative_error

LIMIT = 1e-7
EXACT = 1e-12
R, N, C = 2, 7, 3


def inner(a, b):
    return (a * b).sum(axis=(1, 2))


def away_from_zero(rng, shape):
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.1, 2.0, shape)


@pytest.mark.parametrize("which", ["x", "weight", "bias"])
def test_linear(which):
    rng = np.random.default_rng(10)
    at = {"x": (R, N, 4), "weight": (R, 4, C), "bias": (R, 1, C)}
    at = {name: rng.standard_normal(shape) for name, shape in at.items()}
    dy, v = rng.standard_normal((R, N, C)), rng.standard_normal(at[which].shape)
    slope = complex_slope(lambda p: inner(dy, linear_forward(**{**{k: a + 0j for k, a in at.items()}, which: p})), at[which], v)
    gradients = dict(zip(("x", "weight", "bias"), linear_backward(dy, at["x"], at["weight"]), strict=True))
    assert gradients[which].shape == at[which].shape
    assert relative_error(inner(gradients[which], v), slope) < EXACT


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activation(name):
    rng = np.random.default_rng(11)
    activation = ACTIVATIONS[name]
    x, da, v = away_from_zero(rng, (R, N, C)), rng.standard_normal((R, N, C)), rng.standard_normal((R, N, C))
    found = inner(activation.backward(da, activation.forward(x)), v)
    assert relative_error(found, central_slope(lambda p: inner(da, activation.forward(p)), x, v)) < LIMIT


def test_loss():
    rng = np.random.default_rng(12)
    logits, targets = rng.normal(0.0, 3.0, (R, N)), rng.integers(0, 2, (R, N)).astype(float)
    v, upstream = rng.standard_normal((R, N)), rng.standard_normal(R)
    found = upstream * (bce_backward(bce_forward(logits, targets)[1]) * v).sum(axis=1)
    assert relative_error(found, central_slope(lambda p: upstream * bce_forward(p, targets)[0], logits, v)) < LIMIT


@pytest.mark.parametrize("eps", [1e-5, 1e-3, 10.0])
@pytest.mark.parametrize("n", [2, 7, 32])
@pytest.mark.parametrize("which", ["x", "gamma", "beta"])
def test_batch_norm(which, n, eps):
    rng = np.random.default_rng(13)
    at = {
        "x": 2.0 * rng.standard_normal((R, n, C)) + 3.0,
        "gamma": rng.normal(1, 0.5, (R, 1, C)),
        "beta": rng.normal(0, 1, (R, 1, C)),
    }
    dy, v = rng.standard_normal((R, n, C)), rng.standard_normal(at[which].shape)
    slope = complex_slope(
        lambda p: inner(dy, batch_norm_forward(**{**{k: a + 0j for k, a in at.items()}, which: p}, eps=eps)[0]), at[which], v
    )  # fmt: skip
    gradients = dict(zip(("x", "gamma", "beta"), batch_norm_backward(dy, batch_norm_forward(**at, eps=eps)[1]), strict=True))
    scale = inner(np.abs(dy), np.abs(v)) if n == 2 and which == "x" else slope  # two points: dx is all but cancelled
    assert np.abs(inner(gradients[which], v) - slope).max() / np.abs(scale).max() < EXACT


@pytest.mark.parametrize("which", ["x", "gamma", "beta"])
def test_frozen_norm(which):
    rng = np.random.default_rng(14)
    at = {"x": rng.standard_normal((R, N, C)), "gamma": rng.normal(1, 0.5, (R, 1, C)), "beta": rng.normal(0, 1, (R, 1, C))}
    given = {"mean": rng.standard_normal((R, 1, C)), "var": rng.uniform(0.1, 3.0, (R, 1, C)), "eps": 1e-3}
    dy, v = rng.standard_normal((R, N, C)), rng.standard_normal(at[which].shape)
    slope = complex_slope(lambda p: inner(dy, frozen_norm_forward(**{**at, which: p}, **given)[0]), at[which], v)
    gradients = dict(zip(("x", "gamma", "beta"), batch_norm_backward(dy, frozen_norm_forward(**at, **given)[1]), strict=True))
    assert relative_error(inner(gradients[which], v), slope) < EXACT


WHERE_NORMALISED = {
    "none": {"norm": "none"},
    "all": {},
    "partial": {"norm_layers": (2,)},
    "all and output": {"norm_output": True},
    "output only": {"norm_layers": (), "norm_output": True},
}


@pytest.mark.parametrize("where", WHERE_NORMALISED)
@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("upstream", ["random", "loss"])
def test_network(placement, activation, where, upstream):
    config = RunConfig(hidden=(5, 4, 3), placement=placement, activation=activation, eps=1e-2, **WHERE_NORMALISED[where])
    rng = np.random.default_rng(15)
    layout = Layout.of(config)
    x, targets = rng.standard_normal((R, 9, 2)), rng.integers(0, 2, (R, 9)).astype(float)
    dlogits = rng.standard_normal((R, 9, 1))
    params, directions = without_kinks(config, layout, x, rng)

    def value(p):
        logits = forward(layout, layout.weights(p), x, config.eps)[-1].out
        return inner(dlogits, logits) if upstream == "random" else bce_forward(logits[..., 0], targets)[0]

    traces = forward(layout, layout.weights(params), x, config.eps)
    if upstream == "loss":
        dlogits = bce_backward(bce_forward(traces[-1].out[..., 0], targets)[1])[..., None]
    gradient = np.full_like(params, np.nan)
    backward(layout, layout.weights(params), traces, dlogits, layout.weights(gradient))
    for direction in directions:
        assert relative_error((gradient * direction).sum(axis=1), central_slope(value, params, direction)) < LIMIT
    size = np.linalg.norm(gradient, axis=1)
    for layer in layout.layers:
        for part in layer.parts.values():
            only = np.zeros_like(params)
            only[:, part] = directions[0][:, part]
            slope, found = central_slope(value, params, only), (gradient * only).sum(axis=1)
            scale = np.linalg.norm(gradient[:, part], axis=1)
            scale[scale < 1e-6 * size] = size[scale < 1e-6 * size]  # a bias before BN has no gradient at all
            assert (np.abs(found - slope) < LIMIT * scale * np.linalg.norm(only, axis=1)).all()


def without_kinks(config, layout, x, rng):
    """Return parameters and four directions along which no ReLU is switched within the reach of a difference."""

    def pattern(p):
        return [trace.a > 0 for trace in forward(layout, layout.weights(p), x, config.eps)[:-1]]

    for _ in range(100):
        params = rng.standard_normal((R, layout.n_params))
        directions = rng.standard_normal((4, R, layout.n_params))
        base = pattern(params)
        moved = [pattern(params + h * d) for d in directions for h in (-2e-4, -1e-4, 1e-4, 2e-4)]
        if config.activation != "relu" or all((a == b).all() for m in moved for a, b in zip(base, m, strict=True)):
            return params, directions
    pytest.fail("every draw stands at a kink")
