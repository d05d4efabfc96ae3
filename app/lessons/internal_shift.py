"""Lesson: whether BN works by less internal covariate shift; noisy BN, and the loss along the gradient."""

from __future__ import annotations

import numpy as np

from app.lessons.measuring import Array, curve_of, fewer, more
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Dataset, Experiment, History, RunConfig, epochs_to, load_data, train
from bncore.instruments import chance_of, covariate_shift, gradient, landscape, signals_of

__all__ = ["LESSON", "measure", "truth"]

PLAIN, WITH, NOISY = "without BN", "with BN", "noisy BN"
TANH_PLAIN, TANH_WITH = "tanh, without BN", "tanh, with BN"
GOAL, MOMENTS = 0.95, 12
NAMES = ("range", "smoothness", "shift", "turn", "moved")

BASE = RunConfig(
    dataset="moons", standardize=True, hidden=(16, 16, 16, 16), initializer="he_normal", learning_rate=0.3, batch_size=64,
).replace(steps=120)  # fmt: skip
TANH = BASE.replace(activation="tanh", initializer="glorot_uniform", learning_rate=0.1)


def measure(config: RunConfig, label: str) -> Measure:
    """Return how soon it learns, and means over some moments of what one step of gradient descent meets and changes."""
    history, data = train(config), load_data(config)
    frames = np.unique(np.linspace(1, len(history.frame_step) - 1, MOMENTS).round().astype(int))
    found = np.array([_met(history, data, int(frame)) for frame in frames]).mean(axis=0)  # (5, R)
    numbers = dict(zip(NAMES, np.where(np.isfinite(found), found, np.inf), strict=True))
    loss = np.asarray(history.train_loss[-1], float)
    numbers |= {"epochs": epochs_to(history, GOAL), "loss": np.where(np.isfinite(loss), loss, np.inf)}
    return Measure(numbers, {"course": curve_of(history)})


def _met(history: History, data: Dataset, frame: int) -> list[Array]:
    """Return, of the first training points as one batch, each of `NAMES`, shape (R,)."""
    config, params, running = history.config, history.params[frame], history.running[frame]
    x, y = data.x_train[:, : config.batch_size], data.y_train[:, : config.batch_size]
    step = int(history.frame_step[frame]) + 1
    now, then = (chance_of(config, running, x.shape[1], at) for at in (step, step + 1))
    walk = landscape(config, params, running, x, y, extras=now)
    shift = covariate_shift(config, params, running, x, y, extras=now)
    after = params - config.learning_rate * gradient(config, params, running, x, y, now)[1]
    before, behind = (
        signals_of(config, weights, running, x, extras)[-1]["out"].mean(axis=1)
        for weights, extras in ((params, now), (after, then))
    )
    low, high = walk.loss_range
    with np.errstate(all="ignore"):
        turn = np.degrees(np.arccos(np.clip(shift.cosine[:, 1:], -1.0, 1.0))).mean(axis=1)
        moved = np.sqrt(np.square(behind - before).mean(axis=1))
        return [high - low, walk.smoothness, shift.distance[:, 1:].mean(axis=1), turn, moved]


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""
    plain, with_bn, noisy = (float(np.median(measured[case].numbers["epochs"])) for case in (PLAIN, WITH, NOISY))
    if noisy >= plain:
        return "spoilt"
    return "bn" if noisy <= with_bn + 2 else "between"


def _less(measured: Measured, name: str, of: str, than: str) -> Array:
    """Return by how many per cent of the larger one case has less of something than another, seed by seed."""
    one, other = measured[of].numbers[name], measured[than].numbers[name]
    with np.errstate(all="ignore"):
        share = np.where(one < other, 1 - one / other, other / one - 1)
    return np.where(one == other, 0.0, 100 * share)


def _all_the_same(measured: Measured) -> Array:
    """Return by how many per cent the loss with tanh is lower with BN, where the internal covariate shift is higher; else 0."""
    worse = more(measured, "shift", of=TANH_WITH, than=TANH_PLAIN) > 0
    return np.where(worse, _less(measured, "loss", of=TANH_WITH, than=TANH_PLAIN), 0.0)


