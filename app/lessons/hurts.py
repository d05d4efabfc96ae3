"""Lesson: a value to be learned precisely, where the twin without BN wins in nearly every seed."""

from __future__ import annotations

import numpy as np

from app.lessons.measuring import Array, curve_of
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, exact_statistics, load_data, train
from bncore.evaluate import evaluate
from bncore.instruments import jitter

__all__ = ["LESSON", "measure", "truth"]

BASE = RunConfig(
    dataset="plane_wave", samples=240, noise=0.0, hidden=(32, 32, 32), optimizer="adam", learning_rate=0.01,
).replace(steps=300)  # fmt: skip
SIZES = (8, 32, 64, BASE.n_train)
MIDDLE = 32
POINTS, DRAWS = 4, 25


def _label(norm: str, size: int) -> str:
    """Return the label of a case."""
    return f"{'no BN' if norm == 'none' else 'BN'}, {size if size < BASE.n_train else 'all'}"


def measure(config: RunConfig, label: str) -> Measure:
    """Return the error that is left on test points, and what is left with exact statistics."""
    history, data = train(config), load_data(config)
    params = history.params[-1]
    course = curve_of(history, "test_loss")
    exact = evaluate(config, data, params, exact_statistics(config, params, data.x_train))[0]
    places = range(0, config.n_train, config.n_train // POINTS)
    wobbles = [jitter(config, data, params, history.running[-1], place, draws=DRAWS).sd for place in places]
    return Measure(
        {"error": _root(history.test_loss[-1]), "exact": _root(exact), "wobble": _finite(np.mean(wobbles, axis=0))},
        {"course": Curve(course.x, _root(course.y))},
    )


def _root(loss: Array) -> Array:
    return np.asarray(np.sqrt(_finite(loss)), float)


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.inf)


def _gap(measured: Measured, size: int, name: str = "error") -> Array:
    """Return by how much the error with BN is above that without, seed by seed; of two infinite ones 0."""
    with_bn, without = measured[_label("batch", size)].numbers[name], measured[_label("none", size)].numbers["error"]
    with np.errstate(invalid="ignore"):
        return np.where(with_bn == without, 0.0, with_bn - without)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    with_bn, without = (float(np.median(measured[_label(norm, MIDDLE)].numbers["error"])) for norm in ("batch", "none"))
    if without < 0.8 * with_bn:
        return "without"
    return "with" if with_bn < 0.8 * without else "same"


LESSON = Lesson(
    name="hurts",
    title="When BN hurts: a value, learned precisely",
    minutes=5,
    idea="BN is not always needed. It may do harm where the statistics of a batch do not stand for the whole data.",
    question="A smooth wave over the plane is to be learned: a value, not a class, and there is no noise. Adam, batches of 32, "
    "the same number of updates. Whose error on test points is the smaller?",
    answers=(
        Answer("with", "The one with BN is clearly better"),
        Answer("same", "They are about equal"),
        Answer("without", "The one without BN is clearly better"),
    ),
    truth=truth,
    cases=tuple(
        Case(_label(norm, size), BASE.replace(norm=norm, batch_size=size), role, series, float(size))
        for norm, role, series in (("batch", "bn", "with BN"), ("none", "plain", "without BN"))
        for size in SIZES
    ),
    measure=measure,
    quantities={
        "error": Quantity("root mean square error on test points (the values have sd 1)", "log"),
        "exact": Quantity("the same with exact statistics", "log"),
        "wobble": Quantity("how much an answer wobbles with its batch mates, in training mode (sd)"),
        "course": Quantity("root mean square error on test points", "log"),
    },
    claims=(
        Claim("In batches of 32 the twin without BN has the smaller error", lambda m: _gap(m, MIDDLE), 0.05, "sd less error"),
        Claim(
            "Exact statistics do not save BN: it is behind with them as well",
            lambda m: _gap(m, MIDDLE, "exact"),
            0.05,
            "sd less error",
        ),
        Claim(
            "The batches are to blame: with all points in each batch BN is less behind",
            lambda m: _gap(m, MIDDLE) - _gap(m, BASE.n_train),
            0.03,
            "sd nearer",
        ),
        Claim(
            "In batches of 32 the answer to one and the same point wobbles by more than the whole error of the twin without BN",
            lambda m: m[_label("batch", MIDDLE)].numbers["wobble"] - m[_label("none", MIDDLE)].numbers["error"],
            0.02,
            "sd more wobble",
        ),
    ),
    pictures=(Picture("sweep", "error", "Error left after the same number of updates", "batch size", x_log=True),),
    look="At 32 the line with BN lies clearly above the one without. Follow it to the right: with all points in one batch it "
    "comes down.",
    explanation=(
        "With BN the answer to one point depends on the other points of its batch, because they make the mean and the variance. "
        "Draw other batch-mates, and the answer wobbles. For a class that does not matter as long as the sign stays. For a value "
        "every wobble is an error that training meets in each step and has to work against.\n\n"
        "It is not the running statistics: exact ones, of the whole training set, leave BN behind as well. It is the batches: "
        "the larger they are, the less an answer wobbles, and with all points in each batch nothing wobbles. The network without "
        "BN gains from larger batches too, but less.\n\n"
        "And there was nothing to win. Few layers, inputs of a good scale and Adam: the twin without BN has no trouble that BN "
        "could cure. BN pays where training is difficult; here only its price is left."
    ),
    why_not="With much noise in the values nobody can be precise, and the two come closer. With a very small learning rate the "
    "twin without BN is too slow in the given updates, and BN wins: then there is something to win.",
    remember="BN makes an answer depend on its batch-mates: where precise values are wanted and training is easy, do without.",
    follow_up="Open it in the Playground and try layer normalization: it does not use the batch. Another way to lose: circles, "
    "Adam with ten layers of 16 and BN momentum 0.99. Then choose exact statistics: why is BN back at once?",
    experiment=Experiment(BASE),
    knobs=("learning_rate", "activation", "noise"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"),),
    seeds=8,
)
