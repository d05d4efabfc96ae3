"""Lesson: BN as a regulariser, through the jitter of batch-mates, and what dropout does beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import fewer, final
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, RunConfig, load_data, train
from bncore.instruments import jitter

__all__ = ["LESSON", "measure", "truth"]

Array = NDArray[np.float64]
BASE = RunConfig(
    dataset="moons", noise=0.35, samples=400, test_fraction=0.75, hidden=(32, 32), optimizer="adam", learning_rate=0.01,
    epochs=None, steps=800,
)  # fmt: skip
SIZES = (5, 10, 25, 100)
BN, PLAIN, DROPOUT = "BN", "neither", "dropout 0.3"
KINDS = {
    BN: ("bn", BASE),
    PLAIN: ("plain", BASE.replace(norm="none")),
    DROPOUT: ("other", BASE.replace(norm="none", dropout=0.3)),
}
POINTS, DRAWS = 8, 25
LEARNED = 0.9
NOTHING = 3
"""Points of accuracy: a gap that closes by less is not closed at all."""


def measure(config: RunConfig, label: str) -> Measure:
    """Return accuracy on training and test points, how far they are apart, and how much batch-mates move an answer."""
    history = train(config)
    train_accuracy, test_accuracy = final(history, "train_accuracy"), final(history)
    return Measure(
        {
            "gap": train_accuracy - test_accuracy, "test": test_accuracy, "train": train_accuracy,
            "test_loss": final(history, "test_loss"), "flips": _flips(history), "updates": _updates(history),
        }
    )  # fmt: skip


def _flips(history: History) -> Array:
    """Return how often the class of a training point is not its most frequent one, over random batch-mates."""
    config = history.config
    data = load_data(config)
    found = [jitter(config, data, history.params[-1], history.running[-1], point, draws=DRAWS).flips for point in range(POINTS)]
    return np.asarray(np.mean(found, axis=0), float)


def _updates(history: History) -> Array:
    """Return the updates to 90 % of the training points right; infinite if never."""
    there = np.asarray(history.train_accuracy) >= LEARNED
    return np.where(there.any(axis=0), history.eval_step[there.argmax(axis=0)].astype(float), np.inf)


def _at(kind: str, size: int) -> str:
    """Return the label of a case."""
    return f"{kind}, {size}"


def _gaps(measured: Measured, more: str, less: str) -> Array:
    """Return by how much one case is further apart on training and test points than another, in points of accuracy."""
    return 100 * fewer(measured, "gap", than=more, of=less)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    small, whole = (float(np.median(_gaps(measured, _at(DROPOUT, size), _at(BN, size)))) > 0 for size in (10, 100))
    if small == whole:
        return "bn" if small else "dropout"
    return "bn_small" if small else "bn_whole"


LESSON = Lesson(
    name="regulariser",
    title="BN as a regulariser",
    minutes=8,
    idea="BN adds slight noise, since it computes with batches. It reduces overfitting, though not as strongly as dropout.",
    question=(
        "A network overfits 100 noisy points. Which narrows the gap between training and test accuracy more, BN or dropout 0.3: in "
        "batches of 10, and with all 100 points as one batch?"
    ),
    answers=(
        Answer("dropout", "Dropout, both times"),
        Answer("bn", "BN, both times"),
        Answer("bn_small", "BN in batches of 10, dropout with one batch"),
        Answer("bn_whole", "Dropout in batches of 10, BN with one batch"),
    ),
    truth=truth,
    cases=tuple(
        Case(_at(kind, size), config.replace(batch_size=size), role, kind, size)
        for kind, (role, config) in KINDS.items()
        for size in SIZES
    ),
    measure=measure,
    quantities={
        "gap": Quantity("training less test accuracy", "share"),
        "test": Quantity("test accuracy", "share"),
        "train": Quantity("training accuracy", "share"),
        "test_loss": Quantity("test loss, nats", "log"),
        "flips": Quantity("answers that change class with the batch-mates", "share"),
        "updates": Quantity("updates to 90 % of the training points right", "count"),
    },
    claims=(
        Claim(
            "In batches of 10, training and test accuracy are closer together with BN than without",
            lambda m: _gaps(m, _at(PLAIN, 10), _at(BN, 10)),
            2,
            "points closer",
        ),
        Claim(
            "It comes from the batch-mates: in batches of 10 they change more answers than in one batch of all",
            lambda m: 100 * fewer(m, "flips", than=_at(BN, 10), of=_at(BN, 100)),
            2,
            "points more answers change class",
        ),
        Claim(
            f"With all points as one batch, BN closes less than {NOTHING} points of the gap",
            lambda m: NOTHING - _gaps(m, _at(PLAIN, 100), _at(BN, 100)),
            1,
            f"points to spare of the {NOTHING}",
        ),
        Claim(
            "There dropout closes more of it: BN is no replacement for dropout",
            lambda m: _gaps(m, _at(BN, 100), _at(DROPOUT, 100)),
            2,
            "points closer with dropout",
        ),
        Claim(
            "In batches of 10, too, dropout 0.3 closes more of the gap than BN",
            lambda m: _gaps(m, _at(BN, 10), _at(DROPOUT, 10)),
            1,
            "points closer with dropout",
            expected="does not hold",
        ),
        Claim(
            "Where BN regularises nothing, with one batch of all, it still learns in fewer updates",
            lambda m: fewer(m, "updates", than=_at(PLAIN, 100), of=_at(BN, 100)),
            10,
            "updates fewer",
        ),
    ),
    pictures=(
        Picture("sweep", "gap", "Training less test accuracy, by batch size", "points in a batch", x_log=True),
        Picture(
            "sweep", "flips", "How many answers depend on the batch-mates", "points in a batch", x_log=True,
            cases=tuple(_at(BN, size) for size in SIZES),
        ),
        Picture("sweep", "test", "Test accuracy, by batch size", "points in a batch", x_log=True),
    ),
    look=(
        "The lower, the less overfitting. Follow the line of BN from small batches to one batch of all points, and see where it "
        "meets the line without BN. The second picture shows what fades away meanwhile."
    ),
    explanation=(
        "In training a point is normalised together with its batch-mates, and these are others each time. So its answer jitters, "
        "and the network cannot rely on the exact place of one point. Smaller batches jitter more. With all points as one batch "
        "the mates are always the same: no jitter, and nothing of the regularisation is left.\n\n"
        "So how strong BN is as a regulariser is a matter of the batch size, which is chosen for other reasons. The notes call "
        "it weaker than dropout. Against dropout 0.3, the only rate tried here, that is true of large batches; at 25 points they "
        "tie, and in smaller ones it is the other way round. At 5 points BN disturbs so much that the test accuracy falls "
        "again.\n\n"
        "Mind the line without BN: small batches alone overfit less, too, for all cases have the same number of updates, and so "
        "fewer passes over the data. Only the distance between two lines at one batch size tells what BN does. Settings: Adam, "
        "Keras's momentum 0.9, eps 0.001."
    ),
    why_not=(
        "With little noise in the data, or a short training, there is nothing to overfit and no gap to close. With a large "
        "learning rate the steps themselves jitter, and regularise without BN."
    ),
    remember="BN regularises through its batch-mates: more in small batches, not at all in one batch of all. It is a side effect.",
    follow_up="Open it in the Playground and raise the batch size: when does BN's boundary begin to wind around single points?",
    experiment=Experiment(
        BASE.replace(batch_size=10),
        (Arm(BN), Arm(PLAIN, (("norm", "none"),)), Arm(DROPOUT, (("norm", "none"), ("dropout", 0.3)))),
    ),
    knobs=("learning_rate", "noise", "activation"),
    sources=(
        Source("1502.03167", "Ioffe and Szegedy 2015: BN regularises, and dropout can be reduced"),
        Source("1809.00846", "Luo et al. 2018: Towards understanding regularization in batch normalization"),
    ),
    answers_to=(
        "Misconception 1: BN is not just for regularisation. Here it learns in fewer updates even where nothing of its "
        "regularisation is left, and that depends on the batch size."
    ),
)  # fmt: skip
