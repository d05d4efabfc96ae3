"""Small networks of every normaliser, and what one training step hands to their layers."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.dropout import dropout_mask
from bncore.network import Layout
from bncore.noise import draw_noise
from bncore.normalise import Extras
from bncore.parts_norm import ghost_norm_forward, group_norm_forward
from bncore.renorm import renorm_forward

__all__ = ["KINDS", "NORMS", "WHERE", "extras_of", "of_kind"]

NORMS = {
    "batch": {"norm": "batch"},
    "layer": {"norm": "layer"},
    "group": {"norm": "group", "groups": 2},
    "renorm": {"norm": "renorm", "renorm_r_max": 1.5, "renorm_d_max": 0.5, "renorm_start": 2},
    "ghost": {"norm": "ghost", "ghost_size": 4},
    "noisy": {"norm": "noisy"},
    "none": {"norm": "none"},
}
"""Every normaliser, with settings that leave nothing at its ease in a small network."""

WHERE = {
    "all": {},
    "partial": {"norm_layers": (1, 3)},
    "all and output": {"norm_output": True},
    "output only": {"norm_layers": (), "norm_output": True},
}

KINDS = {
    "layer": lambda x, gamma, beta, eps: group_norm_forward(x, gamma, beta, eps, 1),
    "group, two": lambda x, gamma, beta, eps: group_norm_forward(x, gamma, beta, eps, 2),
    "group, of one": lambda x, gamma, beta, eps: group_norm_forward(x, gamma, beta, eps, x.shape[2]),
    "ghost, whole": lambda x, gamma, beta, eps: ghost_norm_forward(x, gamma, beta, eps, x.shape[1]),
    "ghost, three": lambda x, gamma, beta, eps: ghost_norm_forward(x, gamma, beta, eps, 3),
    "ghost, four": lambda x, gamma, beta, eps: ghost_norm_forward(x, gamma, beta, eps, 4),
    "ghost, of one": lambda x, gamma, beta, eps: ghost_norm_forward(x, gamma, beta, eps, 1),
    "renorm, without limits": lambda *args: _renorm(*args, 1e300, 1e300),
    "renorm, limited": lambda *args: _renorm(*args, 1.2, 0.1),
    "renorm, plain": lambda *args: _renorm(*args, 1.0, 0.0),
}
"""Forward passes of one normaliser."""


def _renorm(x, gamma, beta, eps, r_max, d_max):
    shape = (*gamma.shape[:2], x.shape[2])
    steps = np.linspace(-1.0, 1.0, shape[2])
    return renorm_forward(
        x, gamma, beta, eps, np.broadcast_to(steps, shape), np.broadcast_to(2.0 + steps, shape), r_max, d_max
    )  # fmt: skip


def of_kind(name, placement="before", where="all", **changes):
    values = {"hidden": (6, 4, 6), "placement": placement, "activation": "tanh", "eps": 1e-2}
    return RunConfig(**values | WHERE[where] | NORMS[name] | changes)


def extras_of(config, running, n, rate=None, r_max=None, d_max=None):
    """Return the extras of one step of a run, a layer each, as the documents have it: all drawn from generators of seed 30."""
    layout, runs = Layout.of(config), len(running)
    masks, noises = ([np.random.default_rng([30, purpose, r]) for r in range(runs)] for purpose in (1, 2))
    found = []
    for layer, known in zip(layout.layers, layout.statistics(running), strict=True):
        extra = Extras()
        if rate is not None and layer.hidden:
            extra = extra._replace(mask=dropout_mask(masks, n, layer.fan_out, rate))
        if config.norm == "noisy" and layer.normalised:
            scale, shift = np.empty((runs, n, layer.fan_out)), np.empty((runs, n, layer.fan_out))
            draw_noise(noises, scale, shift)
            extra = extra._replace(scale=scale, shift=shift)
        if config.norm == "renorm" and layer.normalised:
            limits = [np.full((runs, 1, 1), limit) for limit in (r_max or config.renorm_r_max, d_max or config.renorm_d_max)]
            extra = extra._replace(known=known, r_max=limits[0], d_max=limits[1])
        found.append(extra)
    return tuple(found)
