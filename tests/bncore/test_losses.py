"""Softmax cross-entropy and the squared error: formulas, slopes, extremes; the score of each kind of target."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from bncore.losses import LOSSES, explained, softmax_backward, softmax_forward, squared_backward, squared_forward
from bncore.ops import bce_backward, bce_forward
from bncore.tape import Tape
from tests.bncore.slopes import central_slope, complex_slope, relative_error


def drawn(runs=2, n=9, k=4, size=3.0):
    rng = np.random.default_rng(0)
    return rng.standard_normal((runs, n, k)) * size, rng.integers(k, size=(runs, n)).astype(float), rng


def test_softmax_cross_entropy_is_its_formula():
    logits, targets, _ = drawn()
    loss, cache = softmax_forward(logits, targets)
    p = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    own = np.take_along_axis(p, targets.astype(int)[..., None], axis=2)[..., 0]
    assert relative_error(loss, -np.log(own).mean(axis=1)) < 1e-14
    hit = np.arange(4) == targets[..., None]
    assert relative_error(softmax_backward(cache), (p - hit) / 9) < 1e-14


def test_squared_error_is_its_formula_without_a_half():
    rng = np.random.default_rng(1)
    y, target = rng.standard_normal((2, 3, 7))
    loss, cache = squared_forward(y, target)
    assert relative_error(loss, ((y - target) ** 2).sum(axis=1) / 7) < 1e-15
    assert relative_error(squared_backward(cache), 2 * (y - target) / 7) < 1e-15


def test_gradients_along_random_directions():
    logits, targets, rng = drawn()
    for _ in range(5):
        direction = rng.standard_normal(logits.shape)
        slope = central_slope(lambda z: softmax_forward(z, targets)[0].sum(), logits, direction, h=1e-3)
        assert relative_error((softmax_backward(softmax_forward(logits, targets)[1]) * direction).sum(), slope) < 1e-10
        y, value, way = rng.standard_normal((3, 2, 7))
        slope = complex_slope(lambda p, value=value: squared_forward(p, value)[0].sum(), y, way)
        assert relative_error((squared_backward(squared_forward(y, value)[1]) * way).sum(), slope) < 1e-13


def test_two_classes_are_binary_cross_entropy_of_the_difference():
    logits, targets, _ = drawn(k=2, size=8.0)
    loss, cache = softmax_forward(logits, targets)
    binary, binary_cache = bce_forward(logits[..., 1] - logits[..., 0], targets)
    assert relative_error(loss, binary) < 1e-15
    grad = softmax_backward(cache)
    assert relative_error(grad[..., 1], bce_backward(binary_cache)) < 1e-14
    assert relative_error(grad[..., 0], -bce_backward(binary_cache)) < 1e-14


@pytest.mark.parametrize("size", [1e-300, 1.0, 40.0, 800.0, 1e4, 1e150, 1e307])
@pytest.mark.parametrize("own", [0, 1, 2])
def test_any_logit_is_stable(size, own):
    loss, cache = softmax_forward(np.array([[[size, -size, 0.0]]]), np.array([[float(own)]]))
    distance = [Fraction(0), Fraction(2 * size), Fraction(size)][own]
    if size > 30:  # all but the distance to the best logit is rounding, or a single exponential
        expected = math.exp(-size) + math.exp(-2 * size) if own == 0 else float(distance)
        assert relative_error(loss, np.array([expected])) < 1e-15
    grad = softmax_backward(cache)
    assert np.isfinite(loss).all()
    assert abs(grad.sum()) < 1e-15
    assert grad.argmin() == own or not grad.any()


def test_a_small_loss_and_its_gradient_keep_their_digits():
    loss, cache = softmax_forward(np.array([[[50.0, 0.0, 1.0]]]), np.array([[0.0]]))
    others = math.exp(-50) + math.exp(-49)
    assert relative_error(loss, np.array([others])) < 1e-15
    assert relative_error(softmax_backward(cache)[0, 0], np.array([-others, math.exp(-50), math.exp(-49)])) < 1e-14


def test_a_common_shift_of_the_logits_changes_nothing():
    logits, targets, _ = drawn()
    moved = logits + 1e3
    assert relative_error(softmax_forward(moved, targets)[0], softmax_forward(logits, targets)[0]) < 1e-12


@pytest.mark.parametrize("task", LOSSES)
def test_a_loss_can_be_replayed_from_a_tape(task):
    rng, k = np.random.default_rng(2), 3 if task == "classes" else 1
    outputs, targets = rng.standard_normal((2, 5, k)), rng.integers(max(2, k), size=(2, 5)).astype(float)
    loss, grad = np.empty(2), np.empty((2, 5, k))

    def step(outputs, targets, loss, grad):
        loss[...], cache = LOSSES[task].forward(outputs, targets)
        grad[...] = LOSSES[task].backward(cache)

    tape = Tape(step, outputs, targets, loss, grad)
    tape.run()
    outputs += rng.standard_normal(outputs.shape)
    targets[...] = targets[:, ::-1].copy()
    tape.run()
    expected, cache = LOSSES[task].forward(outputs, targets)
    assert np.array_equal(loss, expected)
    assert np.array_equal(grad, LOSSES[task].backward(cache))


def test_r2_is_one_minus_the_share_of_the_spread_that_is_left():
    rng = np.random.default_rng(3)
    y = 50 + 20 * rng.standard_normal((2, 30))
    prediction = y + 3 * rng.standard_normal((2, 30))
    expected = [1 - ((a - b) ** 2).sum() / ((b - b.mean()) ** 2).sum() for a, b in zip(prediction, y, strict=True)]
    assert relative_error(explained(prediction, y), np.array(expected)) < 1e-14
    assert explained(y, y).tolist() == [1.0, 1.0]
    assert np.abs(explained(np.broadcast_to(y.mean(axis=1, keepdims=True), y.shape), y)).max() < 1e-15
    assert np.isnan(explained(np.ones((1, 3)), np.full((1, 3), 7.0))).all()


def test_the_scores_and_answers_of_each_task():
    outputs, targets = np.array([[[0.5], [-0.5], [2.0]]]), np.array([[1.0, 1.0, 1.0]])
    assert LOSSES["binary"].score(outputs, targets).tolist() == [2 / 3]
    assert LOSSES["binary"].answer(outputs).tolist() == [[True, False, True]]
    outputs, targets = np.array([[[0.0, 3.0, 1.0], [5.0, 2.0, 1.0]]]), np.array([[1.0, 2.0]])
    assert LOSSES["classes"].score(outputs, targets).tolist() == [0.5]
    assert LOSSES["classes"].answer(outputs).tolist() == [[1, 0]]
    outputs, targets = np.array([[[1.0], [4.0]]]), np.array([[1.0, 3.0]])
    assert LOSSES["regression"].score(outputs, targets).tolist() == [0.5]
    assert LOSSES["regression"].answer(outputs).tolist() == [[1.0, 4.0]]
