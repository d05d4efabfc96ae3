"""The numbers of the lab are the engine's, and those of the libraries are what the libraries gave."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.running.lab import KERAS, PYTORCH, SPECS, Lab
from bncore.tracking import Source, draw

GOLDEN = Path(__file__).parents[2] / "golden" / "running.npz"
CASES = ("usual", "drifting", "two", "nothing kept")
TORCH, SINGLE = 1e-12, 1e-5
"""Largest difference, relative to the largest value; Keras computes in float32."""


def lab(**changes: Any) -> Lab:
    return Lab({name: default for name, (_, default) in SPECS.items()} | changes)


@cache
def golden(case: str) -> dict[str, np.ndarray]:
    with np.load(GOLDEN, allow_pickle=False) as archive:
        return {key.removeprefix(f"{case}/"): archive[key] for key in archive.files if key.startswith(f"{case}/")}


def relative(found: np.ndarray, reference: np.ndarray) -> float:
    return float(np.abs(found - reference).max() / np.abs(reference).max())


def stored(library, batches, momentum=None) -> np.ndarray:
    kept = library.stores(batches, momentum)
    return np.stack([kept.running_mean[1:], kept.running_var[1:]], axis=1)


def test_the_fixture_is_small_and_of_the_default_batches():
    assert GOLDEN.stat().st_size < 40_000
    assert np.array_equal(golden("usual")["batches"], lab().batches), "regenerate tests/golden"
    assert np.array_equal(draw(Source()), lab().batches)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("library", "limit"), [(KERAS, SINGLE), (PYTORCH, TORCH)], ids=["keras", "torch"])
def test_each_library_stores_this(case, library, limit):
    given, name = golden(case), {"Keras": "keras", "PyTorch": "torch"}[library.name]
    own, shared = stored(library, given["batches"]), stored(library, given["batches"], float(given["momentum"]))
    for column in range(2):
        assert relative(own[:, column], given[f"{name}_default"][:, column]) < limit
        assert relative(shared[:, column], given[name][:, column]) < limit


@pytest.mark.parametrize("case", CASES)
def test_each_library_answers_this_for_one_sample(case):
    given = golden(case)
    asked = lab(sample=float(given["sample"][0]), gamma=1.5, beta=0.5)
    for library, name, limit in ((KERAS, "keras", SINGLE), (PYTORCH, "torch", TORCH)):
        mean, var = stored(library, given["batches"])[-1]
        assert asked.frozen(mean, var, library.eps).y == pytest.approx(given[f"{name}_y"][0], rel=limit)


def test_only_pytorch_refuses_batches_of_one():
    ones = np.array([[3.0], [4.0]])
    assert PYTORCH.stores(ones) is None
    assert KERAS.stores(ones).running_var.tolist() == [1.0, 0.99, 0.9801]
    assert lab(size=1).answers()["PyTorch"] is None


def test_the_answers_are_the_formula():
    asked = lab(sample=9.0, gamma=2.0, beta=-1.0, batch=4)
    found = asked.answers()
    mean, var = asked.found.running_mean[4], asked.found.running_var[4]
    assert (found["here"].mean, found["here"].var) == (mean, var)
    assert found["here"].x_hat == pytest.approx((9.0 - mean) / np.sqrt(var + 1e-3), rel=1e-14)
    assert found["here"].y == pytest.approx(2.0 * found["here"].x_hat - 1.0, rel=1e-14)
    assert (found["alone"].mean, found["alone"].var, found["alone"].x_hat, found["alone"].y) == (9.0, 0.0, 0.0, -1.0)
    assert found["Keras"].mean == KERAS.stores(asked.batches).running_mean[4]


def test_the_rule_and_the_bias():
    asked = lab(momentum=0.5, batch=3)
    assert (asked.forget, asked.left) == (5, 0.125)
    assert asked.expected[:, 0] == pytest.approx(5.0 * (1 - 0.5 ** np.arange(26)))
    assert asked.expected[-1, 1] == pytest.approx(4.0 * 15 / 16, rel=1e-6)


def test_near_is_measured_in_this_run():
    asked = lab(momentum=0.0, size=256)
    first = next(k for k in range(26) if abs(asked.found.running_mean[k] - 5.0) <= 0.25)
    assert asked.near[0] == first == 1
    assert lab(momentum=0.99).near == (None, None)


def test_a_moving_mean_is_followed_from_behind():
    asked = lab(momentum=0.9, drift=24.0)
    assert asked.behind == pytest.approx(9.0)
    assert lab(count=1, drift=3.0).behind == pytest.approx(27.0)


def test_the_batch_shown_exists():
    assert lab(batch=500).k == 25
    assert lab(batch=0).now == (0.0, 1.0)


@pytest.mark.parametrize("changes", [{}, {"drift": 30.0}, {"start_mean": -100.0, "start_var": 2500.0}, {"size": 1}, {"count": 1}])
def test_the_axes_hold_everything_and_do_not_move_with_momentum(changes):
    for momentum in (0.0, 0.9, 0.9999):
        asked = lab(momentum=momentum, **changes)
        for (low, high), track, line in zip(
            asked.spans,
            (asked.found.running_mean, asked.found.running_var),
            (asked.expected[:, 0], asked.expected[:, 1]),
            strict=True,
        ):
            assert low <= min(track.min(), line.min())
            assert max(track.max(), line.max()) <= high
        assert asked.spans == lab(momentum=0.3, **changes).spans
