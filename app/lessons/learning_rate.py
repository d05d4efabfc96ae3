"""Lesson: with BN the learning rate may be higher; a sweep over rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.measuring_sweeps import GOAL, counted, label_of, row_of
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, train

__all__ = ["LESSON", "largest", "measure", "truth"]

WITH, WITHOUT = "with BN", "without BN"
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STEP = 3.0
HIGH = 3.0
BASE = RunConfig(dataset="moons", samples=400, hidden=(16,) * 8, epochs=30, seeds=8)


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network is at the end."""
    return Measure({"accuracy": final(train(config))})


def largest(measured: Measured, series: str) -> NDArray[np.float64]:
    """Return the largest rate at which a seed trains; where there is none, one step below the smallest."""
    trained = row_of(measured, "accuracy", series, RATES) >= GOAL
    return np.asarray(np.where(trained, np.array(RATES)[:, None], RATES[0] / STEP).max(axis=0))


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    ratio = np.median(largest(measured, WITH) / largest(measured, WITHOUT))
    return "no" if ratio < 2 else "some" if ratio < 6 else "much"


LESSON = Lesson(
    name="learning_rate",
    title="Higher learning rates",
    minutes=5,
    idea="A network with batch normalization can use higher learning rates.",
    question=(
        "Eight hidden layers learn two moons, at learning rates from 1/100 to 10. How much larger is the largest rate at which "
        "the network with BN still learns?"
    ),
    answers=(
        Answer("no", "No larger: too large is too large"),
        Answer("some", "About 3 times as large"),
        Answer("much", "10 times as large or more"),
    ),
    truth=truth,
    cases=tuple(
        Case(label_of(series, rate), BASE.replace(norm=norm, learning_rate=rate), role, series, rate)
        for series, norm, role in ((WITH, "batch", "bn"), (WITHOUT, "none", "plain"))
        for rate in RATES
    ),
    measure=measure,
    quantities={"accuracy": Quantity("test accuracy at the end", "share")},
    claims=(
        Claim(
            "The largest rate that trains is larger with BN",
            lambda m: np.log10(largest(m, WITH) / largest(m, WITHOUT)),
            0.4,
            "powers of ten larger",
        ),
        Claim(
            "BN learns at more of the seven rates",
            lambda m: counted(m, WITH, RATES) - counted(m, WITHOUT, RATES),
            2,
            "rates more",
        ),
        Claim(
            "At a rate of 3 BN is the more accurate",
            lambda m: 100 * (m[label_of(WITH, HIGH)].numbers["accuracy"] - m[label_of(WITHOUT, HIGH)].numbers["accuracy"]),
            20,
            "points of accuracy",
        ),
        Claim(
            "Even with the best rate for each, BN is the more accurate",
            lambda m: 100 * (row_of(m, "accuracy", WITH, RATES).max(axis=0) - row_of(m, "accuracy", WITHOUT, RATES).max(axis=0)),
            1,
            "points of accuracy",
            expected="does not hold",
        ),
    ),
    pictures=(Picture("sweep", "accuracy", "Accuracy after 30 epochs, over the learning rate", "learning rate", x_log=True),),
    look=(
        "Follow both lines to the right. Without BN the accuracy falls to guessing (50 %); with BN it stays up much longer. It is "
        "up sooner on the left as well: with BN a small rate is enough."
    ),
    explanation=(
        "A step that is too long makes the next layer's inputs too large or too small. Without BN that error is passed on from "
        "layer to layer: the loss blows up, or the ReLUs die and guess for ever. BN brings every layer's inputs back to the same "
        "size in the next batch. It also makes the length of the weights idle: longer weights get smaller gradients, so a step "
        "that was too long brakes the next ones.\n\n"
        "There is still a limit, only further off. And with the best rate for each, both networks learn these moons: BN gives "
        "you a wide range of rates that work, not a better network at the end.\n\n"
        "'Learns' means 95 % test accuracy after 30 epochs. A network whose numbers overflow counts as guessing, 50 %."
    ),
    why_not=(
        "With batches of a few points the batch's mean and variance are so rough that BN no longer reaches 95 % at any rate. With "
        "Adam, which sizes its own steps, both networks need smaller rates."
    ),
    remember="BN widens the range of learning rates that work. You need less luck or less search to find one.",
    follow_up="In the Playground lower the learning rate until the network without BN learns too. Which of the two is first then?",
    experiment=Experiment(BASE.replace(learning_rate=HIGH)),
    knobs=("batch_size", "activation", "optimizer"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"), Source("1806.02375", "Bjorck and others 2018")),
    seeds=8,
)
