"""Batches that cost digits, held against exact fractions and against what the peers make of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward
from bncore.train import train
from tests.bncore.exact import Exact, error, exact_norm
from tests.golden.cases import AWKWARD

GOLDEN = Path(__file__).parents[1] / "golden"
ROUNDING = 3 * 2.0**-52
"""Three units of a number's last place, relative to the terms that it is the sum of."""

cases = pytest.mark.parametrize("name", AWKWARD)


@cache
def peers():
    found = []
    for file in ("torch.npz", "keras.npz"):
        with np.load(GOLDEN / file, allow_pickle=False) as stored:
            found.append({key: stored[key].astype(float) for key in stored.files if key.startswith("awkward/")})
    return found


def computed(name):
    """Return ours, laid out as the peers': arrays (N, C) and (C,)."""
    case = AWKWARD[name]
    y, norm = batch_norm_forward(case.x, case.gamma[None, None], case.beta[None, None], case.eps)
    dx, dgamma, dbeta = batch_norm_backward(case.dy, norm)
    return {"y": y[0], "dx": dx[0], "dgamma": dgamma[0, 0], "dbeta": dbeta[0, 0], "mean": norm.mean[0, 0], "var": norm.var[0, 0]}


@cache
def exact(name):
    case = AWKWARD[name]
    return [
        exact_norm(case.x[0, :, c], case.dy[0, :, c], case.gamma[c], case.beta[c], case.eps) for c in range(case.x.shape[2])
    ]  # fmt: skip


@cases
def test_the_peers_saw_these_batches(name):
    stored = peers()[0]
    for key, value in AWKWARD[name].arrays().items():
        assert np.array_equal(stored[f"awkward/{name}/{key}"], value), "regenerate tests/golden"


@cases
def test_everything_is_finite_and_quiet(name):
    found = computed(name)
    assert all(np.isfinite(values).all() for values in found.values())
    case = AWKWARD[name]
    one = np.ones((1, 1, case.x.shape[2]))
    y, norm = frozen_norm_forward(case.x, one, one, found["mean"] * one, found["var"] * one, case.eps)
    assert np.isfinite(y).all()
    assert all(np.isfinite(values).all() for values in batch_norm_backward(case.dy, norm))


@cases
@pytest.mark.parametrize("part", ["y", "dx", "dgamma", "dbeta"])
def test_never_less_accurate_than_the_better_peer_but_for_rounding(name, part):
    ours, place = computed(name)[part], Exact._fields.index(part)
    others = [stored[f"awkward/{name}/{part}"] for stored in peers()]
    for c, (values, scales) in enumerate(exact(name)):
        errors = [error(found[..., c], values[place], scales[place][0]) for found in (ours, *others)]
        assert errors[0] <= max(ROUNDING, min(errors[1:])), (c, errors)


@cases
@pytest.mark.parametrize("part", Exact._fields)
def test_nothing_is_lost_but_by_rounding(name, part):
    ours, place = computed(name)[part], Exact._fields.index(part)
    for c, (values, scales) in enumerate(exact(name)):
        assert error(ours[..., c], values[place], scales[place][0]) < 3 * ROUNDING


@pytest.mark.parametrize("name", ["offset", "constant, tiny eps", "two neighbours", "one, tiny eps"])
def test_where_the_peers_lose_digits_these_are_kept(name):
    place = Exact._fields.index("y")
    for c, (values, scales) in enumerate(exact(name)):
        others = [error(stored[f"awkward/{name}/y"][..., c], values[place], scales[place][0]) for stored in peers()]
        assert error(computed(name)["y"][..., c], values[place], scales[place][0]) < 1e-8 * max(1e-8, min(others))


def test_a_constant_column_is_exactly_beta():
    case = AWKWARD["constant, tiny eps"]
    found = computed("constant, tiny eps")
    assert np.array_equal(found["y"], np.tile(case.beta, (len(found["y"]), 1)))
    assert (found["dgamma"] == 0.0).all()
    assert np.array_equal(found["mean"], case.x[0, 0])
    assert (found["var"] == 0.0).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"eps": 1e-300},
        {"eps": 1e-300, "batch_size": 1, "epochs": 1},
        {"eps": 1e-300, "batch_size": 2, "activation": "tanh"},
        {"dataset": "students"},
    ],
)
def test_whole_runs_stay_finite(changes):
    history = train(
        RunConfig(**{"samples": 60, "hidden": (4, 4), "seeds": 2, "epochs": 3, "batch_size": 10, "learning_rate": 1e-3} | changes)
    )
    assert history.divergences == ()
    assert np.isfinite(history.params).all()
    assert np.isfinite(history.test_loss).all()
