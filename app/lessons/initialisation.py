"""Lesson: with BN the size of the initial weights matters less; a sweep over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.measuring_sweeps import counted, label_of
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, train

__all__ = ["LESSON", "gained", "measure", "truth"]

WITH, KERAS, WITHOUT = "BN, eps 1e-5", "BN, eps 1e-3", "without BN"
SCALES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
SMALL = SCALES[:5]
SMALLEST, LARGEST = SCALES[0], SCALES[-1]
BASE = RunConfig(dataset="moons", samples=400, hidden=(16,) * 4, learning_rate=0.1, epochs=30, eps=1e-5, seeds=8)


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network is at the end."""
    return Measure({"accuracy": final(train(config))})


def gained(measured: Measured, scale: float, than: str) -> NDArray[np.float64]:
    """Return the points of accuracy that BN with the small eps has more than another, at one scale, a number a seed."""
    first, other = (measured[label_of(series, scale)].numbers["accuracy"] for series in (WITH, than))
    return 100 * (first - other)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    extra = np.median(counted(measured, WITH, SCALES) - counted(measured, WITHOUT, SCALES))
    return "none" if extra < 1 else "some" if extra < 4 else "most"


LESSON = Lesson(
    name="initialisation",
    title="The first weights matter less",
    minutes=5,
    idea="Batch normalization makes a network less sensitive to its initial weights.",
    question=(
        "Usually the initial weights must have the right size. Here they are multiplied by nine factors from 1/1000 to 10. At how "
        "many more of the nine does the network with BN learn?"
    ),
    answers=(
        Answer("none", "At no more: bad weights are bad weights"),
        Answer("some", "At 1 to 3 more"),
        Answer("most", "At 4 more, or even more than that"),
    ),
    truth=truth,
    cases=tuple(
        Case(label_of(series, scale), BASE.replace(init_scale=scale, **changes), role, series, scale)
        for series, changes, role, scales in (
            (WITH, {}, "bn", SCALES),
            (WITHOUT, {"norm": "none"}, "plain", SCALES),
            (KERAS, {"eps": 1e-3}, "other", SMALL),
        )
        for scale in scales
    ),
    measure=measure,
    quantities={"accuracy": Quantity("test accuracy at the end", "share")},
    claims=(
        Claim(
            "BN learns at more of the nine scales",
            lambda m: counted(m, WITH, SCALES) - counted(m, WITHOUT, SCALES),
            2,
            "scales more",
        ),
        Claim(
            "With weights 10 times too large BN is the more accurate",
            lambda m: gained(m, LARGEST, WITHOUT),
            10,
            "points of accuracy",
        ),
        Claim(
            "With weights 1000 times too small, BN with eps 1e-5 is more accurate than with eps 1e-3",
            lambda m: gained(m, SMALLEST, KERAS),
            10,
            "points of accuracy",
        ),
    ),
    pictures=(Picture("sweep", "accuracy", "Accuracy after 30 epochs, over the initial scale", "initial scale", x_log=True),),
    look=(
        "Without BN there is a hill: the weights have to be about right. With BN and a small eps there is a plain. At the far left "
        "the two lines with BN part: there the weights are so small that eps is larger than the variance."
    ),
    explanation=(
        "Each layer multiplies what it gets. If its weights are ten times too small, four layers make the signal ten thousand "
        "times too small, and the gradient with it. BN divides by the batch's own standard deviation, so the factor drops out, "
        "layer by layer: multiply all weights of a layer by any positive number, and the output stays the same.\n\n"
        "Nearly the same: BN divides by sqrt(variance + eps). Where the variance is far below eps, eps decides, and the signal "
        "dies as it does without BN. Keras's default eps is 1e-3, PyTorch's is 1e-5. The notes' 1e-8 would reach still further.\n\n"
        "The output layer has no BN. And large weights have a price: the step is then short in comparison, so learning is slower. "
        "'Learns' means 95 % test accuracy after 30 epochs; a network whose numbers overflow counts as guessing, 50 %."
    ),
    why_not=(
        "With batches of a few points BN's statistics are so rough that it no longer reaches 95 %, whatever the weights. With a "
        "very small learning rate 30 epochs are too few for both."
    ),
    remember="With BN the size of the initial weights hardly matters, as long as the variance stays well above eps.",
    follow_up="In the Playground choose sigmoid or tanh, and look for the scales at which the network without BN learns.",
    experiment=Experiment(BASE.replace(init_scale=LARGEST)),
    knobs=("activation", "initializer", "batch_size"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"),),
    seeds=8,
)
