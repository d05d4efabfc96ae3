from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.errors import ConfigError
from bncore.norm import batch_norm_backward, batch_norm_forward
from bncore.ops import ACTIVATIONS, bce_backward, bce_forward, linear_backward, linear_forward
from bncore.walk import LayerWeights, walk
from tests.bncore.slopes import central_slope, relative_error

sizes = st.integers(1, 16)
seeds = st.integers(0, 2**32 - 1)
activations = st.sampled_from(["relu", "sigmoid", "tanh"])
epsilons = st.sampled_from([1e-300, 1e-5, 1e-3, 1.0])


def drawn(seed, m, neurons=2):
    rng = np.random.default_rng(seed)
    x = np.array([7.5, 100.0]) + np.array([0.8, 12.0]) * rng.standard_normal((m, 2))
    weight = np.array([[1.0], [0.05]]) * rng.standard_normal((2, neurons))
    vectors = rng.standard_normal((4, neurons))
    return x, (rng.random(m) < 0.5).astype(float), LayerWeights(weight, *vectors, float(rng.standard_normal()))


def two(d, eps, gamma=1.0, activation="tanh"):
    """Return the walk of a batch of two, z 2 d apart, through one neuron."""
    one = np.ones(1)
    weights = LayerWeights(np.array([[1.0], [0.0]]), 0.5 * one, gamma * one, 0.1 * one, 1.5 * one, -0.2)
    return walk(np.array([[3.0 - d, 0.0], [3.0 + d, 0.0]]), np.array([1.0, 0.0]), weights, activation, eps)


@given(seeds, sizes, activations, epsilons)
def test_forward_is_the_engines(seed, m, activation, eps):
    x, targets, w = drawn(seed, m)
    found = walk(x, targets, w, activation, eps, 0.75)
    z = linear_forward(x[None], w.weight[None], w.bias[None, None])
    y, cache = batch_norm_forward(z, w.gamma[None, None], w.beta[None, None], eps)
    a = ACTIVATIONS[activation].forward(y)
    logit = (a @ w.out_weight + w.out_bias)[0]
    loss, _ = bce_forward(logit[None], targets[None])
    for name, expected in {"z": z[0], "mu": cache.mean[0, 0], "var": cache.var[0, 0], "inv_std": cache.inv_std[0, 0]}.items():
        assert (getattr(found, name) == expected).all()
    assert (found.z_hat == cache.x_hat[0]).all()
    for name, expected in {"y": y[0], "a": a[0], "logit": logit, "loss": float(loss[0])}.items():
        assert relative_error(getattr(found, name), expected) < 1e-13
    assert relative_error(found.probability, 1.0 / (1.0 + np.exp(-logit))) < 1e-13
    assert relative_error(found.losses.mean(), found.loss) < 1e-14
    assert relative_error(found.running_mean, 0.25 * cache.mean[0, 0]) < 1e-14
    assert relative_error(found.running_var, 0.75 + 0.25 * cache.var[0, 0]) < 1e-14


