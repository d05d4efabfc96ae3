"""Lesson: a batch of one, and a batch of two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import curve_of, final, more
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, Layout, RunConfig, load_data, train
from bncore.instruments import signals_of
from bncore.presets import PRESETS

__all__ = ["LESSON", "measure", "still", "truth"]

Array = NDArray[np.float64]
BASE = PRESETS["tiny-batches"].experiment.base
ONE, TWO, MANY, EXACT = "BN, 1", "BN, 2", "BN, 32", "BN, 2, exact"
PLAIN_ONE, PLAIN_TWO, LAYER_TWO = "no BN, 1", "no BN, 2", "layer norm, 2"
NEAR = 0.1
LOOKED_AT = 64


def measure(config: RunConfig, label: str) -> Measure:
    """Return how good the network became, how far its hidden weights went, and what BN leaves of a size."""
    history = train(config)
    return Measure(
        {"accuracy": final(history), "moved": _moved(history), "signs": _signs(history)},
        {"learning": curve_of(history)},
    )


def _moved(history: History) -> Array:
    """Return how far the hidden weights went from where they began, over the length of the first ones."""
    parts = [layer.parts["weight"] for layer in Layout.of(history.config).layers[:-1]]
    first, last = (np.concatenate([history.params[frame][:, part] for part in parts], axis=1) for frame in (0, -1))
    return np.asarray(np.linalg.norm(last - first, axis=1) / np.linalg.norm(first, axis=1), float)


def _signs(history: History) -> Array:
    """Return the share of what the first activation is given that is -1 or +1, give or take, in some first batches."""
    config = history.config
    size = config.batch_size
    x = load_data(config).x_train[:, : max(size, LOOKED_AT)]
    found = []
    for start in range(0, x.shape[1] - size + 1, size):
        layer = signals_of(config, history.params[0], history.running[0], x[:, start : start + size])[0]
        given = layer["y"] if "y" in layer else layer["z"]
        found.append(np.abs(np.abs(given) - 1.0) <= NEAR)
    return np.asarray(np.concatenate(found, axis=1).mean(axis=(1, 2)), float)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    one, two, many = (float(np.median(measured[label].numbers["accuracy"])) for label in (ONE, TWO, MANY))
    good = many - 0.1
    if one >= good:
        return "both" if two >= good else "one"
    return "two" if two >= good else "neither"


def still(measured: Measured) -> Array:
    """Return how far the twin's hidden weights went, in per cent; where BN's moved, less than 0."""
    bn, plain = (measured[label].numbers["moved"] for label in (ONE, PLAIN_ONE))
    return np.where(bn == 0.0, 100 * plain, -100 * bn)


LESSON = Lesson(
    name="tiny_batches",
    title="A batch of one, a batch of two",
    minutes=6,
    idea="Batch size matters: very small batches make BN less effective, since batch statistics become unreliable.",
    question="The smallest batches of all: one point, or two. With which of them does a network with BN still learn two circles?",
    answers=(
        Answer("neither", "With neither"),
        Answer("two", "With two points, but not with one"),
        Answer("one", "With one point, but not with two"),
        Answer("both", "With both"),
    ),
    truth=truth,
    cases=(
        Case(ONE, BASE.replace(batch_size=1), "bn"),
        Case(TWO, BASE, "bn"),
        Case(MANY, BASE.replace(batch_size=32), "bn"),
        Case(EXACT, BASE.replace(inference="exact"), "bn"),
        Case(PLAIN_ONE, BASE.replace(batch_size=1, norm="none"), "plain"),
        Case(PLAIN_TWO, BASE.replace(norm="none"), "plain"),
        Case(LAYER_TWO, BASE.replace(norm="layer"), "other"),
    ),
    measure=measure,
    quantities={
        "accuracy": Quantity("test accuracy at the end", "share"),
        "moved": Quantity("way of the hidden weights / length of the first ones"),
        "signs": Quantity("inputs of the first activation within 0.1 of -1 or +1", "share"),
        "learning": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "With batches of two, BN ends with a lower accuracy than its twin without it",
            lambda m: 100 * more(m, "accuracy", of=PLAIN_TWO, than=TWO),
            10,
            "points of accuracy lost",
        ),
        Claim(
            "With a batch of one, no hidden weight of the network with BN moves at all, while its twin's do",
            still,
            10,
            "per cent that the twin's hidden weights moved",
        ),
        Claim(
            "A batch of two leaves little but -1 and +1: far more of BN's outputs lie there than in a batch of 32",
            lambda m: 100 * more(m, "signs", of=TWO, than=MANY),
            30,
            "points more of all values",
        ),
        Claim(
            "Layer norm, which looks at one point at a time, learns from batches of two",
            lambda m: 100 * more(m, "accuracy", of=LAYER_TWO, than=TWO),
            10,
            "points of accuracy more",
        ),
        Claim(
            "Exact statistics at inference do not rescue batches of two: the twin without BN stays ahead",
            lambda m: 100 * more(m, "accuracy", of=PLAIN_TWO, than=EXACT),
            10,
            "points of accuracy behind",
        ),
    ),
    pictures=(
        Picture(
            "strips", "accuracy", "Test accuracy after the same number of updates, by points in a batch: every dot is one seed"
        ),
        Picture("strips", "moved", "How far the hidden weights went: with a batch of one, nowhere"),
        Picture("strips", "signs", "How much of what the activation is given is just -1 or +1", cases=(ONE, TWO, MANY)),
    ),
    look="Half of the points lie on each circle, so 50 % is guessing. All green cases have BN: they differ in the size of the "
    "batch, and one of them in the statistics at inference (exact).",
    explanation=(
        "One point is its own mean. So z minus the mean is 0 for every unit, whatever the point: every point looks the same, and "
        "no gradient reaches the weights below. The output layer and the last hidden layer's beta still learn, but there is "
        "nothing to tell apart.\n\n"
        "Two points stand at the same distance on either side of their mean, d above and d below. BN turns this into "
        "plus and minus d / sqrt(d^2 + eps), which is close to plus and minus 1 unless d is tiny. How far apart they were is gone. "
        "Only which of them is the larger one is left, and that changes with the partner.\n\n"
        "At inference the running statistics give each point its size back, but the layers above have never seen such values. "
        "Exact statistics of the whole training set do not help: the weights themselves were learned from plus and minus 1."
    ),
    why_not=(
        "An eps as large as the variance lets some of the size through again. And where it is enough to know "
        "which of two points is larger, as with two blobs on either side of a straight line, a batch of two can do."
    ),
    remember="With one point in a batch BN has nothing to say, with two points only which is larger. Use another normaliser there.",
    follow_up="Open it in the Playground and raise the batch size step by step: 4, 8, 16. When does BN catch up with its twin?",
    experiment=Experiment(
        BASE,
        (Arm("with BN"), Arm("without", (("norm", "none"),)), Arm("layer norm", (("norm", "layer"),))),
    ),
    knobs=("learning_rate", "eps", "activation"),
    sources=(
        Source("1803.08494", "Wu and He 2018: group normalization, and what small batches do to BN"),
        Source("1702.03275", "Ioffe 2017: batch renormalization, for small batches"),
    ),
)
