"""Small networks with random numbers, and what they compute, written out with nothing of the engine."""

from __future__ import annotations

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.network import Layout

__all__ = ["WHERE", "by_hand", "cases", "configured", "drawn"]

WHERE = {
    "none": {"norm": "none"},
    "all": {},
    "partial": {"norm_layers": (1, 3)},
    "all and output": {"norm_output": True},
    "no hidden layer": {"hidden": (), "norm_output": True},
}


def configured(placement="before", where="all", activation="tanh"):
    return RunConfig(**{"hidden": (5, 4, 3), "placement": placement, "activation": activation, "eps": 1e-2} | WHERE[where])


def drawn(config, runs=2, n=9):
    """Return a layout, parameters, statistics and a batch, all random."""
    layout, rng = Layout.of(config), np.random.default_rng(20)
    params, given = rng.standard_normal((runs, layout.n_params)), rng.uniform(0.2, 2.0, (runs, layout.n_running))
    return layout, params, given, rng.standard_normal((runs, n, 2))


def by_hand(config, vector, x, given=None):
    """Return the logits (N,) of one run, or (N, K) of K classes, read off the documented layout with nothing of the engine."""
    activate = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "linear": lambda z: z,
    }
    activate = activate[config.activation]
    rest, statistics = vector.tolist(), [] if given is None else given.tolist()

    def take(source, *shape):
        values = [source.pop(0) for _ in range(int(np.prod(shape)))]
        return np.array(values).reshape(shape)

    sizes = (2, *config.hidden, config.outputs)
    for i, on in enumerate(config.normalised_layers):
        is_output = i == len(config.hidden)
        z = x @ take(rest, sizes[i], sizes[i + 1]) + take(rest, sizes[i + 1])
        gamma, beta = (take(rest, sizes[i + 1]), take(rest, sizes[i + 1])) if on else (None, None)
        if not on:
            x = z if is_output else activate(z)
            continue
        a = z if is_output or config.placement == "before" else activate(z)
        if given is None:
            mean, var = a.mean(axis=0), a.var(axis=0)
        else:
            mean, var = take(statistics, sizes[i + 1]), take(statistics, sizes[i + 1])
        y = gamma * (a - mean) / np.sqrt(var + config.eps) + beta
        x = activate(y) if config.placement == "before" and not is_output else y
    assert rest == []
    assert statistics == []
    return x[:, 0] if config.outputs == 1 else x


cases = pytest.mark.parametrize(
    ("placement", "where", "activation"),
    [(p, w, a) for p in ("before", "after") for w in WHERE for a in ("relu", "tanh", "sigmoid", "linear")],
)
