"""Lesson: 10, 20 and 40 layers, with BN and without; and the gradients that BN makes explode at the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.measuring_sweeps import GOAL, label_of
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, init_state, load_data, train
from bncore.instruments.propagation import propagation

__all__ = ["LESSON", "case_of", "exploded", "gained", "measure", "truth"]

Array = NDArray[np.float64]

WITH, WITHOUT = "ReLU, BN", "ReLU, without"
LINEAR, LINEAR_PLAIN = "linear, BN", "linear, without"
DEPTHS = (10, 20, 40)
DEEP, DEEPEST = DEPTHS[1:]
WIDTH = 16
BASE = RunConfig(dataset="moons", samples=400, standardize=True, learning_rate=0.05, epochs=30, seeds=8)


def case_of(series: str, depth: int, role: str, **changes: str) -> Case:
    """Return the case of one line at one depth."""
    return Case(label_of(series, depth), BASE.replace(hidden=(WIDTH,) * depth, **changes), role, series, depth)


def measure(config: RunConfig, label: str) -> Measure:
    """Return the gradients over depth on one batch before any training, and how good the network is at the end."""
    state, data = init_state(config), load_data(config)
    batch = slice(0, config.batch_size)
    sizes = propagation(config, state.params, state.running, data.x_train[:, batch], data.y_train[:, batch])
    hidden = sizes.gradient[:, :-1]
    with np.errstate(all="ignore"):
        explosion = hidden[:, 0] / hidden[:, -1]
    return Measure(
        {"accuracy": final(train(config)), "explosion": explosion},
        {"gradient": Curve(np.arange(1.0, hidden.shape[1] + 1), hidden)},
    )


def gained(measured: Measured, depth: int) -> Array:
    """Return how many points more accurate the network with BN is at one depth, a number a seed."""
    with_bn, without = (measured[label_of(series, depth)].numbers["accuracy"] for series in (WITH, WITHOUT))
    return 100 * (with_bn - without)


def exploded(measured: Measured, with_bn: str, without: str) -> Array:
    """Return by how many powers of ten the gradient grows more with BN in the deepest networks, a number a seed."""
    steep, flat = (measured[label_of(series, DEEPEST)].numbers["explosion"] for series in (with_bn, without))
    with np.errstate(all="ignore"):
        return np.asarray(np.log10(steep / flat), float)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives: the greatest depth at which the network with BN learns."""
    learned = [depth for depth in DEPTHS if np.median(measured[label_of(WITH, depth)].numbers["accuracy"]) >= GOAL]
    return f"{max(learned, default=0)}"


LESSON = Lesson(
    name="depth",
    title="Deep networks: 10, 20, 40 layers",
    minutes=6,
    idea="Batch normalization makes deep networks trainable.",
    question="ReLU networks of 10, 20 and 40 narrow layers learn two moons for 30 epochs. Up to which depth does BN learn?",
    answers=(
        Answer("0", "Not even 10 layers"),
        Answer("10", "Up to 10 layers"),
        Answer("20", "Up to 20 layers"),
        Answer("40", "Up to 40 layers"),
    ),
    truth=truth,
    cases=(
        *(case_of(WITH, depth, "bn") for depth in DEPTHS),
        *(case_of(WITHOUT, depth, "plain", norm="none") for depth in DEPTHS),
        case_of(LINEAR, DEEPEST, "other", activation="linear"),
        case_of(LINEAR_PLAIN, DEEPEST, "warn", activation="linear", norm="none"),
    ),
    measure=measure,
    quantities={
        "accuracy": Quantity("test accuracy at the end", "share"),
        "explosion": Quantity("gradient at the start, first over last hidden layer", "log"),
        "gradient": Quantity("length of the gradient", "log"),
    },
    claims=(
        Claim("With 20 layers BN is the more accurate", lambda m: gained(m, DEEP), 10, "points of accuracy"),
        Claim(
            "With 40 layers BN gets above 95 %",
            lambda m: 100 * (m[label_of(WITH, DEEPEST)].numbers["accuracy"] - GOAL),
            0,
            "points above 95 %",
            expected="does not hold",
        ),
        Claim(
            "With 40 layers it is still the more accurate of the two",
            lambda m: gained(m, DEEPEST),
            5,
            "points of accuracy",
            expected="mixed",
        ),
        Claim(
            "At the start of 40 ReLU layers, BN makes the gradient grow on its way back",
            lambda m: exploded(m, WITH, WITHOUT),
            1,
            "powers of ten more than without",
        ),
        Claim(
            "So it does without any ReLU, in 40 linear layers",
            lambda m: exploded(m, LINEAR, LINEAR_PLAIN),
            1,
            "powers of ten more than without",
        ),
    ),
    pictures=(
        Picture(
            "sweep", "accuracy", "Accuracy after 30 epochs, over depth", "hidden layers", x_log=True,
            cases=tuple(label_of(series, depth) for series in (WITH, WITHOUT) for depth in DEPTHS),
        ),
        Picture(
            "curves", "gradient", "40 layers before any training: the gradient of each layer's weights", "layer",
            cases=tuple(label_of(series, DEEPEST) for series in (WITH, WITHOUT, LINEAR, LINEAR_PLAIN)),
        ),
    ),
    look=(
        "BN still learns at 20 layers, where the network without it only guesses. But at 40 layers BN's line falls, too. The "
        "second picture shows why: read it from right to left, as the gradient goes."
    ),
    explanation=(
        "Without BN every ReLU layer with these initial weights (Glorot) makes the signal smaller, and after 20 layers next to "
        "nothing of it is left: the gradient vanishes, about equally in all layers. BN brings the signal back to size in each "
        "layer, so it does not vanish.\n\n"
        "But on the way back the gradient passes each layer's weights and is divided by the standard deviation of its sums. Larger "
        "weights make both larger, so their size drops out. What remains makes the gradient longer by about the same factor in "
        "every layer: it explodes, and does so even in linear layers. Yang and others (2019) showed for wide networks that neither "
        "the initial scale nor the activation avoids it. So BN alone does not make networks of any depth trainable; in practice "
        "shortcuts around the layers (residual networks) did.\n\n"
        "The gradients are of the first batch, before any step. The output layer, which has no BN, is left out. 'Learns' means "
        "95 % test accuracy in the median seed."
    ),
    why_not=(
        "With He initialisation the signal keeps its size under ReLU without BN, and most of the advantage at 20 layers is "
        "gone. That is the other cure: the right initial weights for the activation."
    ),
    remember="BN lets you go deeper, but not to any depth: at the start it makes the gradient grow with every layer.",
    follow_up="In the Playground choose He initialisation for 20 layers. Is BN still needed?",
    experiment=Experiment(BASE.replace(hidden=(WIDTH,) * DEEP)),
    knobs=("initializer", "learning_rate", "batch_size"),
    sources=(Source("1902.08129", "Yang and others 2019"), Source("1502.03167", "Ioffe and Szegedy 2015")),
    seeds=8,
)  # fmt: skip
