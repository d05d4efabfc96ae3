"""What counts as a dead ReLU and as a saturated output."""

import numpy as np
import pytest

from app.lessons.dead_units import LARGE, LARGE_PLAIN, LESSON, RELU, RELU_PLAIN, USUAL, USUAL_PLAIN, stuck
from app.lessons.model import Measure
from bncore import RunConfig

X = np.array([[[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]])


def params(weights: list[float], biases: list[float]) -> np.ndarray:
    """Return the flat vector of one hidden layer that sees the first feature only."""
    n = len(weights)
    return np.array([[*weights, *[0.0] * n, *biases, *[0.0] * (n + 1)]])


def share(activation: str, values: np.ndarray, units: int) -> float:
    config = RunConfig(hidden=(units,), activation=activation, norm="none", seeds=1)
    return float(stuck(config, values, np.zeros((1, 0)), X)[0])


def test_a_relu_is_dead_only_if_it_is_0_on_every_point() -> None:
    assert share("relu", params([1.0, -1.0, 1.0, 1.0], [-2.5, 0.0, -3.0, 1.0]), 4) == 0.5


def test_sigmoid_outputs_are_counted_point_by_point() -> None:
    assert share("sigmoid", params([5.0, 0.0], [0.0, 0.0]), 2) == 3 / 8


def test_what_is_not_a_number_counts_as_stuck() -> None:
    assert share("sigmoid", params([np.nan, 0.0], [0.0, 0.0]), 2) == 0.5
    assert share("relu", params([np.nan, 1.0], [0.0, 0.0]), 2) == 0.5


@pytest.mark.parametrize(
    ("with_bn", "without", "answer"), [(0.0, 0.1, "neither"), (0.0, 0.2, "without"), (0.2, 0.0, "with"), (0.2, 0.2, "both")]
)
def test_every_answer_can_be_the_right_one(with_bn: float, without: float, answer: str) -> None:
    shares = dict.fromkeys((LARGE, LARGE_PLAIN, USUAL, USUAL_PLAIN), 0.0) | {RELU: with_bn, RELU_PLAIN: without}
    assert LESSON.truth({label: Measure({"end": np.array([value] * 3)}) for label, value in shares.items()}) == answer
