"""Lesson: training mode and inference mode disagree when the running statistics lag."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import curve_of, fewer, final, more, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, RunConfig, load_data, train
from bncore.instruments import gap

__all__ = ["LESSON", "measure", "truth"]

Array = NDArray[np.float64]
BASE = RunConfig(dataset="moons", noise=0.1, hidden=(16, 16), learning_rate=0.3, epochs=30)
QUICK, KERAS, SLOW, PRECISE = "decay 0.9", "decay 0.99", "decay 0.999", "precise BN"
EARLY = 5
"""Epochs after which training is stopped for a first look."""


def measure(config: RunConfig, label: str) -> Measure:
    """Return the accuracy on the training points in both modes, early and at the end."""
    history = train(config)
    early, late = _accuracies(history, min(EARLY, config.total_epochs)), _accuracies(history, config.total_epochs)
    return Measure(
        {
            "training": early[0], "inference": early[1], "lag": early[0] - early[1], "lag_at_end": late[0] - late[1],
            "test": final(history),
        },
        {"test_accuracy": curve_of(history)},
    )  # fmt: skip


def _accuracies(history: History, epochs: int) -> tuple[Array, Array]:
    """Return the accuracy after so many epochs in training mode, batch by batch, and in inference mode."""
    config = history.config
    frame = int(np.searchsorted(history.frame_step, epochs * config.steps_per_epoch, side="right")) - 1
    found = gap(config, load_data(config), history.params[frame], history.running[frame])
    return or_guess(found.batches.accuracy, config), or_guess(found.inference.accuracy, config)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    training, inference = (float(np.median(measured[KERAS].numbers[name])) for name in ("training", "inference"))
    apart = 100 * (training - inference)
    return "better" if apart < -1 else "same" if apart < 3 else "worse" if apart < 30 else "guessing"


LESSON = Lesson(
    name="two_modes",
    title="Training mode and inference mode disagree",
    minutes=7,
    idea=(
        "During inference BN uses moving averages of the mean and the variance that were collected in training: "
        "running = momentum * running + (1 - momentum) * batch."
    ),
    question=(
        "Keras's default is a momentum of 0.99. Training is stopped after 5 epochs of 13 updates each. In training mode the "
        "network is nearly always right. How does it do in inference mode, on the very same points?"
    ),
    answers=(
        Answer("better", "Better: averages are less noisy"),
        Answer("same", "The same, within 3 points of accuracy"),
        Answer("worse", "Clearly worse, by 3 to 30 points"),
        Answer("guessing", "It is guessing"),
    ),
    truth=truth,
    cases=(
        Case(QUICK, BASE, "bn"),
        Case(KERAS, BASE.replace(bn_momentum=0.99), "other"),
        Case(SLOW, BASE.replace(bn_momentum=0.999), "warn"),
        Case(PRECISE, BASE.replace(bn_momentum=0.999, inference="exact"), "plain"),
    ),
    measure=measure,
    quantities={
        "training": Quantity("accuracy in training mode after 5 epochs", "share"),
        "inference": Quantity("accuracy in inference mode after 5 epochs", "share"),
        "lag": Quantity("accuracy lost in inference mode after 5 epochs", "share"),
        "lag_at_end": Quantity("accuracy lost in inference mode at the end", "share"),
        "test": Quantity("test accuracy at the end", "share"),
        "test_accuracy": Quantity("test accuracy in inference mode", "share"),
    },
    claims=(
        Claim(
            "At decay 0.99 and after 5 epochs, the network is less accurate in inference mode than in training mode",
            lambda m: 100 * m[KERAS].numbers["lag"],
            3,
            "points of accuracy lost",
        ),
        Claim(
            "A higher decay loses more: 0.999 against 0.9",
            lambda m: 100 * fewer(m, "lag", than=SLOW, of=QUICK),
            5,
            "points of accuracy more",
        ),
        Claim(
            "Precise BN cures it without touching a weight: statistics of the whole training set instead of running ones",
            lambda m: 100 * more(m, "inference", of=PRECISE, than=SLOW),
            5,
            "points of accuracy won back",
        ),
        Claim(
            "More updates cure it too: at decay 0.99 less is lost at the end than after 5 epochs",
            lambda m: 100 * (m[KERAS].numbers["lag"] - m[KERAS].numbers["lag_at_end"]),
            3,
            "points of accuracy",
        ),
    ),
    pictures=(
        Picture("curves", "test_accuracy", "Test accuracy in inference mode: median and the middle 80 % of seeds", "epoch"),
        Picture("strips", "lag", "What inference mode loses after 5 epochs: every dot is one seed"),
        Picture("strips", "lag_at_end", "What it loses at the end of training"),
    ),
    look=(
        "All four networks have the same weights at every moment: the decay changes no update. They differ only in what inference "
        "normalises by. Follow how late the higher decays arrive."
    ),
    explanation=(
        "The running statistics begin at mean 0 and variance 1. Every update lets in a share of 1 - decay of the new batch, so "
        "they look back over about 1 / (1 - decay) updates: 10, 100 or 1000. Training that is shorter than this leaves the start "
        "inside them, and while the weights still move quickly, they describe a network that no longer exists. Where they do keep "
        "up, inference mode is even a little better than training mode, for its statistics are not those of a few points only.\n\n"
        "The loss in training says nothing of this, for training mode uses the statistics of each batch. Only a look in inference "
        "mode shows it. It often looks like bad luck or overfitting, but it is found on the training points as well.\n\n"
        "Precise BN runs the training set once more through the finished network and takes mean and variance from it. No weight "
        "moves. Here decay is Keras's momentum, the share of the old value that is kept (PyTorch's momentum is 1 minus it); eps is "
        "0.001, and variances are divided by n."
    ),
    why_not=(
        "With smaller batches an epoch has more updates, so the statistics arrive sooner. With a smaller learning rate the weights "
        "move less between updates, so that old statistics are less wrong."
    ),
    remember="A decay of d looks back over about 1 / (1 - d) updates. If training was not much longer, re-estimate the statistics.",
    follow_up="Open it in the Playground, stop the time at epoch 5 and switch between inference, this batch, and exact statistics.",
    experiment=Experiment(
        BASE.replace(bn_momentum=0.999),
        (
            Arm(SLOW), Arm(KERAS, (("bn_momentum", 0.99),)), Arm(QUICK, (("bn_momentum", 0.9),)),
            Arm(PRECISE, (("inference", "exact"),)),
        ),
    ),
    knobs=("batch_size", "learning_rate", "eps"),
    sources=(
        Source("1502.03167", "Ioffe and Szegedy 2015: inference with moving averages"),
        Source("2105.07576", "Wu and Johnson 2021: Rethinking 'Batch' in BatchNorm, on precise BN"),
    ),
)  # fmt: skip
