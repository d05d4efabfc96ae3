"""Lesson: the bias of a layer that batch normalization follows is idle, and where it is not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, Layout, RunConfig, TrainState, advance, init_state, load_data
from bncore.instruments import gradient, logits
from bncore.streams import stream

__all__ = ["LESSON", "measure", "truth"]

Array = NDArray[np.float64]

OWN_STREAM = 1000
"""Biases are drawn from the ``weights`` stream of this index: no layer has as high a number."""

MOMENTS = 24
ROUNDING = 1e-9
"""What is smaller than this is rounding, not learning."""

SMALLEST = 1e-17

BEFORE, AFTER, FROZEN, LAYER, WITHOUT = "BN before", "BN after", "BN before, frozen", "layer norm before", "without BN"
BASE = RunConfig(dataset="moons", epochs=30)


def measure(config: RunConfig, label: str) -> Measure:
    """Return the biases' gradient after training, and how much a run differs that began with random biases, batches the same."""
    start = init_state(config)
    usual, other = (advance(state, config.total_epochs)[1] for state in (start, _with_random_biases(start)))
    differs = _difference(usual, other)
    return Measure(
        {"gradient": _gradient(usual), "difference": differs.y[:, -1], "accuracy": final(usual)},
        {"difference": differs},
    )


def _with_random_biases(state: TrainState) -> TrainState:
    params = state.params.copy()
    for run, seed in enumerate(state.config.seed_list):
        rng = stream(seed, "weights", OWN_STREAM)
        for layer in Layout.of(state.config).layers[:-1]:
            params[run, layer.parts["bias"]] = rng.standard_normal(layer.fan_out)
    return replace(state, params=params)


def _gradient(history: History) -> Array:
    """Return the length of the hidden biases' gradient over that of the hidden weights', on the first batch of the training set."""
    config, data = history.config, load_data(history.config)
    batch = slice(0, config.batch_size)
    found = gradient(config, history.params[-1], history.running[-1], data.x_train[:, batch], data.y_train[:, batch])[1]
    hidden = [layer.parts for layer in Layout.of(config).layers[:-1]]
    biases, weights = (np.sqrt(sum((found[:, part[name]] ** 2).sum(axis=1) for part in hidden)) for name in ("bias", "weight"))
    with np.errstate(all="ignore"):
        return np.asarray(np.nan_to_num(np.maximum(biases / weights, SMALLEST), nan=np.inf))


def _difference(usual: History, other: History) -> Curve:
    """Return how far two runs' answers to the test points are apart, at inference, at some moments."""
    x = load_data(usual.config).x_test
    frames = np.unique(np.linspace(0, len(usual.frame_step) - 1, MOMENTS).round().astype(int))
    apart = []
    for frame in frames:
        a, b = (logits(run.config, run.params[frame], run.running[frame], x, training=False) for run in (usual, other))
        with np.errstate(all="ignore"):
            apart.append(np.abs(a - b).max(axis=1) / a.std(axis=1))
    found = np.nan_to_num(np.maximum(np.stack(apart, axis=1), SMALLEST), nan=np.inf)  # (R, T)
    return Curve(np.asarray(usual.frame_epoch)[frames], found)


def _idle(measured: Measured, label: str, name: str) -> Array:
    """Return how many powers of ten a number lies below what counts as rounding."""
    return np.asarray(np.log10(ROUNDING) - np.log10(measured[label].numbers[name]))


def truth(measured: Measured) -> str:
    """Return how much the random biases changed in the median seed, with BN before the activation."""
    apart = np.median(measured[BEFORE].numbers["difference"])
    return "none" if apart < 1e-6 else "little" if apart < 0.1 else "much"


LESSON = Lesson(
    name="idle_bias",
    title="The bias before BN is idle",
    minutes=5,
    idea="First the weighted sum z = w x + b, with its bias b. Then BN: subtract the batch mean of z, divide by its spread, and "
    "shift by beta.",
    question="Biases usually begin at 0. We start a second network with random biases, all else the same: weights, data, batches. "
    "BN stands before the activation. After training, how much do the two networks' answers differ?",
    answers=(
        Answer("none", "Not at all, up to rounding"),
        Answer("little", "A little: up to a tenth of the answers' standard deviation"),
        Answer("much", "Clearly: it is another network"),
    ),
    truth=truth,
    cases=(
        Case(BEFORE, BASE, "bn"),
        Case(AFTER, BASE.replace(placement="after"), "other"),
        Case(FROZEN, BASE.replace(freeze_statistics=True), "warn"),
        Case(LAYER, BASE.replace(norm="layer"), "other"),
        Case(WITHOUT, BASE.replace(norm="none"), "plain"),
    ),
    measure=measure,
    quantities={
        "gradient": Quantity("gradient, biases / weights", "log"),
        "difference": Quantity("largest difference, sd of answers", "log"),
        "accuracy": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "BN before the activation: training from random biases ends with the same answers",
            partial(_idle, label=BEFORE, name="difference"),
            3,
            "powers of ten below a billionth",
        ),
        Claim(
            "BN before the activation: the bias has no gradient",
            partial(_idle, label=BEFORE, name="gradient"),
            3,
            "powers of ten below a billionth",
        ),
        Claim(
            "BN after the activation: the bias is idle as well",
            partial(_idle, label=AFTER, name="gradient"),
            3,
            "powers of ten below a billionth",
            expected="does not hold",
        ),
        Claim(
            "BN with frozen statistics: the bias is idle as well",
            partial(_idle, label=FROZEN, name="gradient"),
            3,
            "powers of ten below a billionth",
            expected="does not hold",
        ),
        Claim(
            "Layer normalization before the activation: the bias is idle as well",
            partial(_idle, label=LAYER, name="gradient"),
            3,
            "powers of ten below a billionth",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture("strips", "gradient", "Gradient of the biases, as a part of that of the weights"),
        Picture(
            "curves", "difference", "How far the two networks are apart, at inference", "epoch", cases=(BEFORE, AFTER, WITHOUT)
        ),
    ),
    look="With BN before the activation the dots lie many powers of ten below all others: what is left is rounding.",
    explanation=(
        "A bias adds the same number to every sample of the batch. The batch mean grows by the same number, and BN subtracts it. "
        "The bias cancels, whatever it is: its gradient is zero, so it never moves. Beta, behind BN, does its work.\n\n"
        "Where nothing subtracts the bias, it is at work. With BN after the activation it decides which part of z the activation "
        "cuts off. So the notes' Keras code, with BN after the ReLU, needs its biases; their diagram, with BN before, does not. "
        "With frozen statistics the mean no longer follows the bias. Layer normalization subtracts one mean over all units, not "
        "one from each.\n\n"
        "Look at the start of the second picture: at inference the two networks differ at first. The running mean begins at 0 and "
        "has to find each bias; with decay 0.9 a tenth of what is missing is made up in each step."
    ),
    why_not="With a large BN momentum and few steps the running mean has not found the bias when training ends: the gradient is "
    "still zero, but answers at inference differ.",
    remember="Right before BN a bias does nothing: leave it out there (use_bias=False in Keras), and let beta do it.",
    follow_up="Open it in the Playground, raise the BN momentum close to 1 and compare: which of the two suffers, training or "
    "inference?",
    experiment=Experiment(BASE, (Arm(BEFORE), Arm(AFTER, (("placement", "after"),)), Arm(WITHOUT, (("norm", "none"),)))),
    knobs=("bn_momentum", "activation", "epochs"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015: the bias can be ignored, beta takes its role"),),
)
