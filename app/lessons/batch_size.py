"""Lesson: batches from 256 points down to two, at the same number of updates, beside layer norm and group norm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.measuring_sweeps import label_of
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, RunConfig, train

__all__ = ["LESSON", "gained", "measure", "truth"]

WITH, WITHOUT, LAYER, GROUP = "BN", "without", "layer norm", "group norm"
SIZES = (2, 4, 8, 16, 64, 256)
SMALLEST, USUAL = SIZES[0], 64
BASE = RunConfig(samples=640, initializer="he_normal", learning_rate=0.1, seeds=8).replace(steps=600)


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network is after the last update."""
    return Measure({"accuracy": final(train(config))})


def gained(measured: Measured, series: str, than: str, size: int) -> NDArray[np.float64]:
    """Return how many points more accurate one network is than another at one batch size, a number a seed."""
    first, other = (measured[label_of(name, size)].numbers["accuracy"] for name in (series, than))
    return 100 * (first - other)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    lost = np.median(gained(measured, WITHOUT, WITH, SMALLEST))
    return "same" if lost < 2 else "some" if lost < 20 else "lost"


LESSON = Lesson(
    name="batch_size",
    title="Batch size matters",
    minutes=5,
    idea="Very small batches make batch normalization less effective, because the statistics of a few points are unreliable.",
    question=(
        "Two circles, 600 updates, batches from 256 points down to two. With batches of two, how does the network with BN compare "
        "with the same network without it?"
    ),
    answers=(
        Answer("same", "About as accurate: within 2 points"),
        Answer("some", "Somewhat less accurate: by 2 to 20 points"),
        Answer("lost", "Far less accurate: by 20 points or more"),
    ),
    truth=truth,
    cases=tuple(
        Case(label_of(series, size), BASE.replace(norm=norm, batch_size=size), role, series, size)
        for series, norm, role in (
            (WITH, "batch", "bn"),
            (WITHOUT, "none", "plain"),
            (LAYER, "layer", "other"),
            (GROUP, "group", "warn"),
        )
        for size in SIZES
    ),
    measure=measure,
    quantities={"accuracy": Quantity("test accuracy after 600 updates", "share")},
    claims=(
        Claim(
            "With batches of two BN is less accurate than no normalisation",
            lambda m: gained(m, WITHOUT, WITH, SMALLEST),
            5,
            "points of accuracy lost",
        ),
        Claim(
            "With batches of 64 BN costs less than 2 points",
            lambda m: 2 - gained(m, WITHOUT, WITH, USUAL),
            0,
            "points to spare",
        ),
        Claim(
            "With batches of two layer norm is more accurate than BN",
            lambda m: gained(m, LAYER, WITH, SMALLEST),
            5,
            "points of accuracy",
        ),
        Claim(
            "With batches of two group norm is more accurate than BN",
            lambda m: gained(m, GROUP, WITH, SMALLEST),
            5,
            "points of accuracy",
        ),
        Claim(
            "With batches of two layer norm is more accurate than no normalisation",
            lambda m: gained(m, LAYER, WITHOUT, SMALLEST),
            1,
            "points of accuracy",
            expected="does not hold",
        ),
    ),
    pictures=(Picture("sweep", "accuracy", "Accuracy after 600 updates, over the batch size", "batch size", x_log=True),),
    look=(
        "Go from right to left. From 16 points on all four lines lie together. Below, BN falls away, and at two points it only "
        "guesses (50 %). The other three lose little."
    ),
    explanation=(
        "BN normalises by the mean and variance of the batch. Of two points it makes about +1 and -1 in every unit, however far "
        "apart they are (unless they nearly agree): what is left is which of them is larger. And that depends on the other point "
        "of the batch, so the network is trained on something else than what it is asked later.\n\n"
        "Layer norm and group norm take mean and variance over the units of one point, so they do not know what a batch is. They "
        "lose a little at two points because each update is then noisy; so does the network without any normalisation. On these "
        "easy data, normalising by layer is no gain.\n\n"
        "All sizes get the same number of updates, so larger batches see more points in all. Group norm makes 4 groups of the 16 "
        "units. Inference uses running statistics: running = 0.9 running + 0.1 batch (0.9 is Keras's momentum), eps 1e-3."
    ),
    why_not=(
        "With a small learning rate 600 updates are too few, and what you see is who learns faster: there BN may lead at sizes "
        "at which it loses in the end. At two points 'exact' statistics at inference help nothing: stale running statistics are "
        "not the reason there."
    ),
    remember="BN needs batches that represent the data: 16 points or more here. For tiny batches take layer or group norm.",
    follow_up="In the Playground set the batch size to 4, then 8, and watch when BN is no longer behind.",
    experiment=Experiment(
        BASE.replace(batch_size=SMALLEST),
        (
            Arm("with BN", ()),
            Arm("without", (("norm", "none"),)),
            Arm(LAYER, (("norm", "layer"),)),
            Arm(GROUP, (("norm", "group"),)),
        ),
    ),
    knobs=("learning_rate", "placement", "inference"),
    sources=(
        Source("1803.08494", "Wu and He 2018 (group normalization)"),
        Source("1702.03275", "Ioffe 2017 (batch renormalization)"),
        Source("2105.07576", "Wu and Johnson 2021 (rethinking 'batch')"),
    ),
    seeds=8,
    answers_to=(
        "Misconception 3: any batch size will do. Thought question 1: when is batch normalization harmful? With very small batches."
    ),
)