@given(seeds, sizes, activations, epsilons)
def test_backward_is_the_engines(seed, m, activation, eps):
    x, targets, w = drawn(seed, m)
    found = walk(x, targets, w, activation, eps)
    z = linear_forward(x[None], w.weight[None], w.bias[None, None])
    _, cache = batch_norm_forward(z, w.gamma[None, None], w.beta[None, None], eps)
    dlogit = bce_backward(bce_forward(found.logit[None], targets[None])[1])
    da = dlogit[:, :, None] * w.out_weight
    dy = ACTIVATIONS[activation].backward(da, found.a[None])
    dz, dgamma, dbeta = batch_norm_backward(dy, cache)
    _, dw, db = linear_backward(dz, x[None], w.weight[None])
    size = np.abs(w.gamma) * found.inv_std * np.abs(dy).sum(axis=(0, 1)) + 1e-300
    for name, expected in {"dlogit": dlogit[0], "da": da[0], "dy": dy[0], "dz_hat": w.gamma * dy[0], "dbeta": dbeta[0, 0]}.items():
        assert relative_error(getattr(found, name), expected) < 1e-12
    assert np.abs(found.dgamma - dgamma[0, 0]).max() <= 1e-12 * np.abs(dy).sum()
    assert (np.abs(found.dz - dz[0]) / size).max() < 1e-12
    assert (np.abs(found.dw - dw[0]) / size).max() < 1e-12 * np.abs(x).max() * m
    assert (np.abs(found.db) / size).max() < 1e-12
    assert (np.abs(found.db - db[0, 0]) / size).max() < 1e-12


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("m", [2, 4, 16])
@pytest.mark.parametrize("name", ["weight", "bias", "gamma", "beta"])
def test_gradients_are_slopes_of_the_loss(activation, m, name):
    x, targets, w = drawn(m, m)
    x = (x - [7.5, 100.0]) / [0.8, 12.0]
    direction = np.random.default_rng(7).standard_normal(getattr(w, name).shape)

    def loss(value):
        return walk(x, targets, dataclasses.replace(w, **{name: value}), activation, 0.1).loss

    gradient = getattr(walk(x, targets, w, activation, 0.1), {"weight": "dw", "bias": "db"}.get(name, f"d{name}"))
    slope = central_slope(loss, getattr(w, name), direction, 1e-3)
    assert abs(slope - float((gradient * direction).sum())) < 1e-9
    assert name == "bias" or abs(slope) > 1e-4


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_gradients_on_the_way_are_slopes_of_the_loss(activation):
    x, targets, w = drawn(3, 5, neurons=1)
    found = walk(x, targets, w, activation, 0.5)
    direction = np.random.default_rng(8).standard_normal(5)

    def tail(mu, var, z, z_hat=None):
        z_hat = (z - mu) / np.sqrt(var + 0.5) if z_hat is None else z_hat
        a = ACTIVATIONS[activation].forward(w.gamma * z_hat + w.beta)
        return bce_forward((a * w.out_weight + w.out_bias)[None], targets[None])[0][0]

    z, mu, var = found.z[:, 0], found.mu[0], found.var[0]
    assert abs(central_slope(lambda v: tail(mu, v, z), var, 1.0) - found.dvar[0]) < 1e-10
    assert abs(central_slope(lambda v: tail(v, var, z), mu, 1.0) - found.dmu[0]) < 1e-10
    slope = central_slope(lambda v: tail(mu, var, z, v), found.z_hat[:, 0], direction)
    assert abs(slope - found.dz_hat[:, 0] @ direction) < 1e-10
    assert min(abs(found.dvar[0]), abs(found.dmu[0]), abs(slope)) > 1e-4


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("eps", [0.0, 1e-300, 1e-3, 1.0])
def test_a_batch_of_one_says_beta_and_teaches_nothing_below(activation, eps):
    x, targets, w = drawn(5, 1)
    found = walk(x, targets, w, activation, eps)
    assert found.z_hat.tolist() == [[0.0, 0.0]]
    assert found.y[0].tolist() == w.beta.tolist()
    assert found.dgamma.tolist() == [0.0, 0.0]
    assert found.dz.tolist() == [[0.0, 0.0]]
    assert found.dw.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.db.tolist() == [0.0, 0.0]
    assert found.dbeta.tolist() == found.dy[0].tolist()


@given(st.floats(-4.0, 1.0), st.floats(-10.0, 1.0), st.floats(-3.0, 3.0))
def test_a_batch_of_two_is_its_closed_form(log_d, log_eps, gamma):
    d, eps = 10.0**log_d, 10.0**log_eps
    found = two(d, eps, gamma)
    d = (found.z[1, 0] - found.z[0, 0]) / 2.0  # what rounding has left of d
    half = d / np.sqrt(d**2 + eps)
    assert relative_error(found.z_hat[:, 0], np.array([-half, half])) < 1e-12
    difference = (found.dz_hat[0, 0] - found.dz_hat[1, 0]) / 2.0
    closed = difference * eps / (d**2 + eps) ** 1.5
    size = np.abs(found.dz_hat).max() * found.inv_std[0] + 1e-300
    assert np.abs(found.dz[:, 0] - [closed, -closed]).max() < 1e-13 * size


