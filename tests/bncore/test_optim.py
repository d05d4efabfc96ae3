from __future__ import annotations

import math

import numpy as np
import pytest

from bncore.config import OPTIMIZERS, RunConfig
from bncore.optim import MOMENTS, optimizer_step
from tests.bncore.slopes import relative_error

GRADIENTS = np.random.default_rng(0).standard_normal((6, 2, 5)) * [1.0, 1e-3, 1e4, 1e-9, 0.0]


def run(config):
    params, moments = np.full((2, 5), 0.5), np.zeros((MOMENTS[config.optimizer], 2, 5))
    path = []
    for step, grad in enumerate(GRADIENTS, 1):
        optimizer_step(config, params, grad.copy(), moments, step)
        path.append(params.copy())
    return np.stack(path)


def one_by_one(update):
    path = np.empty(GRADIENTS.shape)
    for place in np.ndindex(2, 5):
        p, memory = 0.5, {}
        for t, grad in enumerate(GRADIENTS, 1):
            p = update(p, float(grad[place]), memory, t)
            path[(t - 1, *place)] = p
    return path


def test_every_optimizer_is_known():
    assert tuple(MOMENTS) == OPTIMIZERS


def test_sgd():
    expected = one_by_one(lambda p, g, memory, t: p - 0.25 * g)
    assert relative_error(run(RunConfig(learning_rate=0.25)), expected) < 1e-15


def test_momentum_is_not_scaled_by_the_learning_rate():
    def update(p, g, memory, t):
        memory["v"] = 0.8 * memory.get("v", 0.0) + g
        return p - 0.25 * memory["v"]

    found = run(RunConfig(optimizer="momentum", sgd_momentum=0.8, learning_rate=0.25))
    assert relative_error(found, one_by_one(update)) < 1e-15


def test_without_momentum_the_momentum_optimizer_is_sgd():
    found = run(RunConfig(optimizer="momentum", sgd_momentum=0.0, learning_rate=0.25))
    assert np.array_equal(found, run(RunConfig(learning_rate=0.25)))


@pytest.mark.parametrize("adam_eps", [1e-16, 1e-7, 1e-2])
def test_adam_adds_eps_after_the_bias_correction(adam_eps):
    def update(p, g, memory, t):
        memory["m"] = 0.7 * memory.get("m", 0.0) + 0.3 * g
        memory["v"] = 0.95 * memory.get("v", 0.0) + 0.05 * g * g
        return p - 0.25 * (memory["m"] / (1 - 0.7**t)) / (math.sqrt(memory["v"] / (1 - 0.95**t)) + adam_eps)

    found = run(RunConfig(optimizer="adam", adam_beta1=0.7, adam_beta2=0.95, adam_eps=adam_eps, learning_rate=0.25))
    assert relative_error(found, one_by_one(update)) < 1e-14


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    params, grad = np.zeros((1, 3)), np.array([[1e-5, -2.0, 1e6]])
    optimizer_step(RunConfig(optimizer="adam", learning_rate=0.1, adam_eps=1e-16), params, grad, np.zeros((2, 1, 3)), 1)
    assert relative_error(params, np.array([[-0.1, 0.1, -0.1]])) < 1e-10


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_zero_gradient_moves_nothing_at_rest(optimizer):
    params = np.full((1, 2), 3.0)
    optimizer_step(
        RunConfig(optimizer=optimizer, adam_eps=1e-16), params, np.zeros((1, 2)), np.zeros((MOMENTS[optimizer], 1, 2)), 1
    )
    assert params.tolist() == [[3.0, 3.0]]
