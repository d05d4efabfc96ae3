from __future__ import annotations

import math

import numpy as np
import pytest

from bncore.config import OPTIMIZERS, RunConfig
from bncore.optim import MOMENTS, Rule, optimizer_step
from tests.bncore.slopes import relative_error

GRADIENTS = np.random.default_rng(0).standard_normal((6, 2, 5)) * [1.0, 1e-3, 1e4, 1e-9, 0.0]
DECAYED = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
optimizers = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def path(rule, rates=None, decayed=DECAYED, gradients=GRADIENTS, dtype=np.float64):
    """Return the parameters after each step."""
    shape = gradients.shape[1:]
    params, moments = np.full(shape, 0.5, dtype), np.zeros((MOMENTS[rule.optimizer], *shape), dtype)
    found = []
    for step, grad in enumerate(gradients, 1):
        rate = rule.learning_rate if rates is None else rates[step - 1]
        optimizer_step(rule, params, grad.astype(dtype), moments, step, rate, decayed)
        found.append(params.copy())
    return np.stack(found)


def run(config, **others):
    return path(Rule.of(config), **others)


def one_by_one(update, rates=(0.25,) * 6):
    found = np.empty(GRADIENTS.shape)
    for place in np.ndindex(2, 5):
        p, memory = 0.5, {}
        for t, grad in enumerate(GRADIENTS, 1):
            p = update(p, float(grad[place]), memory, t, rates[t - 1])
            found[(t - 1, *place)] = p
    return found


def test_every_optimizer_is_known():
    assert tuple(MOMENTS) == OPTIMIZERS


def test_a_rule_is_what_the_settings_say():
    config = RunConfig(optimizer="rmsprop", learning_rate=0.5, rmsprop_rho=0.25, adam_eps=0.125, weight_decay=0.75)
    assert Rule.of(config)._asdict() == {name: getattr(config, name) for name in Rule._fields}


def test_sgd():
    expected = one_by_one(lambda p, g, memory, t, lr: p - lr * g)
    assert relative_error(run(RunConfig(learning_rate=0.25)), expected) < 1e-15


def test_momentum_is_not_scaled_by_the_learning_rate():
    def update(p, g, memory, t, lr):
        memory["v"] = 0.8 * memory.get("v", 0.0) + g
        return p - lr * memory["v"]

    config, rates = RunConfig(optimizer="momentum", sgd_momentum=0.8), (0.25, 0.5, 0.125, 0.0625, 0.5, 1.0)
    assert relative_error(run(config, rates=rates), one_by_one(update, rates)) < 1e-15


def test_nesterov_looks_ahead_along_the_new_speed():
    def update(p, g, memory, t, lr):
        memory["v"] = 0.8 * memory.get("v", 0.0) + g
        return p - lr * (g + 0.8 * memory["v"])

    config, rates = RunConfig(optimizer="nesterov", sgd_momentum=0.8), (0.25, 0.5, 0.125, 0.0625, 0.5, 1.0)
    assert relative_error(run(config, rates=rates), one_by_one(update, rates)) < 1e-15


@pytest.mark.parametrize("nesterov", [False, True])
def test_at_a_constant_rate_keras_speed_gives_the_same_steps(nesterov):
    def update(p, g, memory, t, lr):  # keras.optimizers.SGD
        memory["m"] = 0.8 * memory.get("m", 0.0) - lr * g
        return p + (0.8 * memory["m"] - lr * g if nesterov else memory["m"])

    config = RunConfig(optimizer="nesterov" if nesterov else "momentum", sgd_momentum=0.8, learning_rate=0.25)
    assert relative_error(run(config), one_by_one(update)) < 1e-15
    rates = (0.25, 0.5, 0.125, 0.0625, 0.5, 1.0)
    assert relative_error(run(config, rates=rates), one_by_one(update, rates)) > 0.1


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_without_momentum_momentum_is_sgd(optimizer):
    found = run(RunConfig(optimizer=optimizer, sgd_momentum=0.0, learning_rate=0.25))
    assert np.array_equal(found, run(RunConfig(learning_rate=0.25)))


@pytest.mark.parametrize("adam_eps", [1e-16, 1e-7, 1e-2])
def test_rmsprop_adds_eps_to_the_root(adam_eps):
    def update(p, g, memory, t, lr):
        memory["s"] = 0.7 * memory.get("s", 0.0) + 0.3 * g * g
        return p - lr * g / (math.sqrt(memory["s"]) + adam_eps)

    found = run(RunConfig(optimizer="rmsprop", rmsprop_rho=0.7, adam_eps=adam_eps, learning_rate=0.25))
    assert relative_error(found, one_by_one(update)) < 1e-14


