"""Lesson: the notes' own experiment, 60 % accuracy at about 20 against about 80 epochs."""

from __future__ import annotations

import time

from app.lessons.measuring import curve_of, fewer, rises, times
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import RunConfig, epochs_to, train
from bncore.presets import PRESETS

__all__ = ["LESSON", "measure", "truth"]

WITH, WITHOUT = "with BN", "without BN"
EXPERIMENT = PRESETS["notes"].experiment
GOAL, HELD = 0.6, 5


def measure(config: RunConfig, label: str) -> Measure:
    """Return how long it took to 60 %, in epochs, updates and seconds, and how smooth the way was."""
    begin = time.perf_counter()
    history = train(config)
    pace = (time.perf_counter() - begin) / config.total_epochs / config.seeds
    epochs, held = epochs_to(history, GOAL), epochs_to(history, GOAL, sustained=HELD)
    each = config.steps_per_epoch
    return Measure(
        {
            "epochs": epochs, "sustained": held, "updates": epochs * each, "sustained updates": held * each,
            "seconds": epochs * pace, "sustained seconds": held * pace, "rises": rises(history),
        },
        {"accuracy": curve_of(history)},
    )  # fmt: skip


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    ratio = times(measured, "epochs", of=WITHOUT, per=WITH)
    return "same" if ratio < 1.5 else "some" if ratio < 2.5 else "much"


LESSON = Lesson(
    name="faster",
    title="Faster, on the notes' own data",
    minutes=5,
    idea="With batch normalization the notes' network reaches 60 % accuracy at about 20 epochs, without it at about 80.",
    question="Two networks, the same data and the same initial weights. How much sooner does the one with BN reach 60 %?",
    answers=(
        Answer("same", "Hardly sooner: under 1.5 times"),
        Answer("some", "About twice as soon"),
        Answer("much", "More than 2.5 times as soon"),
    ),
    truth=truth,
    cases=(
        Case(WITH, EXPERIMENT.base, "bn"),
        Case(WITHOUT, EXPERIMENT.base.replace(norm="none"), "plain"),
    ),
    measure=measure,
    quantities={
        "epochs": Quantity("epochs to 60 %", "count"),
        "updates": Quantity("updates to 60 %", "count"),
        "seconds": Quantity("seconds to 60 %, a seed", "number", clock=True),
        "sustained": Quantity("epochs to 60 %, held for 5 epochs", "count"),
        "sustained updates": Quantity("updates to 60 %, held for 5 epochs", "count"),
        "sustained seconds": Quantity("seconds to 60 %, held for 5 epochs, a seed", "number", clock=True),
        "rises": Quantity("epochs in which the training loss rises", "share"),
        "accuracy": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "BN reaches 60 % in fewer epochs",
            lambda m: fewer(m, "epochs", than=WITHOUT, of=WITH),
            10,
            "epochs fewer",
            expected="mixed",
        ),
        Claim(
            "The training loss rises in fewer epochs with BN",
            lambda m: 100 * fewer(m, "rises", than=WITHOUT, of=WITH),
            1,
            "points fewer epochs with a rise",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture("pairs", "epochs", "Epochs to 60 %: every dot is one seed", cases=(WITHOUT, WITH)),
        Picture("curves", "accuracy", "Test accuracy: median and the middle 80 % of seeds", "epoch"),
    ),
    look="Dots below the diagonal are seeds in which BN came first. They scatter widely: one pair of runs tells next to nothing.",
    explanation=(
        "The notes' numbers are true of the median over many seeds. A network of five neurons depends much on how it begins: some "
        "starts have 60 % at once, others never get there, with BN or without.\n\n"
        "Sooner is not smoother. With BN the training loss rises in more epochs, not in fewer. The lag of the running statistics "
        "is not the cause: with exact ones it is nearly the same. A smaller learning rate makes the rises rarer, with all that "
        "this costs in speed.\n\n"
        "An update with BN costs more time, because mean and variance are computed and differentiated; so the advantage in "
        "seconds is smaller than in epochs."
    ),
    why_not="With a larger learning rate or a wider network both are there within a few epochs, and nothing is left to gain.",
    remember="BN often learns sooner. How much sooner is a matter of many seeds, never of one pair of runs.",
    follow_up="Open it in the Playground, and choose another seed a few times: find one in which BN loses.",
    experiment=EXPERIMENT,
    knobs=("learning_rate", "batch_size", "activation"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015"),),
    seeds=32,
    told=("epochs", "updates", "seconds", "sustained", "sustained updates", "sustained seconds"),
)
