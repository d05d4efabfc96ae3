"""Random biases are drawn for hidden layers alone, and show only where a bias is at work."""

from __future__ import annotations

import numpy as np

from app.lessons import idle_bias
from app.lessons.idle_bias import BASE, measure
from bncore import Layout, init_state

CONFIG = BASE.replace(seeds=2, epochs=12)


def test_only_hidden_biases_are_drawn_and_each_seed_has_its_own() -> None:
    state = init_state(CONFIG)
    changed = idle_bias._with_random_biases(state).params != state.params
    hidden = np.zeros(changed.shape, bool)
    for layer in Layout.of(CONFIG).layers[:-1]:
        hidden[:, layer.parts["bias"]] = True
    assert (changed == hidden).all()
    drawn = idle_bias._with_random_biases(state).params[hidden].reshape(2, -1)
    assert (drawn[0] != drawn[1]).all()
    second = idle_bias._with_random_biases(init_state(CONFIG.replace(seed=1, seeds=1))).params[0]
    assert (idle_bias._with_random_biases(state).params[1] == second).all()


def test_before_the_activation_the_difference_goes_as_the_running_mean_learns() -> None:
    found = measure(CONFIG, "BN before")
    curve = found.curves["difference"].y
    assert (curve[:, 0] > 0.1).all()
    assert (found.numbers["difference"] == curve[:, -1]).all()
    assert (found.numbers["difference"] < 1e-5).all()
    assert (found.numbers["gradient"] < 1e-12).all()


def test_elsewhere_the_bias_is_at_work() -> None:
    for changes in ({"placement": "after"}, {"norm": "none"}, {"norm": "layer"}, {"freeze_statistics": True}):
        found = measure(CONFIG.replace(**changes), "")
        assert (found.numbers["gradient"] > 1e-3).all()
        assert (found.numbers["difference"] > 1e-3).all()