@pytest.mark.parametrize("adam_eps", [1e-16, 1e-7, 1e-2])
def test_adam_adds_eps_after_the_bias_correction(adam_eps):
    def update(p, g, memory, t, lr):
        memory["m"] = 0.7 * memory.get("m", 0.0) + 0.3 * g
        memory["v"] = 0.95 * memory.get("v", 0.0) + 0.05 * g * g
        return p - lr * (memory["m"] / (1 - 0.7**t)) / (math.sqrt(memory["v"] / (1 - 0.95**t)) + adam_eps)

    found = run(RunConfig(optimizer="adam", adam_beta1=0.7, adam_beta2=0.95, adam_eps=adam_eps, learning_rate=0.25))
    assert relative_error(found, one_by_one(update)) < 1e-14


def test_without_decay_adamw_is_adam():
    assert np.array_equal(run(RunConfig(optimizer="adamw")), run(RunConfig(optimizer="adam")))


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient(optimizer):
    rule = Rule.of(RunConfig(optimizer=optimizer, learning_rate=0.1, adam_eps=1e-16))
    found = path(rule, gradients=np.array([[[1e-5, -2.0, 1e6]]]), decayed=None)
    assert relative_error(found - 0.5, np.array([[[-0.1, 0.1, -0.1]]])) < 1e-10


@optimizers
def test_a_zero_gradient_moves_nothing_at_rest(optimizer):
    rule = Rule.of(RunConfig(optimizer=optimizer, adam_eps=1e-16))
    assert (path(rule, gradients=np.zeros((1, 1, 5))) == 0.5).all()


@optimizers
def test_decay_is_part_of_the_gradient_but_for_adamw(optimizer):
    config = RunConfig(optimizer=optimizer, weight_decay=0.25, learning_rate=0.125)
    grad = GRADIENTS[:1]
    if optimizer == "adamw":
        shrunk = 0.5 * (1.0 - 0.125 * 0.25 * DECAYED)
        expected = run(config.replace(weight_decay=0.0), gradients=grad) - 0.5 + shrunk
    else:
        expected = run(config.replace(weight_decay=0.0), gradients=grad + 0.25 * 0.5 * DECAYED)
    found = run(config, gradients=grad)
    assert relative_error(found, expected) < 1e-15
    plain = run(config.replace(weight_decay=0.0), gradients=grad)
    still = DECAYED == 0.0
    assert np.array_equal(found[..., still], plain[..., still])
    assert (found[..., -1] != plain[..., -1]).all()
    assert np.array_equal(run(config, gradients=grad, decayed=None), plain)


def test_decay_of_adamw_follows_the_rate_of_the_step():
    rule, rates = Rule.of(RunConfig(optimizer="adamw", weight_decay=0.5)), (0.5, 0.0, 1.0)
    found = path(rule, rates=rates, gradients=np.zeros((3, 1, 5)))
    assert found[:, 0, 0].tolist() == [0.375, 0.375, 0.1875]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("decay", [(0.0, 0.0, 0.0), (0.0, 0.3, 1e-3)], ids=["plain", "decay"])
@optimizers
def test_a_stacked_run_takes_to_the_last_bit_the_steps_that_it_takes_alone(optimizer, decay, dtype):
    values = {
        "learning_rate": (0.3, 0.01, 2.0),
        "sgd_momentum": (0.0, 0.9, 0.7),
        "rmsprop_rho": (0.9, 0.99, 1 / 3),
        "adam_beta1": (0.9, 0.0, 0.6),
        "adam_beta2": (0.999, 0.99, 0.3),
        "adam_eps": (1e-7, 1e-16, 0.1),
        "weight_decay": decay,
    }
    gradients = np.random.default_rng(1).standard_normal((40, 3, 5)) * [1.0, 1e-3, 30.0, 1e-9, 0.0]
    factors = np.random.default_rng(2).uniform(0.1, 1.0, 40)
    rule = Rule(optimizer, **{name: np.array(v)[:, None] for name, v in values.items()})
    found = path(rule, rates=[rule.learning_rate * f for f in factors], gradients=gradients, dtype=dtype)
    assert found.dtype == dtype
    for i in range(3):
        own = Rule(optimizer, **{name: v[i] for name, v in values.items()})
        alone = path(own, rates=[own.learning_rate * f for f in factors], gradients=gradients[:, i : i + 1], dtype=dtype)
        assert np.array_equal(found[:, i], alone[:, 0]), i


@optimizers
def test_in_float32_only_the_last_digits_are_lost(optimizer):
    config = RunConfig(optimizer=optimizer, weight_decay=0.1, learning_rate=0.01)
    gradients = np.random.default_rng(3).standard_normal((200, 1, 5))
    single = run(config, gradients=gradients, dtype=np.float32)
    assert relative_error(single, run(config, gradients=gradients.astype(np.float32).astype(float))) < 2e-6
