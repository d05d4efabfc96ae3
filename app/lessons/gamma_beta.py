"""Lesson: what gamma and beta are for: learned or fixed, and whether they undo batch normalization."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final, more
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, History, Layout, RunConfig, exact_statistics, load_data, train
from bncore.instruments import logits, signals_of

__all__ = ["LESSON", "measure", "truth"]

Array = NDArray[np.float64]

BATCH = 32
"""Points of the batch on which BN is undone; the next as many are the other batch."""

MOMENTS = 16
"""How often, over a run, it is measured how far BN is undone."""

EXACT, SIGMA, OTHER, FROZEN = "√(var + ε)", "σ alone", "another batch", "frozen, another batch"
LEARNED = {"learned": (True, True), "gamma only": (True, False), "beta only": (False, True), "fixed": (False, False)}
RELU = RunConfig(dataset="moons")
SIGMOID = RunConfig(activation="sigmoid", learning_rate=0.1)


def measure(config: RunConfig, label: str) -> Measure:
    """Return what training reached and how far it undid BN; or how exactly BN is undone by hand."""
    history = train(config)
    if label in (EXACT, SIGMA, OTHER, FROZEN):
        return Measure({"gap": _gap(history, label)})
    frames = np.unique(np.linspace(0, len(history.frame_step) - 1, MOMENTS).round().astype(int))
    undone = np.stack([_undone(history, frame) for frame in frames], axis=1)  # (R, T)
    loss = np.nan_to_num(final(history, "train_loss"), nan=np.inf)
    return Measure({"loss": loss, "undone": undone[:, -1]}, {"undone": Curve(np.asarray(history.frame_epoch)[frames], undone)})


def _undone(history: History, frame: int) -> Array:
    """Return how much nearer gamma and beta are to undoing BN than they began: 1 there, 0 no nearer, below 0 further away."""
    config, layout = history.config, Layout.of(history.config)
    params = history.params[frame]
    left, whole = np.zeros((2, config.seeds))
    statistics = layout.statistics(exact_statistics(config, params, load_data(config).x_train))
    for weights, found in zip(layout.weights(params), statistics, strict=True):
        if weights.gamma is None or weights.beta is None or found is None:
            continue
        scale = np.sqrt(found.var + config.eps)
        left += np.hypot(weights.gamma - scale, weights.beta - found.mean).sum(axis=(1, 2))
        whole += np.hypot(config.gamma_init - scale, config.beta_init - found.mean).sum(axis=(1, 2))
    return np.asarray(1.0 - left / whole)


def _gap(history: History, label: str) -> Array:
    """Return the largest difference between the network with BN undone and the one without BN, of the same weights.

    In standard deviations of what the one without answers.
    """
    config, params = history.config, history.params[-1].copy()
    layout, without = Layout.of(config), config.replace(norm="none")
    plain = np.zeros((config.seeds, Layout.of(without).n_params))
    for layer, bare in zip(layout.layers, Layout.of(without).layers, strict=True):
        for name in ("weight", "bias"):
            plain[:, bare.parts[name]] = params[:, layer.parts[name]]
    x = load_data(config).x_train
    batch, other = x[:, :BATCH], x[:, BATCH : 2 * BATCH]
    running = history.running[-1].copy()
    hidden = signals_of(without, plain, running[:, :0], batch)
    for weights, statistics, signals in zip(layout.weights(params), layout.statistics(running), hidden, strict=False):
        if weights.gamma is None or weights.beta is None or statistics is None:
            continue
        z = signals["z"]
        statistics.mean[...], statistics.var[...] = z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)
        weights.gamma[...] = np.sqrt(statistics.var + (0.0 if label == SIGMA else config.eps))
        weights.beta[...] = statistics.mean
    points = batch if label in (EXACT, SIGMA) else other
    wanted = logits(without, plain, running[:, :0], points, training=False)
    found = logits(config, params, running, points, training=label != FROZEN)
    return np.asarray(np.abs(found - wanted).max(axis=1) / wanted.std(axis=1))


def _exact(measured: Measured, label: str) -> Array:
    """Return how many powers of ten the difference lies below a millionth."""
    return -6.0 - np.log10(np.maximum(measured[label].numbers["gap"], 1e-17))


def truth(measured: Measured) -> str:
    """Return how far the median seed came towards undoing BN."""
    share = np.median(measured["learned"].numbers["undone"])
    return "away" if share < 0.0 else "little" if share < 0.25 else "half" if share < 0.75 else "most"


def _words(name: str) -> str:
    return f"sigmoid, {name}"


LESSON = Lesson(
    name="gamma_beta",
    title="What gamma and beta are for",
    minutes=7,
    idea="If normalization is not helpful, the network can learn to undo it: with gamma = sigma and beta = mu it is cancelled.",
    question="Gamma begins at 1 and beta at 0. They would undo BN at the standard deviation and the mean of what BN gets. After "
    "training, how much of the way there have they gone?",
    answers=(
        Answer("away", "None: they are further away than at the start"),
        Answer("little", "Less than a quarter of it"),
        Answer("half", "A quarter to three quarters"),
        Answer("most", "More than three quarters"),
    ),
    truth=truth,
    cases=(
        *(
            Case(name, RELU.replace(learn_gamma=gamma, learn_beta=beta), "bn" if gamma and beta else "other")
            for name, (gamma, beta) in LEARNED.items()
        ),
        *(
            Case(_words(name), SIGMOID.replace(learn_gamma=gamma, learn_beta=beta), "bn" if gamma and beta else "other")
            for name, (gamma, beta) in LEARNED.items()
        ),
        *(Case(label, RELU, "bn" if label in (EXACT, FROZEN) else "warn") for label in (EXACT, SIGMA, OTHER, FROZEN)),
    ),
    measure=measure,
    quantities={
        "undone": Quantity("of the way to undoing BN", "share"),
        "loss": Quantity("training loss, nats", "log"),
        "gap": Quantity("largest difference, sd of answers", "log"),
    },
    claims=(
        Claim(
            "Training moves gamma and beta towards undoing BN",
            lambda m: 100.0 * m["learned"].numbers["undone"],
            10,
            "per cent of the way",
            expected="does not hold",
        ),
        Claim(
            "gamma = √(var + ε), beta = mu undo BN on that batch: under a millionth is left",
            partial(_exact, label=EXACT),
            3,
            "powers of ten below a millionth",
        ),
        Claim(
            "gamma = sigma, beta = mu undo it as exactly",
            partial(_exact, label=SIGMA),
            3,
            "powers of ten below a millionth",
            expected="does not hold",
        ),
        Claim(
            "The same gamma and beta undo it on another batch",
            partial(_exact, label=OTHER),
            3,
            "powers of ten below a millionth",
            expected="does not hold",
        ),
        Claim(
            "With frozen statistics they undo it on any batch",
            partial(_exact, label=FROZEN),
            3,
            "powers of ten below a millionth",
        ),
        Claim(
            "Learned gamma and beta end with a lower training loss than fixed ones",
            partial(more, name="loss", of="fixed", than="learned"),
            0.01,
            "nats lower",
        ),
        Claim(
            "Without a learned beta, the network of sigmoids does not learn the circles",
            partial(more, name="loss", of=_words("gamma only"), than=_words("learned")),
            0.2,
            "nats higher",
        ),
    ),
    pictures=(
        Picture("curves", "undone", "How much of the way to undoing BN", "epoch", cases=("learned", _words("learned"))),
        Picture("strips", "gap", "BN undone by hand: what differs from no BN", cases=(EXACT, SIGMA, OTHER, FROZEN)),
        Picture(
            "strips",
            "loss",
            "Training loss: ReLU on moons, sigmoid on circles",
            cases=(*LEARNED, *map(_words, LEARNED)),
        ),
    ),
    look="Both lines begin at 0: nothing undone. At 100 % BN would be undone. Which way do they go?",
    explanation=(
        "Undoing is possible. The exact recipe is gamma = √(var + ε) and beta = mu; with gamma = sigma alone a little is left, "
        "because of ε (1e-3, as in Keras, unless you change it). And it is exact for that one batch: every batch has a mean and a "
        "variance of its own. Only with frozen statistics does it hold for all points.\n\n"
        "But these networks do not learn it. Gamma and beta go where the loss is lower, and that does not bring the unnormalised "
        "signal back.\n\n"
        "What are they good for, then? Gamma and beta set the scale and the place at which each unit meets its activation. BN "
        "removes the layer's bias, so beta is the only shift left. The network of sigmoids on circles shows it: without beta all "
        "its units bend evenly about one centre, and such a network can hardly tell an inner circle from an outer one."
    ),
    why_not="How far gamma and beta move depends on the learning rate and the time. They move somewhere; only by chance towards "
    "undoing.",
    remember="Gamma and beta give back scale and shift. A network could undo BN with them; ours do not.",
    follow_up="Open it in the Playground and compare the arms: with more epochs, does the network with fixed gamma and beta catch "
    "up?",
    experiment=Experiment(
        RELU,
        (
            Arm("learned"),
            Arm("gamma only", (("learn_beta", False),)),
            Arm("beta only", (("learn_gamma", False),)),
            Arm("fixed", (("learn_gamma", False), ("learn_beta", False))),
        ),
    ),
    knobs=("eps", "batch_size", "epochs"),
    sources=(Source("1502.03167", "Ioffe and Szegedy 2015: gamma and beta can restore the identity"),),
)