def test_dz_of_a_batch_of_two_vanishes_with_eps_and_is_large_where_eps_is_about_d_squared():
    d = 0.01
    size = {eps: float(np.abs(two(d, eps).dz).max() / np.abs(two(d, eps).dy).max()) for eps in (1e-12, 2 * d**2, 1.0)}
    assert size[1e-12] < 1e-4
    assert size[2 * d**2] > 30.0
    assert size[1.0] < 1.1


def test_a_gamma_of_the_root_and_a_beta_of_the_mean_undo_it():
    x, targets, w = drawn(11, 4)
    plain = walk(x, targets, w)
    undone = walk(x, targets, dataclasses.replace(w, gamma=np.sqrt(plain.var + 1e-3), beta=plain.mu))
    assert np.abs(undone.y - undone.z).max() < 4 * np.spacing(np.abs(plain.z).max())
    notes = walk(x, targets, dataclasses.replace(w, gamma=np.sqrt(plain.var), beta=plain.mu))
    short = 1.0 - np.sqrt(plain.var / (plain.var + 1e-3))
    assert relative_error(np.abs(notes.y - notes.z).max(axis=0), short * np.abs(plain.z - plain.mu).max(axis=0)) < 1e-9


def test_it_leaves_its_input_alone():
    x, targets, w = drawn(12, 6)
    given_numbers = [x, targets, w.weight, w.bias, w.gamma, w.beta, w.out_weight]
    before = [array.copy() for array in given_numbers]
    walk(x, targets, w)
    assert all((a == b).all() for a, b in zip(given_numbers, before, strict=True))


FIT = "Give at least one row, and a target a row."


@pytest.mark.parametrize(
    ("x", "targets", "changes", "says"),
    [
        (
            np.ones((0, 2)), np.ones(0), {},
            f"walk: the shapes must fit (2 features, 2 neurons); got x (0, 2), targets (0,). {FIT}",
        ),
        (
            np.ones((3, 2)), np.ones(4), {},
            f"walk: the shapes must fit (2 features, 2 neurons); got x (3, 2), targets (4,). {FIT}",
        ),
        (
            np.ones((3, 3)), np.ones(3), {},
            f"walk: the shapes must fit (2 features, 2 neurons); got x (3, 3), targets (3,). {FIT}",
        ),
        (np.array([[1.0, np.nan]]), np.ones(1), {}, "walk.x: must be finite; got a number that is not. Replace it."),
        (
            np.ones((1, 2)), np.ones(1), {"out_bias": np.inf},
            "walk.weights: must be finite; got a number that is not. Replace it.",
        ),
        (
            np.ones((1, 2)), np.array([0.5]), {},
            "walk.targets: must be 0 or 1; got [0.5]. Use 0 for one class, 1 for the other.",
        ),
    ],
    ids=["no rows", "targets", "features", "x", "weights", "labels"],
)  # fmt: skip
def test_it_says_what_does_not_fit(x, targets, changes, says):
    with pytest.raises(ConfigError) as told:
        walk(x, targets, dataclasses.replace(drawn(1, 1)[2], **changes))
    assert str(told.value) == says


@given(seeds, sizes, activations)
def test_what_is_summed_adds_up_to_the_gradients(seed, m, activation):
    x, targets, w = drawn(seed, m)
    found = walk(x, targets, w, activation)
    assert (found.centred == found.z - found.mu).all() or relative_error(found.centred, found.z - found.mu) < 1e-9
    assert (found.gamma_terms == found.dy * found.z_hat).all()
    assert (found.var_terms == found.dz_hat * found.centred).all()
    assert (found.w_terms == x[:, :, None] * found.dz[:, None, :]).all()
    assert found.dgamma.tolist() == found.gamma_terms.sum(axis=0).tolist()
    assert found.dw.tolist() == found.w_terms.sum(axis=0).tolist()
    assert relative_error(found.dvar, -0.5 * found.var_terms.sum(axis=0) * found.inv_std**3) < 1e-14
