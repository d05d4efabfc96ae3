"""Lesson: batch normalization before or after the activation, with three activations and many learning rates."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, RunConfig, init_state, load_data, train
from bncore.instruments import signals_of

__all__ = ["LESSON", "measure", "truth"]

BASE = RunConfig(dataset="moons", epochs=30)
NAMES = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
CLEAR = 1.1
"""From this ratio of two losses on, one is the winner."""


def _label_of(activation: str, placement: str, rate: float = BASE.learning_rate) -> str:
    """Return a case's label.

    Examples
    --------
    >>> _label_of("relu", "before"), _label_of("relu", "after", 0.1)
    ('ReLU, before', 'ReLU, after, rate 0.1')
    """
    words = f"{NAMES[activation]}, {placement}"
    return words if rate == BASE.learning_rate else f"{words}, rate {rate:g}"


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network became, and what its second hidden layer sees before any learning."""
    start = init_state(config)
    seen = signals_of(config, start.params, start.running, load_data(config).x_train)[0]["out"]  # (R, N, C)
    history = train(config)
    loss = np.nan_to_num(final(history, "test_loss"), nan=np.inf)
    return Measure({"loss": loss, "accuracy": final(history), "seen": seen.mean(axis=(1, 2))})


def _lower(measured: Measured, activation: str, of: str, than: str) -> NDArray[np.float64]:
    """Return by how many per cent the loss of one placement lies below that of the other, seed by seed."""
    small, big = (measured[_label_of(activation, place)].numbers["loss"] for place in (of, than))
    return _per_cent_below(small, big)


def _lower_tuned(measured: Measured) -> NDArray[np.float64]:
    """Return the same for ReLU, after below before, each at the learning rate that suits the seed best."""
    before, after = (
        np.min([measured[_label_of("relu", place, rate)].numbers["loss"] for rate in RATES], axis=0)
        for place in ("before", "after")
    )
    return _per_cent_below(after, before)


def _per_cent_below(small: NDArray[np.float64], big: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many per cent of the larger one a loss lies below another; negative where it lies above.

    Examples
    --------
    >>> _per_cent_below(np.array([1.0, 4.0, np.inf]), np.array([2.0, 1.0, np.inf])).tolist()
    [50.0, -75.0, 0.0]
    """
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(100.0 * (big - small) / np.maximum(small, big), nan=0.0, posinf=100.0, neginf=-100.0)


def truth(measured: Measured) -> str:
    """Return which placement is clearly ahead, by the median loss, with at least two of the three activations."""
    medians = {
        place: np.array([np.median(measured[_label_of(name, place)].numbers["loss"]) for name in NAMES])
        for place in ("before", "after")
    }
    if (medians["after"] * CLEAR < medians["before"]).sum() >= 2:
        return "after"
    return "before" if (medians["before"] * CLEAR < medians["after"]).sum() >= 2 else "neither"


PLACES = (("before", "bn"), ("after", "other"))
SAME_RATE = tuple(_label_of(activation, place) for activation in NAMES for place, _ in PLACES)
ALL_RATES = tuple(_label_of("relu", place, rate) for place, _ in PLACES for rate in RATES)

LESSON = Lesson(
    name="placement",
    title="Before or after the activation",
    minutes=6,
    idea="Placement matters: BN is typically applied before the activation, though after it is also used.",
    question="The same network with BN before and with BN after the activation: with ReLU, with sigmoid and with tanh. Which place "
    "ends with a clearly lower test loss, at the same learning rate?",
    answers=(
        Answer("before", "Before, with at least two of the three activations"),
        Answer("after", "After, with at least two of the three"),
        Answer("neither", "Neither is clearly ahead with two of the three"),
    ),
    truth=truth,
    cases=(
        *(
            Case(_label_of("relu", place, rate), BASE.replace(placement=place, learning_rate=rate), role, f"BN {place}", rate)
            for place, role in PLACES
            for rate in RATES
        ),
        *(
            Case(_label_of(activation, place), BASE.replace(placement=place, activation=activation), role)
            for activation in ("sigmoid", "tanh")
            for place, role in PLACES
        ),
    ),
    measure=measure,
    quantities={
        "loss": Quantity("test loss, nats", "log"),
        "accuracy": Quantity("test accuracy", "share"),
        "seen": Quantity("mean of the next layer's inputs"),
    },
    claims=(
        Claim(
            "With ReLU, BN before the activation ends with the lower test loss",
            partial(_lower, activation="relu", of="before", than="after"),
            10,
            "per cent of the larger loss lower",
            expected="does not hold",
        ),
        Claim(
            "With sigmoid, BN after the activation ends with the lower test loss",
            partial(_lower, activation="sigmoid", of="after", than="before"),
            10,
            "per cent of the larger loss lower",
        ),
        Claim(
            "With tanh, BN after the activation ends with the lower test loss",
            partial(_lower, activation="tanh", of="after", than="before"),
            10,
            "per cent of the larger loss lower",
            expected="mixed",
        ),
        Claim(
            "With ReLU, after is still lower when each place has the learning rate that suits it best",
            _lower_tuned,
            10,
            "per cent of the larger loss lower",
            expected="mixed",
        ),
        Claim(
            "With BN before a ReLU, the inputs of the next layer have mean 0 (within 0.1)",
            lambda m: 0.1 - np.abs(m[_label_of("relu", "before")].numbers["seen"]),
            0.02,
            "nearer to 0 than 0.1",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture("strips", "loss", "Test loss at the same learning rate: every dot is one seed", cases=SAME_RATE),
        Picture("sweep", "loss", "ReLU: test loss over the learning rate", "learning rate", x_log=True, cases=ALL_RATES),
        Picture("strips", "seen", "Before any learning: the mean of what the next layer sees", cases=SAME_RATE),
    ),
    look="Compare the two columns of each activation: lower is better, and the axis is in powers of ten. Then look at the second "
    "picture: at which learning rate is each place at its best?",
    explanation=(
        "The advice to normalise before the activation comes from the first paper and is repeated everywhere. On these small "
        "networks it does not hold. With ReLU and with sigmoid, BN after the activation learns faster at the same learning rate; "
        "with tanh the two are about even.\n\n"
        "One reason: only BN after the activation hands the next layer inputs of mean 0 and standard deviation 1 (at the start, "
        "before gamma and beta move). Before a ReLU it cannot: the ReLU removes the negative half, and what is left has a mean "
        "well above 0. A sigmoid leaves a mean of about one half and a small spread.\n\n"
        "Part of the advantage is just speed. BN after the activation behaves like a larger learning rate: give BN before the "
        "activation a larger one and it all but catches up. At the largest ones more seeds go wrong with BN after it."
    ),
    why_not="With a larger learning rate or more epochs both places arrive at a small loss, and chance decides. With tanh, whose "
    "outputs are already centred, there is little for BN after it to mend.",
    remember="Both places work. Before is a habit, not a law: try both, each with a learning rate of its own.",
    follow_up="Open it in the Playground and raise the learning rate step by step, beyond 1 as well. When does BN before the "
    "activation take the lead?",
    experiment=Experiment(BASE, (Arm("before"), Arm("after", (("placement", "after"),)), Arm("without", (("norm", "none"),)))),
    knobs=("hidden", "batch_size", "initializer"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015 propose BN before the activation"),),
)
