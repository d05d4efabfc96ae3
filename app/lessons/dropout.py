"""Lesson: batch normalization with dropout: the variance that shifts, where to drop, and how much is still needed."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.lessons import regulariser
from app.lessons.measuring import fewer, final, more, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, Layout, RunConfig, exact_statistics, load_data, train
from bncore.evaluate import evaluate

__all__ = ["LESSON", "after", "measure", "noisy", "shift_of", "truth"]

Array = NDArray[np.float64]
BASE = RunConfig(hidden=(64, 64, 64), learning_rate=0.1, epochs=30)
OVERFIT = regulariser.BASE
RATES = (0.1, 0.3, 0.5, 0.7)
AFTER, BEFORE, AHEAD = "dropped after BN", "just before BN, 0.5", "BN ahead of all, 0.5"
FEW, WHOLE = 10, 100
DROPPED = 0.3
NEAR = 10
"""Per cent by which a variance may be off and still be called right."""


def after(rate: float) -> str:
    """Return the label of the case that drops this share of what every layer hands on.

    Examples
    --------
    >>> after(0.5)
    'dropped after BN, 0.5'
    """
    return f"{AFTER}, {rate:g}"


def noisy(size: int, dropped: bool) -> str:
    """Return the label of a case that overfits noisy points, in batches of a size.

    Examples
    --------
    >>> noisy(10, True), noisy(100, False)
    ('BN and dropout, 10', 'BN, 100')
    """
    return f"{'BN and dropout' if dropped else 'BN'}, {size}"


def measure(config: RunConfig, label: str) -> Measure:
    """Return how far the remembered variance is from that of inference, and how good the network is with either."""
    history = train(config)
    data, params = load_data(config), history.params[-1]
    exact = exact_statistics(config, params, data.x_train)
    with np.errstate(all="ignore"):
        mended = or_guess(evaluate(config, data, params, exact)[1], config)
    return Measure(
        {
            "shift": shift_of(history, exact), "accuracy": final(history), "mended": mended,
            "won": mended - final(history), "loss": final(history, "test_loss"),
        }
    )  # fmt: skip


def shift_of(history: History, exact: Array) -> Array:
    """Return the running variance over that of inference, the last normalised layer's median over its units, a number a seed."""
    layout = Layout.of(history.config)
    pairs = zip(layout.statistics(history.running[-1]), layout.statistics(exact), strict=True)
    found = [np.median(running.var / true.var, axis=(1, 2)) for running, true in pairs if running is not None and true is not None]
    return np.asarray(found[-1], float)


def _too_large(measured: Measured, label: str) -> Array:
    """Return by how many per cent the remembered variance is too large."""
    return 100 * (measured[label].numbers["shift"] - 1)


def _less_loss(measured: Measured, size: int, of: str, than: str) -> Array:
    """Return by how many per cent the test loss of one of the noisy cases lies below that of the other."""
    losses = {name: measured[noisy(size, name == "both")].numbers["loss"] for name in (of, than)}
    return 100 * (1 - losses[of] / losses[than])


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    found, mended = (float(np.median(measured[BEFORE].numbers[name])) for name in ("accuracy", "mended"))
    if found >= mended - 0.05:
        return "fine"
    return "some" if found >= 0.7 else "guessing"


