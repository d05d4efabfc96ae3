"""Lesson: batches that hold one class each."""

from __future__ import annotations

import numpy as np

from app.lessons.measuring import curve_of, final, more, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, RunConfig, load_data, train
from bncore.instruments import gap
from bncore.presets import PRESETS

__all__ = ["LESSON", "measure", "truth"]

SORTED = PRESETS["one-class-batches"].experiment.base
MIXED = SORTED.replace(batches="shuffled")
BN_MIXED, BN, RENORM, MOONS = "BN, mixed", "BN, sorted", "renorm, sorted", "BN, sorted, moons"
LAYER_MIXED, LAYER, PLAIN = "layer norm, mixed", "layer norm, sorted", "no BN, sorted"
UNHARMED = 5
"""Points of accuracy that layer norm may lose and still count as unharmed."""


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network is on new points, and how good training mode makes it look."""
    history = train(config)
    seen = gap(config, load_data(config), history.params[-1], history.running[-1]).batches
    return Measure(
        {"accuracy": final(history), "seen": or_guess(seen.accuracy, config)},
        {"learning": curve_of(history)},
    )


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    bn, layer, mixed = (float(np.median(measured[label].numbers["accuracy"])) for label in (BN, LAYER, BN_MIXED))
    if mixed - layer > 0.1:
        return "both" if mixed - bn > 0.1 else "layer"
    return "bn" if mixed - bn > 0.1 else "none"


LESSON = Lesson(
    name="sorted_batches",
    title="Batches sorted by class",
    minutes=6,
    idea="BN might be harmful when the batch statistics do not represent the full data distribution well.",
    question=(
        "Somebody forgot to shuffle: every batch holds points of one circle only, and these batches come in random order. "
        "Who is harmed?"
    ),
    answers=(
        Answer("none", "Nobody: over an epoch the points are the same"),
        Answer("bn", "BN, but not layer norm"),
        Answer("layer", "Layer norm, but not BN"),
        Answer("both", "Both, for such batches are bad for every network"),
    ),
    truth=truth,
    cases=(
        Case(BN_MIXED, MIXED, "bn"),
        Case(BN, SORTED, "warn"),
        Case(LAYER_MIXED, MIXED.replace(norm="layer"), "other"),
        Case(LAYER, SORTED.replace(norm="layer"), "other"),
        Case(PLAIN, SORTED.replace(norm="none"), "plain"),
        Case(RENORM, SORTED.replace(norm="renorm"), "other"),
        Case(MOONS, SORTED.replace(dataset="moons"), "warn"),
    ),
    measure=measure,
    quantities={
        "accuracy": Quantity("test accuracy at the end", "share"),
        "seen": Quantity("accuracy in training mode, on batches as in training", "share"),
        "learning": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "With BN, batches of one class each end in a lower accuracy than mixed ones",
            lambda m: 100 * more(m, "accuracy", of=BN_MIXED, than=BN),
            10,
            "points of accuracy lost",
        ),
        Claim(
            f"Layer norm is unharmed: it loses less than {UNHARMED} points of accuracy",
            lambda m: UNHARMED - 100 * more(m, "accuracy", of=LAYER_MIXED, than=LAYER),
            1,
            f"points to spare of the {UNHARMED}",
        ),
        Claim(
            "Batch renormalization, which corrects towards the running statistics, keeps more than BN",
            lambda m: 100 * more(m, "accuracy", of=RENORM, than=BN),
            10,
            "points of accuracy more",
        ),
        Claim(
            "On two moons training mode looks far better than inference is: the batch gives the class away",
            lambda m: 100 * (m[MOONS].numbers["seen"] - m[MOONS].numbers["accuracy"]),
            10,
            "points of accuracy apart",
        ),
    ),
    pictures=(
        Picture("strips", "accuracy", "Test accuracy: every dot is one seed"),
        Picture("strips", "seen", "The same networks in training mode, on batches as in training"),
        Picture(
            "curves", "learning", "Test accuracy over training: median and the middle 80 % of seeds", "epoch",
            cases=(BN_MIXED, BN, LAYER, PLAIN),
        ),
    ),
    look=(
        "50 % is guessing. Compare mixed with sorted, for BN and for layer norm. Then look at the second picture: on circles the "
        "sorted network is lost in training mode, too; on moons it looks perfect there, and is not."
    ),
    explanation=(
        "BN subtracts the mean of the batch and divides by its standard deviation. If a batch holds one circle only, then it is "
        "this circle's own mean and size that are taken away. What is left of the inner and of the outer circle looks alike: "
        "BN has removed the very thing that tells them apart.\n\n"
        "Two moons differ in shape as well. There the network can find out which class the whole batch has, and answers for all "
        "its points at once. Training mode looks perfect. In inference mode there is one set of statistics for all points, a "
        "mixture that no batch of training ever had, and the trick is worth little.\n\n"
        "Layer norm computes mean and variance over the units of one point. It does not know who else is in the batch, so "
        "sorting changes nothing in what it computes; only the order of the updates changes. Settings: Keras's momentum 0.9, eps "
        "0.001, variances divided by n."
    ),
    why_not=(
        "Where batches are so large that an epoch has only one of each class, every network learns worse from sorted batches, "
        "layer norm included: then the updates themselves pull to and fro."
    ),
    remember="BN assumes that each batch is a fair sample of the data. Shuffle, or use a normaliser that looks at one point.",
    follow_up="Open it in the Playground and switch Batches from one class to shuffled. Then sort again, and try group norm.",
    experiment=Experiment(
        SORTED,
        (
            Arm("BN, sorted"), Arm("BN, mixed", (("batches", "shuffled"),)), Arm("layer norm, sorted", (("norm", "layer"),)),
            Arm("without, sorted", (("norm", "none"),)),
        ),
    ),
    knobs=("learning_rate", "batch_size", "hidden"),
    sources=(
        Source("1702.03275", "Ioffe 2017: batch renormalization, for batches that are not a fair sample"),
        Source("2105.07576", "Wu and Johnson 2021: Rethinking 'Batch' in BatchNorm"),
    ),
    answers_to=(
        "Thought question 1: when might batch normalization be harmful? When a batch does not stand for the data, as here: "
        "its statistics then take away what is to be learned, or give it away."
    ),
)  # fmt: skip
