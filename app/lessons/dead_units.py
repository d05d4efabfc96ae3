"""Lesson: dead ReLUs and saturated sigmoids, with BN and without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, load_data, train
from bncore.instruments.passes import signals_of
from bncore.ops import ACTIVATIONS
from bncore.probe import IDLE_SLOPE

__all__ = ["LESSON", "gained", "measure", "released", "stuck", "truth"]

Array = NDArray[np.float64]

RELU, RELU_PLAIN = "ReLU, BN", "ReLU, without"
LARGE, LARGE_PLAIN = "sigmoid ×20, BN", "sigmoid ×20, without"
USUAL, USUAL_PLAIN = "sigmoid, BN", "sigmoid, without"
MOMENTS = 16
MANY = 0.1
BASE = RunConfig(dataset="moons", samples=400, standardize=True, hidden=(16,) * 4, epochs=30, seeds=8)
DYING = BASE.replace(initializer="he_normal", learning_rate=2.0)
SIGMOID = BASE.replace(activation="sigmoid", learning_rate=0.3)
SATURATED = SIGMOID.replace(init_scale=20.0)


def stuck(config: RunConfig, params: Array, running: Array, x: Array) -> Array:
    """Return the share of dead ReLUs, 0 on every point, or else the share of saturated outputs, (R,), 0 to 1.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    x : ndarray, shape (R, N, 2)
        The training set; BN normalises by its statistics (training mode on all of it at once).

    Notes
    -----
    An output is saturated where the activation's slope is below 5 % of its largest. What is not a number counts as stuck.

    Examples
    --------
    >>> config = RunConfig(hidden=(4,), norm="none", seeds=1)
    >>> stuck(config, np.zeros((1, 17)), np.zeros((1, 0)), np.ones((1, 10, 2))).tolist()
    [1.0]
    """
    slope = ACTIVATIONS[config.activation].slope
    slopes = np.concatenate([slope(layer["a"]) for layer in signals_of(config, params, running, x)], axis=2)  # (R, N, units)
    if config.activation == "relu":
        slopes = slopes.max(axis=1, keepdims=True)
    return np.asarray((~(slopes >= IDLE_SLOPE)).mean(axis=(1, 2)), float)


def measure(config: RunConfig, label: str) -> Measure:
    """Return what is stuck at the start, at the end and between, and how good the network is."""
    history, x = train(config), load_data(config).x_train
    frames = np.unique(np.linspace(0, len(history.frame_step) - 1, MOMENTS).round().astype(int))
    shares = np.stack([stuck(config, history.params[i], history.running[i], x) for i in frames], axis=1)  # (R, T)
    epochs = np.asarray(history.frame_step, float)[frames] / config.steps_per_epoch
    return Measure(
        {"start": shares[:, 0], "end": shares[:, -1], "accuracy": final(history)},
        {"over_time": Curve(epochs, shares)},
    )


def released(measured: Measured, plain: str, with_bn: str) -> Array:
    """Return how many points fewer are stuck at the end with BN, a number a seed."""
    return 100 * (measured[plain].numbers["end"] - measured[with_bn].numbers["end"])


def gained(measured: Measured, plain: str, with_bn: str) -> Array:
    """Return how many points more accurate the network with BN is, a number a seed."""
    return 100 * (measured[with_bn].numbers["accuracy"] - measured[plain].numbers["accuracy"])


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    with_bn, without = (bool(np.median(measured[label].numbers["end"]) > MANY) for label in (RELU, RELU_PLAIN))
    return {(False, False): "neither", (True, True): "both", (False, True): "without", (True, False): "with"}[with_bn, without]


LESSON = Lesson(
    name="dead_units",
    title="Dead ReLUs and saturated sigmoids",
    minutes=5,
    idea="Batch normalization keeps the inputs of an activation where it still has a slope, so that units go on learning.",
    question=(
        "A ReLU that gives 0 on every training point is dead: it gets no gradient any more. After training at the high "
        "learning rate of 2, which network has more than one dead ReLU in ten?"
    ),
    answers=(
        Answer("neither", "Neither of the two"),
        Answer("without", "Only the one without BN"),
        Answer("with", "Only the one with BN"),
        Answer("both", "Both of them"),
    ),
    truth=truth,
    cases=(
        Case(RELU, DYING, "bn"),
        Case(RELU_PLAIN, DYING.replace(norm="none"), "plain"),
        Case(LARGE, SATURATED, "other"),
        Case(LARGE_PLAIN, SATURATED.replace(norm="none"), "warn"),
        Case(USUAL, SIGMOID, "bn"),
        Case(USUAL_PLAIN, SIGMOID.replace(norm="none"), "plain"),
    ),
    measure=measure,
    quantities={
        "start": Quantity("dead or saturated at the start", "share"),
        "end": Quantity("dead or saturated at the end", "share"),
        "accuracy": Quantity("test accuracy at the end", "share"),
        "over_time": Quantity("dead or saturated", "share"),
    },
    claims=(
        Claim("Fewer ReLUs are dead with BN", lambda m: released(m, RELU_PLAIN, RELU), 10, "points fewer dead"),
        Claim("The ReLU network with BN is the more accurate", lambda m: gained(m, RELU_PLAIN, RELU), 10, "points of accuracy"),
        Claim(
            "With weights 20 times too large, fewer sigmoid outputs are saturated with BN",
            lambda m: released(m, LARGE_PLAIN, LARGE),
            10,
            "points fewer saturated",
        ),
        Claim(
            "The sigmoid network with these weights is the more accurate with BN",
            lambda m: gained(m, LARGE_PLAIN, LARGE),
            3,
            "points of accuracy",
        ),
        Claim(
            "With usual weights BN is the more accurate, too",
            lambda m: gained(m, USUAL_PLAIN, USUAL),
            10,
            "points of accuracy",
        ),
        Claim(
            "With usual weights fewer sigmoid outputs are saturated with BN",
            lambda m: released(m, USUAL_PLAIN, USUAL),
            1,
            "points fewer saturated",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture(
            "curves", "over_time", "Share of dead ReLUs, and of saturated sigmoid outputs, over time", "epoch",
            cases=(RELU, RELU_PLAIN, LARGE, LARGE_PLAIN),
        ),
        Picture("strips", "accuracy", "Accuracy after 30 epochs: every dot is one seed"),
    ),
    look=(
        "Without BN, ReLUs die within the first epochs and mostly stay dead. The sigmoids with weights 20 times too large (×20) "
        "begin saturated and stay so. With BN both lines lie at the bottom."
    ),
    explanation=(
        "A step that is too long can push a ReLU's input below 0 for every point. Its slope is 0 there, so no gradient comes back "
        "to bring it up again. With BN before the activation its inputs have mean beta and standard deviation |gamma| on every "
        "batch, so some of them are above 0, as long as beta is not far below 0. In the same way BN pulls a sigmoid's inputs from "
        "its flat ends to the middle, however large the weights are.\n\n"
        "Saturation is not the sigmoid's only trouble. With weights of the usual size hardly any output is saturated, with BN or "
        "without, and yet the network without BN learns next to nothing: its signal shrinks from layer to layer, because a "
        "sigmoid's slope is never above a quarter. BN brings the signal back to size.\n\n"
        "Saturated means: a slope below 5 % of the largest. Both shares are of the training set; for this count BN takes the "
        "whole set as one batch. A network whose numbers overflow counts as stuck, and as guessing, 50 %."
    ),
    why_not=(
        "With BN after the activation nothing is normalised before it: then the activation's own inputs may be anything. With "
        "one hidden layer hardly any ReLU dies without BN; with two more than one in ten do, and the network learns all the same."
    ),
    remember="BN before the activation keeps its inputs around the bend: ReLUs seldom die, and sigmoids do not saturate.",
    follow_up="In the Playground set the initial beta to -3. Which units are dead now, and do they come back?",
    experiment=Experiment(DYING),
    knobs=("placement", "batch_size", "hidden"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"),),
    seeds=8,
)  # fmt: skip
