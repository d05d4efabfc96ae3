"""What counts as undone, and what undoes it by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.lessons import gamma_beta
from app.lessons.gamma_beta import EXACT, FROZEN, OTHER, SIGMA, measure
from bncore import History, Layout, RunConfig, exact_statistics, load_data, train

CONFIG = RunConfig(seeds=2, epochs=2, hidden=(4, 3))


@pytest.fixture(scope="module")
def history() -> History:
    return train(CONFIG)


def moved(history: History, share: float) -> History:
    """Return a record whose last moment has gone a share of the way from gamma 1 and beta 0 to undoing BN, layer by layer."""
    params = history.params.copy()
    layout = Layout.of(CONFIG)
    for place in range(2):
        statistics = layout.statistics(exact_statistics(CONFIG, params[-1], load_data(CONFIG).x_train))[place]
        weights = layout.weights(params[-1])[place]
        assert statistics is not None
        assert weights.gamma is not None
        assert weights.beta is not None
        weights.gamma[...] = 1.0 + share * (np.sqrt(statistics.var + CONFIG.eps) - 1.0)
        weights.beta[...] = share * statistics.mean
    return replace(history, params=params)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, -0.5])
def test_undone_is_the_share_of_the_way(history: History, share: float) -> None:
    assert gamma_beta._undone(moved(history, share), -1) == pytest.approx(share, abs=1e-12)


def test_fixed_gamma_and_beta_undo_nothing() -> None:
    found = measure(CONFIG.replace(learn_gamma=False, learn_beta=False), "fixed")
    assert found.numbers["undone"].tolist() == [0.0, 0.0]
    assert (found.curves["undone"].y == 0.0).all()


def test_only_eps_and_another_batch_leave_something() -> None:
    gaps = {label: measure(CONFIG, label).numbers["gap"] for label in (EXACT, SIGMA, OTHER, FROZEN)}
    assert (gaps[EXACT] < 1e-12).all()
    assert (gaps[FROZEN] < 1e-12).all()
    assert (gaps[SIGMA] > 1e-4).all()
    assert (gaps[OTHER] > 1e-2).all()


def test_a_smaller_eps_leaves_less_of_sigma_alone() -> None:
    usual, small = (measure(CONFIG.replace(eps=eps), SIGMA).numbers["gap"] for eps in (1e-3, 1e-9))
    assert (small < 1e-4 * usual).all()
