from __future__ import annotations

import numpy as np
import pytest

from app.lessons.model import Claim, Measure
from app.lessons.verdict import finding_of, judged, wilson


def seeds(hits: int, misses: int) -> np.ndarray:
    return np.array([2.0] * hits + [-1.0] * misses)


@pytest.mark.parametrize(
    ("hits", "misses", "verdict"),
    [(52, 12, "holds"), (51, 13, "mixed"), (8, 0, "holds"), (4, 0, "holds"), (3, 0, "mixed"), (4, 1, "mixed"), (32, 32, "mixed"),
     (25, 39, "mixed"), (24, 40, "does not hold"), (0, 4, "does not hold"), (0, 3, "mixed")],
)  # fmt: skip
def test_the_rule(hits: int, misses: int, verdict: str) -> None:
    found = judged(seeds(hits, misses), 1.0)
    assert (found.hits, found.seeds, found.verdict) == (hits, hits + misses, verdict)


def test_a_median_effect_below_the_least_is_mixed_however_many_seeds_agree() -> None:
    assert judged(seeds(64, 0), 2.0).verdict == "holds"
    assert judged(seeds(64, 0), 2.001).verdict == "mixed"


def test_none_and_no_number_are_not_as_claimed_and_infinite_is() -> None:
    found = judged(np.array([0.0, np.nan, np.inf, np.inf]), 1.0)
    assert (found.hits, found.median) == (2, 0.0)


@pytest.mark.parametrize(("hits", "count"), [(52, 64), (1, 3), (0, 10), (10, 10)])
def test_wilsons_bounds_are_the_shares_that_lie_196_deviations_of_their_own_away(hits: int, count: int) -> None:
    for bound in wilson(hits, count):
        if 1e-9 < bound < 1 - 1e-9:
            away = abs(hits / count - bound) / np.sqrt(bound * (1 - bound) / count)
            assert away == pytest.approx(1.959963984540054)
    assert wilson(hits, count)[0] <= hits / count <= wilson(hits, count)[1]


def test_a_claims_own_effect_and_least_count() -> None:
    claim = Claim("more", lambda measured: measured["a"].numbers["n"] - 1.0, 2.0, "n")
    assert finding_of(claim, {"a": Measure({"n": np.full(8, 4.0)})}).median == 3.0
    assert finding_of(claim, {"a": Measure({"n": np.full(8, 2.9)})}).verdict == "mixed"
