from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.instruments import gradient, propagation
from bncore.network import Layout
from bncore.state import init_state
from tests.bncore.instruments.moments import SMALL, moment, variants


def chain(factor, depth=5):
    """Return a linear network without normalisers whose every hidden layer multiplies by a factor."""
    config = RunConfig(samples=60, hidden=(2,) * depth, activation="linear", norm="none", seeds=2)
    layout = Layout.of(config)
    params = np.zeros((2, layout.n_params))
    *hidden, last = layout.weights(params)
    for layer in hidden:
        layer.weight[...] = factor * np.eye(2)
    last.weight[...] = 1.0
    return config, params, load_data(config)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_chain_of_factors_grows_or_dies_by_the_factor(factor):
    config, params, data = chain(factor)
    found = propagation(config, params, np.zeros((2, 0)), data.x_train, data.y_train)
    size = np.sqrt((data.x_train**2).mean(axis=(1, 2)))
    for depth in range(5):
        assert found.activation[:, depth] == pytest.approx(size * factor ** (depth + 1))
    # what arrives grows by the factor as what comes back shrinks by it: all hidden layers have the same gradient
    for depth in range(1, 5):
        assert found.gradient[:, depth] == pytest.approx(found.gradient[:, 0])


@variants
def test_gradients_are_those_of_the_weights_alone(changes):
    now = moment(SMALL.replace(**changes))
    found, (_, g) = propagation(*now), gradient(*now)
    assert (found.activation.shape, found.gradient.shape) == ((3, 3), (3, 4))
    for i, layer in enumerate(Layout.of(now.config).layers):
        own = g[:, layer.parts["weight"]]
        assert found.gradient[:, i] == pytest.approx(np.sqrt((own**2).sum(axis=1)), rel=1e-5)
        assert found.gradient_rms[:, i] == pytest.approx(np.sqrt((own**2).mean(axis=1)), rel=1e-5)


def test_bn_after_the_activation_passes_on_a_size_of_one():
    config = RunConfig(hidden=(16,) * 40, placement="after", activation="tanh", eps=1e-12, seeds=2)
    state, data = init_state(config), load_data(config)
    found = propagation(config, state.params, state.running, data.x_train, data.y_train)
    assert found.activation == pytest.approx(1.0, abs=1e-6)
    assert found.gradient.shape == (2, 41)


def test_a_lost_run_has_no_number_and_harms_no_other():
    now = moment(SMALL)
    before = propagation(*now)
    now.params[1] = np.nan
    for part, old in zip(propagation(*now), before, strict=True):
        assert np.isnan(part[1]).all()
        assert (part[[0, 2]] == old[[0, 2]]).all()
