"""Lesson: batch normalization on the output layer, with targets in a unit of their own and with a rare class."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import fewer, final, thinned
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, RunConfig, load_data, train
from bncore.instruments import logits
from bncore.streams import stream

__all__ = ["LESSON", "measure", "truth"]

POINTS, RARE, MANY = 400, 12, 10
"""Points of a table, how many of them are of the rare class, and how many times as many points it is tested on."""

CENTRE, SPREAD = 2.0, 0.5
"""Where class 1 lies, on both features, and its standard deviation; class 0 is at the origin with standard deviation 1."""

Array = NDArray[np.float64]


class _Points(NamedTuple):
    """Points x (N, 2) and their classes y (N,)."""

    x: Array
    y: Array


def _drawn(seed: int, index: int, times: int, ones: int) -> _Points:
    rng = stream(seed, "data", index)
    n_ones, n_zeros = times * ones, times * (POINTS - ones)
    x = np.concatenate([rng.standard_normal((n_zeros, 2)), CENTRE + SPREAD * rng.standard_normal((n_ones, 2))])
    return _Points(x, np.repeat([0.0, 1.0], [n_zeros, n_ones]))


def _table(seed: int, ones: int) -> tuple[tuple[float, float, int], ...]:
    points = _drawn(seed, 1, 1, ones)
    return tuple((float(x), float(y), int(label)) for (x, y), label in zip(points.x, points.y, strict=True))


def measure(config: RunConfig, label: str) -> Measure:
    """Return the error of a regression; of two classes the log loss on many fresh points, with a table of its own for each seed."""
    if config.task == "regression":
        return _regression(config)
    ones = config.class_sizes[1]
    losses = [_log_loss(config.replace(table=_table(seed, ones), seed=seed, seeds=1), ones) for seed in config.seed_list]
    return Measure({"log_loss": np.array(losses)})


def _regression(config: RunConfig) -> Measure:
    history = train(config)
    spread = load_data(config).y_train.std(axis=1)
    error = np.nan_to_num(np.sqrt(final(history, "test_loss")), nan=np.inf)
    curve = thinned(Curve(np.asarray(history.eval_epoch, float), np.sqrt(np.asarray(history.test_loss, float)).T))
    return Measure({"error": error, "relative": error / spread}, {"error": curve})


def _log_loss(config: RunConfig, ones: int) -> float:
    history = train(config)
    points = _drawn(config.seed, 2, MANY, ones)
    answers = logits(config, history.params[-1], history.running[-1], points.x[None], training=False)[0]
    loss = float(np.mean(np.logaddexp(0.0, answers) - points.y * answers))
    return loss if np.isfinite(loss) else np.inf


BASE = RunConfig(optimizer="adam", epochs=50)
WARM = BASE.replace(dataset="rings_temperature")
TASKS = {
    "50 ± 20": WARM,
    "50 ± 20, momentum": WARM.replace(optimizer="momentum", learning_rate=0.001),
    "0 ± 1": BASE.replace(dataset="plane_wave"),
    "rare class": BASE.replace(dataset="table", table=_table(0, RARE), batch_size=64),
    "equal classes": BASE.replace(dataset="table", table=_table(0, POINTS // 2), batch_size=64),
}
WARM_ADAM, WARM_MOMENTUM, SCALED, RARE_CLASS, EQUAL = TASKS


def _pair(task: str) -> tuple[str, str]:
    return task, f"{task}, BN out"


def _worse(measured: Measured, task: str, name: str) -> Array:
    """Return by how many per cent BN on the output as well makes an error larger, seed by seed."""
    hidden, both = _pair(task)
    return 100.0 * fewer(measured, name, than=both, of=hidden) / measured[hidden].numbers[name]


def truth(measured: Measured) -> str:
    """Return which answer the ratio of the median errors gives."""
    hidden, both = (np.median(measured[label].numbers["error"]) for label in _pair(WARM_ADAM))
    return "better" if both < 0.8 * hidden else "same" if both < 1.25 * hidden else "worse" if both < 2 * hidden else "much"


LESSON = Lesson(
    name="output_layer",
    title="Not on the output layer",
    minutes=6,
    idea="BN is usually not applied to the final output layer.",
    question="A network predicts temperatures of 50 ± 20 degrees. Its hidden layers have BN. Now its output has BN, too. With "
    "Adam, after the same number of epochs: what has become of its test error?",
    answers=(
        Answer("better", "It is smaller, by a fifth or more"),
        Answer("same", "About the same"),
        Answer("worse", "1.25 to 2 times as large"),
        Answer("much", "More than twice as large"),
    ),
    truth=truth,
    cases=tuple(
        Case(label, config.replace(norm_output=on_output), "warn" if on_output else "bn")
        for task, config in TASKS.items()
        for label, on_output in zip(_pair(task), (False, True), strict=True)
    ),
    measure=measure,
    quantities={
        "error": Quantity("test RMSE, degrees", "log"),
        "relative": Quantity("test RMSE, sd of the target", "log"),
        "log_loss": Quantity("log loss, nats", "log"),
    },
    claims=(
        Claim(
            "BN on the output makes the error larger: targets 50 ± 20, Adam",
            partial(_worse, task=WARM_ADAM, name="relative"),
            25,
            "per cent larger",
        ),
        Claim(
            "BN on the output makes the log loss larger: a rare class",
            partial(_worse, task=RARE_CLASS, name="log_loss"),
            10,
            "per cent larger",
        ),
        Claim(
            "It makes the error larger also where the targets are 0 ± 1",
            partial(_worse, task=SCALED, name="relative"),
            10,
            "per cent larger",
            expected="does not hold",
        ),
        Claim(
            "It makes the log loss larger also where both classes are equally frequent",
            partial(_worse, task=EQUAL, name="log_loss"),
            10,
            "per cent larger",
            expected="mixed",
        ),
        Claim(
            "It makes the error larger also with gradient descent with momentum: targets 50 ± 20",
            partial(_worse, task=WARM_MOMENTUM, name="relative"),
            10,
            "per cent larger",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture("curves", "error", "Test error: median and the middle 80 % of seeds", "epoch", cases=_pair(WARM_ADAM)),
        Picture(
            "strips",
            "relative",
            "Three regressions, hidden layers only and output too",
            cases=(*_pair(WARM_ADAM), *_pair(WARM_MOMENTUM), *_pair(SCALED)),
        ),
        Picture(
            "strips", "log_loss", "Two classes: 3 of 100 points are class 1, or half", cases=(*_pair(RARE_CLASS), *_pair(EQUAL))
        ),
    ),
    look="Follow the two lines. The one with BN on the output comes down slowly and evenly: it is still on its way when training "
    "ends.",
    explanation=(
        "BN makes its output have mean 0 and standard deviation 1. On the output layer nothing but gamma and beta can turn that "
        "into 50 ± 20. They begin at 1 and 0, and Adam moves each by about the learning rate a step, whatever the error. The way "
        "to 50 is long. Without BN there, all weights of the last layer take part and the network arrives much sooner.\n\n"
        "With a rare class it is the same: most answers must lie far from 0, and gamma and beta have to carry them there. In small "
        "batches something else may come on top: the number of rare points differs from batch to batch, and with it mean and "
        "variance of the output. With equally frequent classes there is no clear harm.\n\n"
        "So the rule needs a kind word more. With standardized targets it does no harm. And gradient descent with "
        "momentum, whose steps grow with the error, moves beta to 50 at once: there it does none either."
    ),
    why_not="With a larger learning rate or many more epochs gamma and beta arrive, and the error is as small as without.",
    remember="Leave the output layer without BN. It matters most for targets in units of their own and for rare classes.",
    follow_up="Open it in the Playground and give it 200 epochs. How far does the error come down?",
    experiment=Experiment(WARM, (Arm("hidden layers only"), Arm("output too", (("norm_output", True),)))),
    knobs=("epochs", "hidden", "activation"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015 normalise hidden layers"),),
)
