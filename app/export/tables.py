"""The parameter table of a run: layer by layer, and by the three kinds of numbers that normalization works with."""

from __future__ import annotations

from typing import NamedTuple

from bncore.config import RunConfig
from bncore.network import Layout
from bncore.table import parameter_table

__all__ = ["NOTES", "KindRow", "LayerRow", "kind_rows", "layer_rows", "totals"]

NOTES = RunConfig(hidden=(3, 2), placement="after")
"""The model of the notes: two inputs, 3 and 2 ReLU units, each followed by BN, one output."""


class LayerRow(NamedTuple):
    """One layer: its name, what it stores and in which shapes, and the counts as Keras's ``summary()`` gives them."""

    layer: str
    stored: str
    trainable: int
    non_trainable: int

    @property
    def total(self) -> int:
        """Numbers stored."""
        return self.trainable + self.non_trainable


class KindRow(NamedTuple):
    """One kind of numbers of the normalised layers: its name, which they are, how many, and whether they are stored."""

    kind: str
    numbers: str
    how_many: int
    stored: str


def layer_rows(config: RunConfig) -> list[LayerRow]:
    """Return a row a layer, from `bncore.table.parameter_table`.

    Examples
    --------
    >>> [(row.layer, row.trainable, row.non_trainable, row.total) for row in layer_rows(NOTES) if row.layer.startswith("BN")]
    [('BN 1', 6, 6, 12), ('BN 2', 4, 4, 8)]
    """
    rows: dict[str, LayerRow] = {}
    for part in parameter_table(config):
        shape = "×".join(map(str, part.shape))
        known = rows.get(part.layer, LayerRow(part.layer, "", 0, 0))
        stored = f"{known.stored}, {part.part.replace('_', ' ')} {shape}".removeprefix(", ")
        rows[part.layer] = LayerRow(part.layer, stored, known.trainable + part.trainable, known.non_trainable + part.non_trainable)
    return list(rows.values())


def totals(config: RunConfig) -> LayerRow:
    """Return the sum of all layers.

    Examples
    --------
    >>> totals(NOTES).total, totals(NOTES).trainable
    (40, 30)
    """
    rows = layer_rows(config)
    return LayerRow("All layers", "", sum(row.trainable for row in rows), sum(row.non_trainable for row in rows))


def kind_rows(config: RunConfig) -> list[KindRow]:
    """Return the three kinds of numbers of the normalised layers; none where nothing is normalised.

    Examples
    --------
    >>> [(row.kind, row.how_many) for row in kind_rows(NOTES)]
    [('Learned', 10), ('Computed, not stored', 10), ('Kept for inference', 10)]
    """
    layers = [layer for layer in Layout.of(config).layers if layer.normalised]
    if not layers:
        return []
    units = sum(layer.fan_out for layer in layers)
    learned = units * (config.learn_gamma + config.learn_beta)
    fixed = [name for name, on in (("gamma", config.learn_gamma), ("beta", config.learn_beta)) if not on]
    rows = [
        KindRow(
            "Learned", "gamma (scale) and beta (shift)" if not fixed else "gamma" if fixed == ["beta"] else "beta", learned, "yes"
        )
    ]
    if fixed:
        rows[:1] = [*(rows if learned else []), KindRow("Fixed", " and ".join(fixed), 2 * units - learned, "yes")]
    if not config.keeps_statistics:
        return [
            *rows,
            KindRow("Computed, not stored", "mean and variance of each sample, while training and in inference", 0, "no"),
        ]
    if not config.freeze_statistics:
        rows.append(KindRow("Computed, not stored", "mean μ and variance σ² of each batch, while training", 2 * units, "no"))
    return [*rows, KindRow("Kept for inference", "running mean and running variance", 2 * units, "yes")]
