"""Lesson: new inputs that are distributed otherwise, and what re-estimating the statistics mends or spoils."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.lessons.measuring import Array, more, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Dataset, Experiment, RunConfig, exact_statistics, load_data, train
from bncore.evaluate import evaluate

__all__ = ["LESSON", "measure", "truth"]

SAME, MOVED, MENDED, BY_FEW = "same", "moved", "moved, re-estimated", "moved, by 32 points"
LOPSIDED, SPOILT = "one class", "one class, re-estimated"
PLAIN, COLOURS, AFRESH = "without BN", "with BN", "with BN, re-estimated"
RE_ESTIMATED = (MENDED, BY_FEW, SPOILT, AFRESH)
FEW, SHARE = 32, 0.9

MOONS = RunConfig(dataset="moons", test_fraction=0.5)
AWAY = MOONS.replace(test_shift=2.5)
ROSES = RunConfig(dataset="roses")


def measure(config: RunConfig, label: str) -> Measure:
    """Return the accuracy on the new inputs, with the statistics of training or with those of the new inputs."""
    history, data = train(config), load_data(config)
    params, running = history.params[-1], history.running[-1]
    met = _lopsided(data) if label in (LOPSIDED, SPOILT) else data
    if label in RE_ESTIMATED:
        running = exact_statistics(config, params, met.x_test[:, : FEW if label == BY_FEW else None])
    return Measure({"accuracy": or_guess(evaluate(config, met, params, running)[1], config)})


def _lopsided(data: Dataset) -> Dataset:
    """Return the data with all test points of class 0 and so few of class 1 that nine in ten are of class 0."""
    kept = np.array([_mostly(y) for y in data.y_test])
    rows = np.arange(len(kept))[:, None]
    return replace(data, x_test=data.x_test[rows, kept], y_test=data.y_test[rows, kept])


def _mostly(y: Array) -> list[int]:
    many, few = np.flatnonzero(y == 0).tolist(), np.flatnonzero(y == 1).tolist()
    return [*many, *few[: round(len(many) * (1 / SHARE - 1))]]


def _points(measured: Measured, of: str, than: str) -> Array:
    """Return by how many points of accuracy one case is better than another."""
    return 100 * more(measured, "accuracy", of=of, than=than)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    same, moved, mended = (float(np.median(measured[case].numbers["accuracy"])) for case in (SAME, MOVED, MENDED))
    if mended < moved - 0.02:
        return "worse"
    share = (mended - moved) / max(same - moved, 0.02)
    return "same" if share < 0.25 else "partly" if share < 0.75 else "whole"


LESSON = Lesson(
    name="covariate_shift",
    title="Covariate shift: new statistics for new inputs",
    minutes=6,
    idea="Covariate shift: the inputs in use are distributed otherwise than in training, though what they mean has not changed. "
    "Whoever learns roses from red ones alone meets roses of all colours later.",
    question="A network with BN has learned two moons. In use, all points come in moved to the right. You may compute BN's mean "
    "and variance again from the new points: no labels, and no weight is touched. What becomes of the accuracy?",
    answers=(
        Answer("same", "It hardly changes: the weights would have to learn again"),
        Answer("partly", "About half of the loss comes back"),
        Answer("whole", "Nearly all of the loss comes back"),
        Answer("worse", "It gets worse still"),
    ),
    truth=truth,
    cases=(
        Case(SAME, MOONS, "other"),
        Case(MOVED, AWAY, "warn"),
        Case(MENDED, AWAY, "bn"),
        Case(BY_FEW, AWAY, "bn"),
        Case(LOPSIDED, MOONS, "other"),
        Case(SPOILT, MOONS, "warn"),
        Case(PLAIN, ROSES.replace(norm="none"), "plain"),
        Case(COLOURS, ROSES, "warn"),
        Case(AFRESH, ROSES, "bn"),
    ),
    measure=measure,
    quantities={"accuracy": Quantity("accuracy on the new inputs", "share")},
    claims=(
        Claim("New statistics mend moons that were moved", lambda m: _points(m, MENDED, MOVED), 10, "points of accuracy"),
        Claim("The statistics of 32 points are enough for it", lambda m: _points(m, BY_FEW, MOVED), 10, "points of accuracy"),
        Claim(
            "Where nine in ten new points are of one class, new statistics do harm",
            lambda m: _points(m, LOPSIDED, SPOILT),
            5,
            "points of accuracy lost",
        ),
        Claim(
            "New statistics help with roses of all colours",
            lambda m: _points(m, AFRESH, COLOURS),
            5,
            "points of accuracy",
        ),
        Claim(
            "BN by itself, with the statistics of training, copes better with roses of all colours than the twin without BN",
            lambda m: _points(m, COLOURS, PLAIN),
            2,
            "points of accuracy",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture("strips", "accuracy", "Moons: every dot is one seed", cases=(SAME, MOVED, MENDED, BY_FEW, LOPSIDED, SPOILT)),
        Picture("strips", "accuracy", "Learned from red roses, asked about roses of all colours", cases=(PLAIN, COLOURS, AFRESH)),
    ),
    look="From moved to re-estimated the dots go up; from one class to one class, re-estimated they go down. It is the same "
    "remedy.",
    explanation=(
        "BN's running mean and variance belong to the inputs of training. If all inputs move, every layer subtracts the wrong "
        "mean, and the network answers as if it saw other points. Taking mean and variance from the new points puts that right. "
        "The first layer then subtracts the move, so no later layer notices it. A small sample without labels is enough.\n\n"
        "The remedy believes that a changed mean is always the inputs' fault. If instead one class has become common (label "
        "shift), the mean changes for a good reason: more points lie on that side. New statistics then push them back to the "
        "middle, over the boundary. A changed mean alone does not tell you which of the two has happened.\n\n"
        "The roses are a kind word of caution for the notes' example. There, re-estimating helps only in part, because the new "
        "colours are not the old ones moved. And BN by itself is no protection: with the statistics of training it does worse "
        "here than the twin without BN."
    ),
    why_not="With much noise the classes overlap, and there is less to win back. Where the network has not learned the moons in "
    "the first place, new statistics have nothing to restore.",
    remember="Re-estimate BN's statistics when the inputs have moved; not when the mixture of the classes has.",
    follow_up="Open it in the Playground and move the test shift: with how little does the accuracy begin to fall? Then choose "
    "exact statistics at inference: why do they not help? (They are those of the training set.)",
    experiment=Experiment(AWAY),
    knobs=("learning_rate", "activation", "noise"),
    sources=(
        Source("1603.04779", "Li and others 2016, adaptive BN"),
        Source("1502.03167", "Ioffe and Szegedy 2015"),
        Source("2105.07576", "Wu and Johnson 2021, which statistics to use"),
    ),
    seeds=8,
)
