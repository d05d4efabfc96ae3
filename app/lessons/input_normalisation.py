"""Lesson: standardised inputs against raw ones, and whether BN replaces standardising."""

from __future__ import annotations

import numpy as np

from app.lessons.measuring import Array, curve_of, fewer, final, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, epochs_to, exact_statistics, load_data, train
from bncore.bowl import bowl_of
from bncore.evaluate import evaluate

__all__ = ["LESSON", "measure", "truth"]

RAW, RAW_BN = "raw", "raw, with BN"
STANDARD, STANDARD_BN = "standardised", "standardised, with BN"
BASE = RunConfig(dataset="students")
GOAL = 0.9


def measure(config: RunConfig, label: str) -> Measure:
    """Return how soon 90 % is reached, where it ends, with exact statistics too, and how long a linear model's bowl is."""
    history, data = train(config), load_data(config)
    params = history.params[-1]
    exact = evaluate(config, data, params, exact_statistics(config, params, data.x_train))[1]
    condition = [bowl_of(x, y).condition for x, y in zip(data.x_train, data.y_train, strict=True)]
    return Measure(
        {
            "epochs": epochs_to(history, GOAL), "accuracy": final(history), "exact": or_guess(exact, config),
            "condition": np.array(condition),
        },
        {"course": curve_of(history)},
    )  # fmt: skip


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    raw, raw_bn, standard = (float(np.median(measured[case].numbers["epochs"])) for case in (RAW, RAW_BN, STANDARD))
    if raw_bn < 1.5 * standard:
        return "replaces"
    return "none" if np.isinf(raw_bn) or raw_bn >= raw else "helps"


def _longer(measured: Measured) -> Array:
    """Return how many times longer the raw features make the bowl, in powers of ten."""
    return np.asarray(np.log10(measured[RAW].numbers["condition"] / measured[STANDARD].numbers["condition"]), float)


LESSON = Lesson(
    name="input_normalisation",
    title="Standardise the inputs: can BN do it instead?",
    minutes=5,
    idea="Inputs that are not normalised stretch the contours of the loss, so the learning rate must be low. Normalised inputs "
    "make them round. BN does the same between the layers.",
    question="A network is to tell who is placed from CGPA (5 to 10) and IQ (70 to 145). The raw inputs go in, and every hidden "
    "layer has BN. Do you still have to standardise?",
    answers=(
        Answer("replaces", "No: with BN the raw inputs are learned about as soon"),
        Answer("helps", "Yes: BN helps much with raw inputs, but stays clearly behind"),
        Answer("none", "Yes: on raw inputs BN is no help at all"),
    ),
    truth=truth,
    cases=(
        Case(RAW, BASE.replace(norm="none"), "plain"),
        Case(RAW_BN, BASE, "bn"),
        Case(STANDARD, BASE.replace(norm="none", standardize=True), "plain"),
        Case(STANDARD_BN, BASE.replace(standardize=True), "bn"),
    ),
    measure=measure,
    quantities={
        "epochs": Quantity("epochs to 90 %", "count"),
        "accuracy": Quantity("test accuracy at the end", "share"),
        "exact": Quantity("test accuracy at the end, with exact statistics (of the training set)", "share"),
        "condition": Quantity("condition number of a linear model", "log"),
        "course": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "Without BN, standardised inputs are learned sooner than raw ones",
            lambda m: fewer(m, "epochs", than=RAW, of=STANDARD),
            10,
            "epochs fewer",
        ),
        Claim(
            "BN learns raw inputs that the twin without it does not",
            lambda m: fewer(m, "epochs", than=RAW, of=RAW_BN),
            10,
            "epochs fewer",
        ),
        Claim(
            "BN does not replace standardising: raw inputs with BN come after standardised ones without",
            lambda m: fewer(m, "epochs", than=RAW_BN, of=STANDARD),
            10,
            "epochs fewer",
        ),
        Claim(
            "With BN on raw inputs the running statistics lag: exact ones answer better",
            lambda m: 100 * (m[RAW_BN].numbers["exact"] - m[RAW_BN].numbers["accuracy"]),
            5,
            "points of accuracy",
        ),
        Claim("Raw features stretch the bowl of a linear model", _longer, 3, "powers of ten"),
        Claim(
            "On standardised inputs, too, BN is sooner",
            lambda m: fewer(m, "epochs", than=STANDARD, of=STANDARD_BN),
            1,
            "epochs fewer",
            expected="mixed",
        ),
    ),
    pictures=(
        Picture("curves", "course", "Test accuracy: median and the middle 80 % of seeds", "epoch"),
        Picture("strips", "epochs", "Epochs to 90 %: every dot is one seed"),
        Picture(
            "strips", "condition", "How long the bowl of a linear model is: longest over shortest curvature", cases=(RAW, STANDARD)
        ),
    ),
    look="Compare the two lines with BN, then find the line that never leaves one half.",
    explanation=(
        "IQ lies near 107 and CGPA near 7.5, so the first layer is swamped by one large number that hardly varies. The loss of a "
        "linear model has the shape of a very long valley: a learning rate that is safe across it hardly moves along it. "
        "Subtracting the mean and dividing by the standard deviation makes the valley a round bowl.\n\n"
        "BN before the activation subtracts the mean of each unit's sum and divides by its spread. That removes the swamping, "
        "and the raw inputs can be learned. But it works on the sums, not on each feature: inside a sum IQ still outweighs CGPA, "
        "until the weights have made up for it.\n\n"
        "There is a second price. With raw inputs a small change of a weight moves the mean of the sum far, and the running "
        "statistics (BN momentum 0.9, the weight of the old value) come after it. The weights are then good, and inference "
        "answers with statistics that are out of date: compare the accuracy with exact statistics. So standardise the inputs, "
        "and use BN for what happens further in."
    ),
    why_not="With Adam every weight has a step length of its own, so the raw inputs with BN come closer. With a "
    "learning rate some ten times smaller the standardised ones without BN are too slow themselves, and raw ones with BN come "
    "first; only with a far smaller one does nobody learn in time.",
    remember="Standardise the inputs first. At a usual learning rate BN softens bad scales, but does not replace that.",
    follow_up="Open it in the Playground and follow the test accuracy with BN: why does it jump up and down? Then set the "
    "statistics at inference to exact, and last tick the box that standardises the inputs.",
    experiment=Experiment(BASE),
    knobs=("learning_rate", "optimizer", "activation"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"),),
    seeds=8,
)
