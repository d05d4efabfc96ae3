"""What is computed here and by the peers: batches for one normaliser, awkward ones, optimizers, schedules, whole networks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bncore.config import OPTIMIZERS, RunConfig

__all__ = [
    "AWKWARD",
    "BATCHES",
    "DECAYED",
    "GRADIENTS",
    "GROUPED",
    "KEPT_STEPS",
    "NETWORKS",
    "SCHEDULES",
    "START",
    "STEPPED",
    "TARGETS",
    "NormCase",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NormCase:
    """Input of one normaliser: T batches in a row, ``x`` and ``dy`` (T, N, C), ``gamma`` and ``beta`` (C,)."""

    x: Array
    dy: Array
    gamma: Array
    beta: Array
    eps: float
    bn_momentum: float

    def arrays(self) -> dict[str, Array]:
        """Return the inputs as named arrays."""
        scalars = {"eps": np.array(self.eps), "bn_momentum": np.array(self.bn_momentum)}
        return {"x": self.x, "dy": self.dy, "gamma": self.gamma, "beta": self.beta, **scalars}


def _random(place: int, shape: tuple[int, int, int], eps: float, bn_momentum: float) -> NormCase:
    rng = np.random.default_rng([1502, 3167, place])
    c = shape[2]
    x = rng.uniform(0.1, 20.0, c) * rng.standard_normal(shape) + rng.uniform(-30.0, 30.0, c)
    return NormCase(x, rng.standard_normal(shape), rng.normal(1.0, 0.5, c), rng.normal(0.0, 2.0, c), eps, bn_momentum)


BATCHES = {
    "usual": _random(0, (3, 32, 4), 1e-3, 0.9),
    "two": _random(1, (3, 2, 4), 1e-5, 0.99),
    "odd": _random(2, (3, 13, 1), 10.0, 0.0),
    "long": _random(3, (2, 100, 1), 1e-12, 0.5),
}

GROUPED = {
    "layer": (1, _random(4, (2, 9, 6), 1e-5, 0.0)),
    "layer, wide": (1, _random(5, (1, 3, 64), 1e-3, 0.0)),
    "layer, one point": (1, _random(6, (1, 1, 6), 1e-3, 0.0)),
    "two groups": (2, _random(7, (2, 9, 6), 1e-3, 0.0)),
    "three groups": (3, _random(8, (2, 7, 6), 1e-12, 0.0)),
    "groups of one": (6, _random(9, (1, 9, 6), 1e-3, 0.0)),
}
"""Batches for layer (one group) and group normalization, and how many groups."""


def _awkward(place: int, x: Array, eps: float) -> NormCase:
    """Return one batch ``x (N, C)`` with random dy, gamma and beta."""
    rng = np.random.default_rng([1502, 3168, place])
    c = x.shape[1]
    return NormCase(x[None], rng.standard_normal((1, *x.shape)), rng.normal(1.0, 0.3, c), rng.standard_normal(c), eps, 0.9)


_DRAW = np.random.default_rng([1502, 3169]).standard_normal((24, 3))
_CONSTANT = np.tile([0.1, 1e8 + 0.1, -3.3e-7], (24, 1))

AWKWARD = {
    "offset": _awkward(0, 1e8 + 1e-3 * _DRAW, 1e-12),
    "offset, usual eps": _awkward(1, 1e8 + 1e-3 * _DRAW, 1e-3),
    "constant": _awkward(2, _CONSTANT, 1e-3),
    "constant, tiny eps": _awkward(3, _CONSTANT, 1e-300),
    "tiny eps": _awkward(4, _DRAW, 1e-300),
    "huge": _awkward(5, 1e150 * _DRAW, 1e-3),
    "tiny": _awkward(6, 1e-150 * _DRAW, 1e-300),
    "tiny, usual eps": _awkward(7, 1e-150 * _DRAW, 1e-3),
    "one": _awkward(8, _DRAW[:1], 1e-3),
    "one, tiny eps": _awkward(9, _DRAW[:1], 1e-300),
    "two, tiny eps": _awkward(10, _DRAW[:2], 1e-300),
    "two neighbours": _awkward(11, np.array([[1.0, 1e8, 0.1], np.nextafter([1.0, 1e8, 0.1], np.inf)]), 1e-300),
    "first far away": _awkward(12, np.concatenate([np.full((1, 3), 1e6), _DRAW[1:]]), 1e-5),
}

START = np.array([0.5, -2.0, 1e-3, 0.5, -2.0, 0.0])
GRADIENTS = np.random.default_rng([1502, 3170]).standard_normal((20, 6)) * [1.0, 1e-3, 30.0, 1e-9, 1.0, 0.0]
"""Where six parameters begin, and their gradients in 20 steps."""

DECAYED = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
"""Which of them weight decay applies to."""

_RULE = RunConfig(learning_rate=0.05, sgd_momentum=0.8, rmsprop_rho=0.95, adam_beta1=0.7, adam_beta2=0.95, adam_eps=1e-4)

STEPPED = {name: _RULE.replace(optimizer=name) for name in OPTIMIZERS} | {
    f"{name}, decay": _RULE.replace(optimizer=name, weight_decay=0.3) for name in OPTIMIZERS
}
"""Each optimizer without and with weight decay."""

_RATE = RunConfig(epochs=None, steps=20, learning_rate=0.5)

SCHEDULES = {
    "constant": _RATE,
    "constant, warm-up": _RATE.replace(warmup=7),
    "step": _RATE.replace(schedule="step"),
    "step, odd": _RATE.replace(schedule="step", steps=19, warmup=3),
    "cosine": _RATE.replace(schedule="cosine"),
    "cosine, warm-up": _RATE.replace(schedule="cosine", steps=21, warmup=12),
}

_SMALL = RunConfig(
    samples=60, hidden=(4, 3), batch_size=10, steps=20, epochs=None, seeds=2, seed=11, learning_rate=0.1, adam_eps=1e-6
)  # fmt: skip

NETWORKS = {
    "sgd, before": _SMALL.replace(activation="relu", placement="before"),
    "sgd, after": _SMALL.replace(activation="tanh", placement="after", eps=1e-5),
    "momentum, before": _SMALL.replace(activation="sigmoid", placement="before", optimizer="momentum"),
    "momentum, after": _SMALL.replace(activation="relu", placement="after", optimizer="momentum", batch_size=47),
    "adam, before": _SMALL.replace(activation="tanh", placement="before", optimizer="adam", learning_rate=0.01, adam_eps=1e-3),
    "adam, after": _SMALL.replace(activation="relu", placement="after", optimizer="adam", learning_rate=0.01, bn_momentum=0.99),
    "plain, decay": _SMALL.replace(activation="relu", norm="none", weight_decay=0.1, optimizer="momentum"),
    "partial, output": _SMALL.replace(
        activation="linear", placement="after", norm_layers=(2,), norm_output=True, weight_decay=0.02
    ),
    "fixed gamma, one class": _SMALL.replace(
        activation="tanh", gamma_init=0.5, beta_init=0.25, learn_gamma=False, batches="one_class"
    ),
    "no hidden layer": _SMALL.replace(hidden=(), norm_output=True),
    "nesterov, cosine": _SMALL.replace(
        activation="tanh", optimizer="nesterov", schedule="cosine", warmup=5, batches="fixed", weight_decay=0.02
    ),
    "rmsprop, step": _SMALL.replace(
        placement="after", optimizer="rmsprop", schedule="step", learning_rate=0.01, batches="replacement", batch_size=16
    ),
    "unbiased": _SMALL.replace(activation="tanh", placement="after", unbiased_running=True, batch_size=13),
    "frozen": _SMALL.replace(activation="relu", placement="after", norm_output=True, freeze_statistics=True),
    "layer, before": _SMALL.replace(activation="relu", norm="layer", optimizer="momentum", eps=1e-5),
    "group, after": _SMALL.replace(
        activation="tanh", norm="group", groups=3, hidden=(6, 4), placement="after", norm_layers=(1,), learn_beta=False
    ),
    "adamw, decay": _SMALL.replace(
        norm="none", activation="sigmoid", optimizer="adamw", schedule="cosine", learning_rate=0.02, weight_decay=0.5
    ),
}
"""Two seeds each, 20 steps; epochs end with a batch of another size.