LESSON = Lesson(
    name="internal_shift",
    title="Is it internal covariate shift?",
    minutes=7,
    idea="While a network trains, every layer's inputs keep shifting, because the layers before it change: like the game of "
    "telephone. BN is said to work because it takes this internal covariate shift away.",
    question="Put noise behind every BN layer: each unit is scaled and shifted at random, anew in every step. Now the inputs of "
    "the layers move more than in a network without BN. How soon does this noisy network reach 95 %?",
    answers=(
        Answer("spoilt", "No sooner than the network without BN: the shift is what counts"),
        Answer("between", "Sooner than without BN, but much later than with plain BN"),
        Answer("bn", "About as soon as with plain BN"),
    ),
    truth=truth,
    cases=(
        Case(PLAIN, BASE.replace(norm="none"), "plain"),
        Case(WITH, BASE, "bn"),
        Case(NOISY, BASE.replace(norm="noisy"), "other"),
        Case(TANH_PLAIN, TANH.replace(norm="none"), "plain"),
        Case(TANH_WITH, TANH, "bn"),
    ),
    measure=measure,
    quantities={
        "epochs": Quantity("epochs to 95 %", "count"),
        "moved": Quantity("how far the last hidden layer's means move in one step", "log"),
        "range": Quantity("range of the loss along the gradient, nats", "log"),
        "smoothness": Quantity("effective smoothness: change of the gradient per distance", "log"),
        "shift": Quantity("internal covariate shift: length of the change of a layer's gradient", "log"),
        "turn": Quantity("internal covariate shift: turn of a layer's gradient, degrees"),
        "loss": Quantity("training loss at the end, nats", "log"),
        "course": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim("Noisy BN reaches 95 % sooner than no BN", lambda m: fewer(m, "epochs", than=PLAIN, of=NOISY), 2, "epochs fewer"),
        Claim(
            "Yet its last hidden layer moves more in a step than without BN",
            lambda m: more(m, "moved", of=NOISY, than=PLAIN),
            0.02,
            "units of activation more",
        ),
        Claim(
            "With BN the loss varies less along the gradient",
            lambda m: _less(m, "range", of=WITH, than=PLAIN),
            20,
            "per cent of the larger one less",
        ),
        Claim(
            "With BN the gradient changes less per distance",
            lambda m: _less(m, "smoothness", of=WITH, than=PLAIN),
            20,
            "per cent of the larger one less",
        ),
        Claim(
            "With BN there is less internal covariate shift, by the length of a gradient's change",
            lambda m: _less(m, "shift", of=WITH, than=PLAIN),
            20,
            "per cent of the larger one less",
            expected="mixed",
        ),
        Claim(
            "With BN there is less internal covariate shift, by the turn of a gradient",
            lambda m: _less(m, "turn", of=WITH, than=PLAIN),
            20,
            "per cent of the larger one less",
        ),
        Claim(
            "With tanh and a low learning rate, too, BN makes the loss vary less along the gradient",
            lambda m: _less(m, "range", of=TANH_WITH, than=TANH_PLAIN),
            20,
            "per cent of the larger one less",
            expected="does not hold",
        ),
        Claim(
            "There BN has more internal covariate shift, and ends with the lower loss all the same",
            _all_the_same,
            10,
            "per cent less loss",
        ),
    ),
    pictures=(
        Picture("strips", "epochs", "Epochs to 95 %: every dot is one seed", cases=(PLAIN, WITH, NOISY)),
        Picture("strips", "moved", "How far the last hidden layer's means move in one step", cases=(PLAIN, WITH, NOISY)),
        Picture("strips", "range", "Range of the loss, half a step to four steps along the gradient"),
    ),
    look="Noisy BN stands beside plain BN here, and far from the network without BN. In the second picture it is the other way "
    "round.",
    explanation=(
        "Santurkar and others put noise behind BN on purpose. The layers then receive inputs whose mean and spread jump in every "
        "step, more than without any BN, and still the network learns about as soon as with plain BN. So steady inputs cannot be "
        "the reason, or not the main one.\n\n"
        "They also measured the shift in another way: by how much a layer's gradient changes because the layers before it took "
        "their step. Their networks showed no clear advantage of BN. Here it depends: with ReLU the gradient turns less with BN, "
        "and the length of its change differs in the same direction, but in fewer seeds. With tanh and a low rate BN has more of "
        "this shift in nearly every seed, and mostly ends with the lower loss all the same.\n\n"
        "Their own explanation is a smoother loss: along the gradient it varies less, so longer steps are safe. That holds here "
        "with ReLU and a high learning rate. It is no law either: with tanh and a low rate BN makes the loss less smooth. The "
        "question is open; be careful with any single reason."
    ),
    why_not="At a low learning rate the network without BN moves smoothly too, and BN has nothing to smooth. With the ReLU "
    "networks, the higher the rate, the clearer the pictures, until nothing trains.",
    remember="BN helps even where its layers' inputs jump about: internal covariate shift is a name for the start of the story, "
    "not its proof.",
    follow_up="Open it in the Playground with the noisy network beside the others. Lower the learning rate to 0.03: which of the "
    "three suffers most?",
    experiment=Experiment(BASE, (Arm(WITH), Arm(PLAIN, (("norm", "none"),)), Arm(NOISY, (("norm", "noisy"),)))),
    knobs=("batch_size", "noise"),
    sources=(
        Source("1805.11604", "Santurkar, Tsipras, Ilyas and Madry 2018"),
        Source("1502.03167", "Ioffe and Szegedy 2015"),
        Source("1806.02375", "Bjorck and others 2018"),
    ),
    seeds=8,
)
