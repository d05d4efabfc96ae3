"""The parameter table: what a network stores, part by part."""

from __future__ import annotations

from typing import NamedTuple

from bncore.config import RunConfig
from bncore.network import Layout

__all__ = ["NORM_TITLES", "ParameterRow", "parameter_table"]

NORM_TITLES = {
    "batch": "BN",
    "layer": "LayerNorm",
    "group": "GroupNorm",
    "renorm": "Renorm",
    "ghost": "Ghost BN",
    "noisy": "Noisy BN",
    "none": "",
}
"""What a layer's normaliser is called in tables."""


class ParameterRow(NamedTuple):
    """One row of the parameter table: layer name, part, shape, and its trainable and non-trainable counts."""

    layer: str
    part: str
    shape: tuple[int, ...]
    trainable: int
    non_trainable: int


def parameter_table(config: RunConfig) -> list[ParameterRow]:
    """Return what the network stores, part by part, counted as Keras's ``summary()`` counts.

    A BN layer of n units has 4n: gamma and beta (2n, trainable), running mean and variance (2n, non-trainable); layer and group
    normalization have the first 2n only.
    Fixed gamma or beta (``learn_gamma``, ``learn_beta`` false) count as non-trainable.

    Examples
    --------
    >>> rows = parameter_table(RunConfig(hidden=(3, 2), placement="after"))
    >>> [sum(r.trainable + r.non_trainable for r in rows if r.layer == name) for name in ("BN 1", "BN 2")]
    [12, 8]
    """
    rows, title = [], NORM_TITLES[config.norm]
    for i, layer in enumerate(Layout.of(config).layers, 1):
        n, dense = layer.fan_out, f"Dense {i}"
        rows.append(ParameterRow(dense, "weight", (layer.fan_in, n), layer.fan_in * n, 0))
        rows.append(ParameterRow(dense, "bias", (n,), n, 0))
        if layer.normalised:
            for part, learned in (("gamma", config.learn_gamma), ("beta", config.learn_beta)):
                rows.append(ParameterRow(f"{title} {i}", part, (n,), n * learned, n * (not learned)))
        if layer.statistics is not None:
            rows += [ParameterRow(f"{title} {i}", part, (n,), 0, n) for part in ("running_mean", "running_var")]
    return rows
