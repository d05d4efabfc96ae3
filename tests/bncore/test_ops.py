from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from bncore.ops import ACTIVATIONS, MOST_ZEROS, bce_backward, bce_forward, column_sum, linear_backward, linear_forward, sigmoid
from tests.bncore.slopes import relative_error


def test_linear_forward_is_the_sum_of_products():
    rng = np.random.default_rng(0)
    x, weight, bias = rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 1, 4))
    y = linear_forward(x, weight, bias)
    for r, n, c in np.ndindex(2, 5, 4):
        assert y[r, n, c] == pytest.approx(sum(x[r, n, i] * weight[r, i, c] for i in range(3)) + bias[r, 0, c], rel=1e-13)


def test_linear_forward_shares_one_batch_among_the_runs():
    rng = np.random.default_rng(1)
    x, weight, bias = rng.standard_normal((1, 5, 3)), rng.standard_normal((4, 3, 2)), rng.standard_normal((4, 1, 2))
    assert relative_error(linear_forward(x, weight, bias), linear_forward(x.repeat(4, axis=0), weight, bias)) < 1e-15


def test_linear_backward_is_the_sum_of_products():
    rng = np.random.default_rng(2)
    dy, x, weight = rng.standard_normal((2, 5, 4)), rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 3, 4))
    dx, dweight, dbias = linear_backward(dy, x, weight)
    assert relative_error(dx, np.einsum("rnc,ric->rni", dy, weight)) < 1e-14
    assert relative_error(dweight, np.einsum("rni,rnc->ric", x, dy)) < 1e-14
    assert relative_error(dbias, dy.sum(axis=1, keepdims=True)) < 1e-14


@pytest.mark.parametrize("n", [1, 2, 33])
def test_column_sum_adds_over_the_batch(n):
    x = np.random.default_rng(n).standard_normal((3, n, 4))
    assert column_sum(x).shape == (3, 1, 4)
    assert relative_error(column_sum(x), x.sum(axis=1, keepdims=True)) < 1e-14


def test_column_sum_keeps_apart_what_may_not_be_mixed():
    assert column_sum(np.full((1, 3, 1), 1e-30 + 0.1)).dtype == np.float64
    assert column_sum(np.ones((1, 3, 1), np.float32)).dtype == np.float32  # the same length, another dtype
    assert column_sum(np.full((1, 3, 1), 0.1)).dtype == np.float64


@pytest.mark.parametrize("x", [-1e308, -745.2, -40.0, -1.5, 0.0, 1e-300, 2.5, 37.0, 1e308])
def test_sigmoid_is_accurate_and_quiet_everywhere(x):
    with localcontext() as context:
        context.prec = 50
        exact = 1 / (1 + (-Decimal(x)).exp()) if abs(x) < 1e4 else Decimal(int(x > 0))
    found = Decimal(float(sigmoid(np.array([x]))[0]))
    assert abs(found - exact) <= Decimal(2**-52) * exact + Decimal("5e-324")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", [0.0, 0.0, 0.0, 2.0]),
        ("tanh", [math.tanh(v) for v in (-3.0, -0.5, 0.0, 2.0)]),
        ("sigmoid", [1 / (1 + math.exp(-v)) for v in (-3.0, -0.5, 0.0, 2.0)]),
        ("linear", [-3.0, -0.5, 0.0, 2.0]),
    ],
)
def test_activations_by_value(name, expected):
    assert relative_error(ACTIVATIONS[name].forward(np.array([-3.0, -0.5, 0.0, 2.0])), np.array(expected)) < 1e-15


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [0, 1, 7, MOST_ZEROS, MOST_ZEROS + 1])
def test_relu_cuts_off_what_is_below_zero_at_every_size(size, dtype):
    x = np.resize(np.array([-1.0, 2.0, np.nan, np.inf, -np.inf, 0.0, -0.0], dtype), size).reshape(1, -1)
    a = ACTIVATIONS["relu"].forward(x)
    assert a.dtype == dtype
    assert np.array_equal(a, np.where(np.isnan(x) | (x > 0), x, 0.0), equal_nan=True)


def test_relu_has_no_slope_at_its_kink():
    relu = ACTIVATIONS["relu"]
    a = relu.forward(np.array([-1.0, 0.0, 1.0]))
    assert relu.backward(np.full(3, 7.0), a).tolist() == [0.0, 0.0, 7.0]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_the_slope_of_an_activation_is_relative_to_its_largest(name):
    activation = ACTIVATIONS[name]
    a = activation.forward(np.linspace(-8.0, 8.0, 65))
    gradient = activation.backward(np.ones(65), a)
    assert relative_error(activation.slope(a), gradient / gradient.max()) < 1e-15


@pytest.mark.parametrize("logit", [-1e300, -800.0, -30.0, -1e-9, 0.0, 0.3, 50.0, 800.0, 1e300])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_loss_is_accurate_and_quiet_at_any_logit(logit, target):
    with localcontext() as context:
        context.prec = 60
        z = Decimal(logit) * (1 if target == 0 else -1)
        exact = (1 + z.exp()).ln() if abs(z) < 1000 else max(z, Decimal(0))
    loss, cache = bce_forward(np.array([[logit]]), np.array([[target]]))
    assert abs(Decimal(float(loss[0])) - exact) <= Decimal("4e-16") * exact
    with localcontext() as context:
        context.prec = 60
        wrong = 1 / (1 + (-z).exp()) if abs(z) < 1000 else Decimal(int(z > 0))  # sigmoid(logit) - target, but for the sign
    grad = float(bce_backward(cache)[0, 0]) * (1 if target == 0 else -1)
    assert abs(Decimal(grad) - wrong) <= Decimal("4e-15") * wrong + Decimal("5e-324")


def test_the_loss_is_the_mean_over_each_runs_batch():
    rng = np.random.default_rng(3)
    logits, targets = rng.normal(0, 4, (3, 6)), rng.integers(0, 2, (3, 6)).astype(float)
    loss, cache = bce_forward(logits, targets)
    p = 1.0 / (1.0 + np.exp(-logits))
    assert relative_error(loss, -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean(axis=1)) < 1e-10
    assert relative_error(bce_backward(cache), (p - targets) / 6) < 1e-14
