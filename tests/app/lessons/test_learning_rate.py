"""The largest learning rate that trains, and the answer that follows."""

import numpy as np
import pytest

from app.lessons.learning_rate import LESSON, RATES, WITH, WITHOUT, largest
from app.lessons.measuring import final
from app.lessons.measuring_sweeps import label_of
from app.lessons.model import Measure, Measured
from bncore import RunConfig, train


def measured(best: dict[str, float]) -> Measured:
    """Return networks that learn at one rate each."""
    return {
        label_of(series, rate): Measure({"accuracy": np.array([1.0 if rate == at else 0.9] * 2)})
        for series, at in best.items()
        for rate in RATES
    }


def test_the_largest_rate_may_lie_above_one_that_fails() -> None:
    assert largest(measured({WITH: 3.0}), WITH).tolist() == [3.0, 3.0]


def test_a_network_that_learns_nowhere_is_one_step_below_the_smallest_rate() -> None:
    assert largest(measured({WITH: 7.0}), WITH) == pytest.approx([0.01 / 3] * 2)


@pytest.mark.parametrize(("rate", "answer"), [(0.01, "no"), (0.1, "no"), (0.3, "some"), (1.0, "much")])
def test_the_answer_is_the_ratio_of_the_two(rate: float, answer: str) -> None:
    assert LESSON.truth(measured({WITH: rate, WITHOUT: 0.1})) == answer


def test_a_network_whose_numbers_overflowed_guesses() -> None:
    history = train(RunConfig(norm="none", hidden=(16,) * 8, learning_rate=100.0, init_scale=10.0, epochs=2, seeds=4))
    gone = np.isnan(history.test_accuracy[-1])
    assert gone.any()
    assert set(final(history)[gone]) == {0.5}
