"""What chance and the schedule hand to each training step: masks of dropout, noise, the limits of batch renormalization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bncore.config import RunConfig
from bncore.dropout import dropout_mask
from bncore.effective import drawing_layers
from bncore.network import Layout
from bncore.noise import draw_noise
from bncore.normalise import Extras, Statistics
from bncore.renorm import renorm_limits
from bncore.stack import value_of
from bncore.streams import stream

__all__ = ["Chance", "generators"]


def generators(config: RunConfig, purpose: str, states: Sequence[Mapping[str, Any]]) -> list[np.random.Generator]:
    """Return the generators of a purpose, run by run one a drawing layer, carried on from their states."""
    rngs: list[np.random.Generator] = []
    owners = ((seed, layer) for seed in config.seed_list for layer in drawing_layers(config, purpose))
    for (seed, layer), state in zip(owners, states, strict=True):
        rng = stream(seed, purpose, 0, layer)
        rng.bit_generator.state = state
        rngs.append(rng)
    return rngs


class Chance:
    """The extras of every step of a session, drawn from the runs' own streams.

    Parameters
    ----------
    layout : Layout
    configs : sequence of RunConfig
        What is stacked.
    masks, noises : list of Generator
        Run by run one for each of the `drawing_layers`; empty where nothing is drawn.
    known : tuple of Statistics or None
        Views of the running statistics, a layer each.
    """

    def __init__(
        self,
        layout: Layout,
        configs: Sequence[RunConfig],
        masks: list[np.random.Generator],
        noises: list[np.random.Generator],
        known: tuple[Statistics | None, ...],
        dtype: DTypeLike,
    ) -> None:
        self.layout, self.masks, self.noises, self.known = layout, masks, noises, known
        self.mask_layers, self.noise_layers = (drawing_layers(configs[0], purpose) for purpose in ("dropout", "noise"))
        rate = value_of(configs, "dropout")
        self.rate = rate if isinstance(rate, float) else rate[:, None, None]
        limits = (np.atleast_1d(value_of(configs, name)) for name in ("renorm_r_max", "renorm_d_max"))
        self.limits = np.stack(np.broadcast_arrays(*limits), axis=1).tolist()
        self.start = configs[0].renorm_start
        self.now = np.zeros((2, len(self.limits), 1, 1), dtype)
        self.renorms = configs[0].norm == "renorm" and not configs[0].freeze_statistics

    def extras(self, runs: int, n: int) -> tuple[Extras, ...] | None:
        """Return the extras of a batch of ``n`` samples, a layer each, still empty; None where a step has none."""
        if not (self.masks or self.noises or self.renorms):
            return None
        found = []
        for layer, known in zip(self.layout.layers, self.known, strict=True):
            shape, dtype = (runs, n, layer.fan_out), self.now.dtype
            mask = np.empty(shape, dtype) if self.masks and layer.hidden else None
            noisy = bool(self.noises) and layer.normalised
            scale, shift = (np.empty(shape, dtype), np.empty(shape, dtype)) if noisy else (None, None)
            limits = (known, *self.now) if self.renorms and layer.normalised else ()
            found.append(Extras(mask, scale, shift, *limits))
        return tuple(found)

    def draw(self, extras: tuple[Extras, ...] | None, step: int) -> None:
        """Fill the extras for one step."""
        if extras is None:
            return
        for layer, extra in enumerate(extras, 1):
            if extra.mask is not None:
                rngs = _of_layer(self.masks, self.mask_layers, layer)
                dropout_mask(rngs, extra.mask.shape[1], extra.mask.shape[2], self.rate, extra.mask)
            if extra.scale is not None and extra.shift is not None:
                draw_noise(_of_layer(self.noises, self.noise_layers, layer), extra.scale, extra.shift)
        if self.renorms:
            for place, (r_max, d_max) in enumerate(self.limits):
                self.now[:, place, 0, 0] = renorm_limits(step, self.start, r_max, d_max)


def _of_layer(rngs: list[np.random.Generator], layers: tuple[int, ...], layer: int) -> list[np.random.Generator]:
    """Return every run's generator of one layer."""
    return rngs[layers.index(layer) :: len(layers)]
