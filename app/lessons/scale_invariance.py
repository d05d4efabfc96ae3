"""Lesson: the length of the weights before batch normalization, the effective learning rate, and weight decay."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.lessons.measuring import final, thinned
from app.lessons.model import Answer, Case, Claim, Curve, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Arm, Experiment, Layout, RunConfig, init_state, load_data, train
from bncore.instruments import angles, effective_learning_rate, gradient, logits, scale_invariance, weight_norms

__all__ = ["LESSON", "measure", "truth"]

Array = NDArray[np.float64]

TIMES = 10.0
"""The weights of the second network are as many times as long."""

STEPS = 60
LENGTHS = np.logspace(-3, 3, 24)
"""An even number of them: at length 1 nothing changes at all."""
ROUNDING = 1e-9
SMALLEST = 1e-17

REPLAYS = {"rate × 1": 1.0, "rate × 10": 10.0, "rate × 100": 100.0}
ANSWERS = dict(zip(REPLAYS, ("same", "tenth", "hundredth"), strict=True))
TINY_EPS, KERAS_EPS, WITHOUT = "ε almost 0", "ε = 0.001", "without BN"
NO_DECAY, DECAY = "no decay", "weight decay"

BASE = RunConfig(learning_rate=0.5)
EXACT = BASE.replace(eps=1e-300)


def measure(config: RunConfig, label: str) -> Measure:
    """Return what longer weights do: to a run, to a network before any learning, or what becomes of them in training."""
    if label in REPLAYS:
        with np.errstate(all="ignore"):  # a rate that is too large lets a network diverge
            usual, scaled = _answers(config, 1.0, 1.0), _answers(config, TIMES, REPLAYS[label])
            return Measure({"apart": _held(np.abs(scaled - usual).max(axis=1) / usual.std(axis=1))})
    return _lengths(config) if label in (TINY_EPS, KERAS_EPS, WITHOUT) else _trained(config)


def _answers(config: RunConfig, times: float, rate: float) -> Array:
    """Return the answers after some steps, of hidden weights as many times as long, at as many times their learning rate."""
    data, params = load_data(config), init_state(config).params.copy()
    rates = np.full(params.shape[1], config.learning_rate)
    for layer in Layout.of(config).layers[:-1]:
        params[:, layer.parts["weight"]] *= times
        rates[layer.parts["weight"]] *= rate
    statistics = init_state(config).running
    for step in range(STEPS):
        batch = slice(*config.batch_bounds[step % config.steps_per_epoch])
        params -= rates * gradient(config, params, statistics, data.x_train[:, batch], data.y_train[:, batch])[1]
    return logits(config, params, statistics, data.x_train, training=True)


def _lengths(config: RunConfig) -> Measure:
    state, data = init_state(config), load_data(config)
    look = partial(scale_invariance, config, state.params, state.running, data.x_train, data.y_train, layer=1)
    changes = np.stack([look(a=float(a)).output_change for a in LENGTHS], axis=1)  # (R, A)
    ten, thousandth = look(a=TIMES), look(a=1e-3)
    return Measure(
        {
            "change": _held(ten.output_change), "gradient": _held(np.abs(ten.gradient_ratio - 1.0)),
            "short": _held(thousandth.output_change),
        },
        {"change": Curve(LENGTHS, _held(changes))},
    )  # fmt: skip


def _trained(config: RunConfig) -> Measure:
    history = train(config)
    hidden = slice(0, len(config.hidden))
    norms = weight_norms(history)[..., hidden].mean(axis=2)  # (F, R)
    rates = effective_learning_rate(history)[..., hidden].mean(axis=2)
    return Measure(
        {
            "longer": norms[-1] / norms[0], "rate": rates[-1], "angle": angles(history)[-1][:, hidden].mean(axis=1),
            "accuracy": final(history),
        },
        {"rate": thinned(Curve(np.asarray(history.frame_epoch), rates.T))},
    )  # fmt: skip


def _held(values: Array) -> Array:
    """Return numbers that can be drawn over powers of ten: none is 0 and none unknown."""
    return np.asarray(np.nan_to_num(np.maximum(values, SMALLEST), nan=np.inf))


def _below(measured: Measured, label: str, name: str, bound: float) -> Array:
    """Return how many powers of ten a number lies below a bound."""
    return np.asarray(np.log10(bound) - np.log10(measured[label].numbers[name]))


def truth(measured: Measured) -> str:
    """Return at which learning rate the long weights came nearest to the usual run."""
    return ANSWERS[min(REPLAYS, key=lambda label: float(np.median(measured[label].numbers["apart"])))]


LESSON = Lesson(
    name="scale_invariance",
    title="The length of the weights does not matter",
    minutes=8,
    idea="BN divides by the spread of z. So it does not matter how long the weights are that made z: BN((a W) x) = BN(W x).",
    question="We make all hidden weights 10 times as long; BN stands before each activation. The answers are the same. Now both "
    "networks learn, on the same batches and with the same learning rate. How do the long weights learn?",
    answers=(
        Answer("same", "Like the others: the answers stay the same"),
        Answer("tenth", "As though their learning rate was a tenth"),
        Answer("hundredth", "As though their learning rate was a hundredth"),
    ),
    truth=truth,
    cases=(
        *(Case(label, EXACT, "bn" if rate == TIMES**2 else "other") for label, rate in REPLAYS.items()),
        Case(TINY_EPS, EXACT, "bn"),
        Case(KERAS_EPS, BASE, "warn"),
        Case(WITHOUT, BASE.replace(norm="none"), "plain"),
        Case(NO_DECAY, BASE, "bn"),
        Case(DECAY, BASE.replace(weight_decay=0.01), "other"),
    ),
    measure=measure,
    quantities={
        "apart": Quantity("largest difference, sd of answers", "log"),
        "change": Quantity("relative change of answers", "log"),
        "gradient": Quantity("10 × gradient / old gradient, minus 1", "log"),
        "short": Quantity("change of answers, weights / 1000", "log"),
        "longer": Quantity("hidden weights' length, end / start"),
        "rate": Quantity("learning rate / length²", "log"),
        "angle": Quantity("turn in the last epoch, degrees"),
        "accuracy": Quantity("test accuracy", "share"),
    },
    claims=(
        Claim(
            "Weights 10 times as long, at 100 times their learning rate, replay the very same run",
            partial(_below, label="rate × 100", name="apart", bound=ROUNDING),
            1,
            "powers of ten below a billionth",
        ),
        Claim(
            "A first layer 10 times as long gives the same answers",
            partial(_below, label=TINY_EPS, name="change", bound=ROUNDING),
            3,
            "powers of ten below a billionth",
        ),
        Claim(
            "Its gradient is 10 times as small",
            partial(_below, label=TINY_EPS, name="gradient", bound=ROUNDING),
            3,
            "powers of ten below a billionth",
        ),
        Claim(
            "With ε = 0.001 also weights a thousandth as long give the same answers, within a hundredth",
            partial(_below, label=KERAS_EPS, name="short", bound=0.01),
            1,
            "powers of ten below a hundredth",
            expected="does not hold",
        ),
        Claim(
            "In training without weight decay the hidden weights become longer",
            lambda m: 100.0 * (m[NO_DECAY].numbers["longer"] - 1.0),
            10,
            "per cent longer",
        ),
        Claim(
            "With weight decay the effective learning rate is larger at the end",
            lambda m: m[DECAY].numbers["rate"] / m[NO_DECAY].numbers["rate"] - 1.0,
            0.5,
            "times more",
        ),
        Claim(
            "With weight decay the hidden weights still turn faster at the end",
            lambda m: m[DECAY].numbers["angle"] - m[NO_DECAY].numbers["angle"],
            2,
            "degrees an epoch more",
        ),
    ),
    pictures=(
        Picture("strips", "apart", "Weights × 10: how far from the usual run", cases=tuple(REPLAYS)),
        Picture(
            "curves",
            "change",
            "What a longer or shorter first layer does to the answers",
            "times as long",
            x_log=True,
            cases=(TINY_EPS, KERAS_EPS, WITHOUT),
        ),
        Picture("curves", "rate", "Effective learning rate of the hidden layers", "epoch", cases=(NO_DECAY, DECAY)),
    ),
    look="At which of the three rates do the dots fall to the level of rounding, many powers of ten below the others?",
    explanation=(
        "Ten times as long, the weights give z ten times as large, and BN divides it all away. For the same reason the gradient "
        "is ten times as small. And a step has ten times as far to go to turn the weights by the same angle. Ten times ten: the "
        "long weights learn as though at a hundredth of the learning rate. What counts is the learning rate divided by the length "
        "squared.\n\n"
        "Nothing pulls the weights back: the gradient stands at right angles to them, so every step of gradient descent makes "
        "them longer, and the effective learning rate falls by itself. Weight decay keeps them short. Under BN it does not make "
        "the network simpler, for shorter weights compute the same. It keeps the effective learning rate up.\n\n"
        "All this is exact only for ε = 0. Where the variance comes near ε, short weights do change the answers. The replay here "
        "runs at an ε of almost nothing (1e-300); the training with and without decay at the usual 1e-3."
    ),
    why_not="With very short weights, or a large ε, BN divides by ε and no longer by the spread. A small learning rate hardly "
    "lengthens the weights, and decay has little to do.",
    remember="Under BN only the direction of the weights counts. Their length sets the effective learning rate, and weight decay "
    "sets the length.",
    follow_up="Open it in the Playground and raise the weight decay to 0.1. Is the network simpler, or just more restless?",
    experiment=Experiment(BASE, (Arm(NO_DECAY), Arm(DECAY, (("weight_decay", 0.01),)), Arm(WITHOUT, (("norm", "none"),)))),
    knobs=("learning_rate", "batch_size", "activation"),
    sources=(
        Source("1502.03167", "Ioffe and Szegedy 2015: BN((a W) x) = BN(W x)"),
        Source("1706.05350", "van Laarhoven 2017: weight decay under BN sets the effective learning rate"),
    ),
)