A bias before BN has no gradient but rounding, which Adam divides by ``adam_eps``: a large one keeps it below what is compared.
"""

TARGETS = {
    "classes, adam": _SMALL.replace(dataset="spirals3", activation="tanh", optimizer="adam", learning_rate=0.01, adam_eps=1e-3),
    "classes, output, one class": _SMALL.replace(
        dataset="ring_classes", activation="relu", placement="after", norm_output=True, batches="one_class", batch_size=7
    ),
    "classes of a table, layer": _SMALL.replace(
        dataset="table", table=[(i % 7 - 3.0, i % 5 - 2.0, i % 4) for i in range(60)], norm="layer", activation="tanh",
        optimizer="momentum",
    ),
    "value, adam": _SMALL.replace(dataset="plane_wave", activation="relu", optimizer="adam", learning_rate=0.01, adam_eps=1e-3),
    "value, output, large": _SMALL.replace(
        dataset="rings_temperature", activation="tanh", norm_output=True, placement="after", learning_rate=0.02
    ),
    "value, decay": _SMALL.replace(
        dataset="plane_wave", norm="none", activation="tanh", optimizer="nesterov", weight_decay=0.02, schedule="cosine"
    ),
}  # fmt: skip
"""Networks of other targets than two classes: softmax cross-entropy and the mean squared error."""

KEPT_STEPS = (0, 1, 2, 3, 5, 8, 12, 16, 20)
"""After which steps of a network the parameters are kept."""