LESSON = Lesson(
    name="dropout",
    title="BN together with dropout",
    minutes=8,
    idea=(
        "BN does not replace other techniques: you still need dropout. But should you reduce dropout when using BN, given its mild "
        "regularising effect?"
    ),
    question=(
        "A network learns two circles. In training, half of what goes into every BN is dropped; in inference nothing is, and BN "
        "uses its running statistics. How does it do on test points, compared with the same weights and freshly taken statistics?"
    ),
    answers=(
        Answer("fine", "As well, within 5 points of accuracy"),
        Answer("some", "Worse, but it gets 70 % right or more"),
        Answer("guessing", "Worse, and it gets fewer than 70 % right"),
    ),
    truth=truth,
    cases=(
        *(Case(after(rate), BASE.replace(dropout=rate), "bn", AFTER, rate) for rate in RATES),
        Case(BEFORE, BASE.replace(dropout=0.5, dropout_place="before"), "warn", "just before BN", 0.5),
        Case(AHEAD, BASE.replace(dropout=0.5, norm_layers=(1,)), "other", "BN ahead of all", 0.5),
        *(
            Case(noisy(size, dropped), OVERFIT.replace(batch_size=size, dropout=DROPPED * dropped), "plain" if dropped else "bn")
            for size in (FEW, WHOLE)
            for dropped in (False, True)
        ),
    ),
    measure=measure,
    quantities={
        "shift": Quantity("running variance / variance in inference, last layer with BN", "log"),
        "accuracy": Quantity("test accuracy, running statistics", "share"),
        "mended": Quantity("test accuracy, exact statistics", "share"),
        "won": Quantity("test accuracy won by exact statistics", "share"),
        "loss": Quantity("test loss, nats", "log"),
    },
    claims=(
        Claim(
            "With half of what a layer hands on dropped, the variance that the last BN remembers is larger than that of inference",
            partial(_too_large, label=after(0.5)),
            20,
            "per cent too large",
        ),
        Claim(
            "The more is dropped, the further it is off: a rate of 0.7 against 0.1",
            lambda m: 100 * more(m, "shift", of=after(0.7), than=after(0.1)),
            20,
            "per cent of the true variance",
        ),
        Claim(
            "Dropped just before BN, the answers suffer: exact statistics win back what running ones lose",
            lambda m: 100 * m[BEFORE].numbers["won"],
            10,
            "points of accuracy won back",
        ),
        Claim(
            "Dropped after BN, less is lost than just before it",
            lambda m: 100 * fewer(m, "won", than=BEFORE, of=after(0.5)),
            10,
            "points of accuracy fewer",
        ),
        Claim(
            f"With every BN ahead of all dropout, the remembered variance is right within {NEAR} %",
            lambda m: NEAR - np.abs(_too_large(m, AHEAD)),
            2,
            f"per cent to spare of the {NEAR}",
        ),
        Claim(
            f"Where BN regularises nothing, in one batch of all {WHOLE} noisy points, dropout 0.3 beside BN lowers the test loss",
            partial(_less_loss, size=WHOLE, of="both", than="BN"),
            10,
            "per cent lower",
        ),
        Claim(
            f"In batches of {FEW}, too, dropout 0.3 beside BN lowers the test loss",
            partial(_less_loss, size=FEW, of="both", than="BN"),
            2,
            "per cent lower",
            expected="does not hold",
        ),
    ),
    pictures=(
        Picture(
            "strips", "shift", "How many times too large the remembered variance is: every dot is one seed",
            cases=(AHEAD, *(after(rate) for rate in RATES), BEFORE),
        ),
        Picture(
            "strips", "won", "What the running statistics cost: accuracy won by exact ones",
            cases=(AHEAD, *(after(rate) for rate in RATES), BEFORE),
        ),
        Picture(
            "strips", "loss", "Noisy points, with BN: the test loss with dropout 0.3 and without, by points in a batch",
            cases=tuple(noisy(size, dropped) for size in (FEW, WHOLE) for dropped in (False, True)),
        ),
    ),
    look=(
        "At 1 the variance that BN remembers is that of inference. Follow the green cases as more is dropped, then compare the "
        "three places at the rate of 0.5."
    ),
    explanation=(
        "Dropout sets some values to 0 and scales up the rest, so that the mean stays. The variance does not: it grows. "
        "A BN that looks at such values, directly or through the next layer, remembers this larger variance. In inference nothing "
        "is dropped and the variance falls back, but BN still divides by what it remembers. Its outputs are too small, and the "
        "next layers see what they never saw in training. Li and others call this the variance shift.\n\n"
        "No weight is to blame: with exact statistics, taken once more with dropout switched off, the same network does far "
        "better. Dropped after BN the values are mixed by the next layer's weights before the next BN sees them: the variance "
        "is off there, too, but the answers lose less. "
        "With every BN ahead of all dropout there is no shift at all. (Here that leaves the two last hidden layers without BN, "
        "and that network hardly learns the circles in so few epochs: its statistics are right, its weights are not.)\n\n"
        "Is dropout still needed? It depends on the batch size. In small batches BN regularises by itself, and dropout beside "
        "it does a little harm here; in one batch of all points BN regularises nothing, and dropout helps much. "
        "Settings: Keras's momentum 0.9, eps 0.001, variances divided by n; the circles in batches of 32 with SGD, the noisy "
        "points with Adam."
    ),
    why_not=(
        "A task in which only the direction of the answer matters may bear a wrong variance: on moons the accuracy hardly suffers. "
        "With a small rate, or few layers, the shifts do not add up."
    ),
    remember="Put dropout behind the last BN, or re-estimate the statistics without it. In small batches try less dropout first.",
    follow_up=(
        "Open it in the Playground and switch the lens from inference to exact statistics: the circles come back, at once and "
        "without training."
    ),
    experiment=Experiment(
        BASE.replace(dropout=0.5, dropout_place="before"),
        (Arm("just before BN"), Arm("after BN", (("dropout_place", "after"),)), Arm("none dropped", (("dropout", 0.0),))),
    ),
    knobs=("activation", "initializer"),
    sources=(
        Source("1801.05134", "Li and others 2018: Understanding the disharmony between dropout and batch normalization"),
        Source("1809.00846", "Luo et al. 2018: Towards understanding regularization in batch normalization"),
    ),
    answers_to=(
        "Misconception 2: BN does not replace dropout. Thought question 2: whether to reduce dropout depends on the batch size, "
        "and on where it stands."
    ),
)  # fmt: skip
