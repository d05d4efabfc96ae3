"""Epochs to a threshold, quantiles, first, intervals: exact on records made by hand."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.config import RunConfig
from bncore.divergence import Divergence
from bncore.history import History
from bncore.summary import Counts, epochs_to, finals, first, first_of, median_interval, quantile, reached

NEVER = float("inf")
EPOCHS = st.lists(st.one_of(st.integers(1, 60).map(float), st.just(NEVER)), min_size=1, max_size=30)


def record(accuracy: list[list[float]], steps: list[int] | None = None, **changes: Any) -> History:
    """Return a record with one row of test accuracies an evaluation, one epoch (13 steps) apart unless said, step 0 first."""
    table = np.array(accuracy)
    step = np.array(steps if steps is not None else [13 * i for i in range(len(table))])
    nothing = np.zeros((0, table.shape[1], 0))
    return History(
        config=RunConfig(seeds=table.shape[1], epochs=50),
        eval_step=step, eval_epoch_end=step % 13 == 0,
        test_loss=table + 0.1, test_accuracy=table, train_loss=table + 0.2, train_accuracy=table + 0.3, batch_loss=table,
        frame_step=np.zeros(0, dtype=np.int64), frame_eval=np.zeros(0, dtype=np.int64),
        params=nothing, running=nothing, batch_stats=nothing, gradient_norm=nothing, **changes,
    )  # fmt: skip


def test_the_first_epoch_at_the_threshold_counts() -> None:
    history = record([[0.5, 0.5, 0.5], [0.6, 0.89, 0.5], [0.9, 0.9, 0.5], [0.1, 0.95, 0.89]])
    assert epochs_to(history, 0.9).tolist() == [2, 2, NEVER]
    assert epochs_to(history, 0.95).tolist() == [NEVER, 3, NEVER]
    assert epochs_to(history, 0.1).tolist() == [1, 1, 1]


def test_the_untrained_network_and_moments_within_an_epoch_do_not_count() -> None:
    history = record([[1.0, 0.5], [0.5, 1.0], [0.5, 0.5], [0.5, 1.0]], steps=[0, 5, 13, 26])
    assert epochs_to(history, 0.9).tolist() == [NEVER, 2]


def test_sustained_asks_for_epochs_in_a_row() -> None:
    rows = [[0.0, 0.0, 0.0]] + [[a, b, c] for a, b, c in zip([1, 0, 1, 1, 1, 1, 1], [1] * 7, [0, 0, 0, 1, 1, 1, 1], strict=True)]
    assert epochs_to(record(rows), 0.9, sustained=5).tolist() == [3, 1, NEVER]
    assert epochs_to(record(rows), 0.9, sustained=7).tolist() == [NEVER, 1, NEVER]
    assert epochs_to(record(rows), 0.9, sustained=8).tolist() == [NEVER, NEVER, NEVER]


def test_a_diverged_run_keeps_what_it_reached_and_reaches_no_more() -> None:
    nan = float("nan")
    assert epochs_to(record([[0, 0], [0.9, 0.5], [nan, nan], [nan, nan]]), 0.9).tolist() == [1, NEVER]


def test_a_record_without_a_whole_epoch_reaches_nothing() -> None:
    assert epochs_to(record([[1.0], [1.0]], steps=[0, 5]), 0.5).tolist() == [NEVER]


def test_sustained_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="sustained") as caught:
        epochs_to(record([[1.0]]), 0.5, sustained=0)
    assert str(caught.value) == "epochs_to.sustained: must be 1 or more; got 0. Use 1 or more."


@given(EPOCHS, st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_is_the_smallest_value_with_enough_at_or_below(values: list[float], q: float) -> None:
    enough = [v for v in sorted(values) if sum(w <= v for w in values) >= q * len(values) - 1e-9]
    assert quantile(values, q) == (None if enough[0] == NEVER else enough[0])


def test_half_the_seeds_make_a_median() -> None:
    assert quantile([4, 7, NEVER, NEVER], 0.5) == 7
    assert quantile([4, NEVER, NEVER], 0.5) is None
    assert quantile([], 0.5) is None


def test_reached_counts_the_finite() -> None:
    assert reached([1, NEVER, 3, NEVER]) == 2


def test_first_pairs_by_seed() -> None:
    counts = first([1, 9, 4, NEVER, 5, NEVER], [2, 3, 4, 7, NEVER, NEVER])
    assert counts == Counts(a=2, b=2, ties=1, neither=1)
    assert counts.total == 6


@given(EPOCHS)
def test_first_counts_every_seed_once_and_is_symmetric(values: list[float]) -> None:
    other = list(reversed(values))
    a, b, ties, neither = first(values, other)
    assert a + b + ties + neither == len(values)
    assert first(other, values) == (b, a, ties, neither)


def test_first_of_three_needs_a_strict_winner() -> None:
    arms = list(zip(*product((1.0, 2.0, NEVER), repeat=3), strict=True))
    wins, ties, neither = first_of(arms)
    assert wins == (5, 5, 5)
    assert (ties, neither) == (11, 1)


def test_an_arm_alone_is_first_where_it_gets_there() -> None:
    assert first_of([[3, NEVER]]) == ((1,), 0, 1)


def test_arms_with_other_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="seeds") as caught:
        first([1, 2], [1, 2, 3])
    assert str(caught.value) == (
        "first.values: every arm must have the same seeds; got shapes [(2,), (3,)]. Train the arms with the same seeds."
    )


def test_the_interval_of_the_median_matches_the_binomial() -> None:
    low, high = median_interval(np.arange(1.0, 102.0))
    assert low is not None
    assert high is not None
    assert 40 <= low <= 43  # order statistics 41 and 61 for 101 values
    assert 59 <= high <= 62


def test_the_interval_is_fixed_by_its_seed_and_blind_to_order() -> None:
    values = np.random.default_rng(0).normal(size=300)
    assert all(median_interval(values, seed) == median_interval(values[::-1], seed) for seed in range(20))
    assert len({median_interval(values, seed) for seed in range(20)}) > 1


def test_the_interval_is_open_where_too_many_never_got_there() -> None:
    assert median_interval([5.0] * 6 + [NEVER] * 5) == (5.0, None)
    assert median_interval([NEVER] * 4) == (None, None)
    assert median_interval([]) == (None, None)


def test_finals_leave_diverged_seeds_out() -> None:
    nan = float("nan")
    history = record([[0.5, 0.5, 0.5], [0.7, nan, 0.25]], divergences=(Divergence(1, 1, 1, 3, "z of layer 1"),))
    numbers = finals(history)
    assert {name: values.tolist() for name, values in numbers.items()} == {
        "test_accuracy": [0.7, 0.25],
        "test_loss": [0.7 + 0.1, 0.25 + 0.1],
        "train_accuracy": [0.7 + 0.3, 0.25 + 0.3],
        "train_loss": [0.7 + 0.2, 0.25 + 0.2],
    }
