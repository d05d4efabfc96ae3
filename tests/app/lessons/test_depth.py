"""The gradients over depth before any training, and the answer."""

import numpy as np
import pytest

from app.lessons.depth import DEPTHS, LESSON, WITH, measure
from app.lessons.measuring_sweeps import label_of
from app.lessons.model import Measure
from bncore import RunConfig


def test_the_explosion_is_the_first_hidden_layer_over_the_last_without_the_output_layer() -> None:
    measured = measure(RunConfig(hidden=(4,) * 6, epochs=1, seeds=3), "any")
    gradient = measured.curves["gradient"]
    assert gradient.x.tolist() == [1, 2, 3, 4, 5, 6]
    assert measured.numbers["explosion"].tolist() == (gradient.y[:, 0] / gradient.y[:, 5]).tolist()


def test_the_gradients_are_of_the_untrained_network() -> None:
    one, other = (measure(RunConfig(hidden=(4,) * 3, epochs=n, seeds=2), "any") for n in (1, 3))
    assert one.curves["gradient"].y.tolist() == other.curves["gradient"].y.tolist()


@pytest.mark.parametrize(
    ("accuracies", "answer"), [((0.9, 0.9, 0.9), "0"), ((0.95, 0.9, 0.5), "10"), ((1.0, 0.95, 0.5), "20"), ((1.0, 1.0, 1.0), "40")]
)
def test_the_answer_is_the_greatest_depth_that_learns(accuracies: tuple[float, ...], answer: str) -> None:
    measured = {
        label_of(WITH, depth): Measure({"accuracy": np.array([0.0, accuracy, 1.0])})
        for depth, accuracy in zip(DEPTHS, accuracies, strict=True)
    }
    assert LESSON.truth(measured) == answer
