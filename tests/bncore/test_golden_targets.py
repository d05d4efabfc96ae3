"""Other targets than two classes against PyTorch (float64); numbers made by tests/golden/make_golden_targets.py."""

from __future__ import annotations

import numpy as np
import pytest

from bncore.data import load_data
from bncore.losses import LOSSES
from bncore.network import Layout, forward
from bncore.train import train
from tests.bncore.slopes import relative_error
from tests.bncore.test_golden import GOLDEN, of, stored
from tests.golden.cases import KEPT_STEPS, TARGETS

FILE = "targets.npz"
CLOSE = 1e-12


@pytest.mark.parametrize("task", ["classes", "regression"])
def test_losses_and_their_gradients_are_pytorchs(task):
    golden = of(FILE, "loss", task)
    loss, cache = LOSSES[task].forward(golden["outputs"][None], golden["targets"][None])
    assert relative_error(loss[0], golden["loss"]) < CLOSE
    assert relative_error(LOSSES[task].backward(cache)[0], golden["grad"]) < CLOSE


@pytest.mark.parametrize("name", TARGETS)
def test_twenty_steps_are_pytorchs(name):
    golden, config = of(FILE, "network", name), TARGETS[name]
    history = train(config)
    assert np.array_equal(history.params[0], golden["params"][0]), "regenerate tests/golden"
    assert relative_error(history.batch_loss[1:], golden["loss"]) < CLOSE
    for place, step in enumerate(KEPT_STEPS):
        assert relative_error(history.params[step], golden["params"][place]) < CLOSE, step
    layout = Layout.of(config)
    outputs = forward(layout, layout.weights(history.params[-1]), load_data(config).x_test, config.eps)[-1].out
    assert relative_error(outputs, golden["test"].swapaxes(0, 1)) < CLOSE


def test_the_fixture_is_small_and_says_what_made_it():
    assert (GOLDEN / FILE).stat().st_size < 100_000
    assert str(stored(FILE)["version"]).startswith("2.13.0")
