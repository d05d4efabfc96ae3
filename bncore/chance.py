"""What chance and the schedule hand to each training step: masks of dropout, noise, the limits of batch renormalization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bncore.config import RunConfig
from bncore.dropout import dropout_mask
from bncore.network import Layout
from bncore.noise import draw_noise
from bncore.normalise import Extras, Statistics
from bncore.renorm import renorm_limits
from bncore.stack import value_of
from bncore.streams import stream

__all__ = ["Chance", "generators"]


def generators(config: RunConfig, purpose: str, states: Sequence[Mapping[str, Any]]) -> list[np.random.Generator]:
    """Return each run's generator of a purpose, carried on from its state; none where nothing is drawn."""
    rngs: list[np.random.Generator] = []
    if not states:
        return rngs
    for seed, state in zip(config.seed_list, states, strict=True):
        rng = stream(seed, purpose)
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
        One a run, or empty where nothing is drawn.
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
        for extra in extras:
            if extra.mask is not None:
                dropout_mask(self.masks, extra.mask.shape[1], extra.mask.shape[2], self.rate, extra.mask)
            if extra.scale is not None and extra.shift is not None:
                draw_noise(self.noises, extra.scale, extra.shift)
        if self.renorms:
            for place, (r_max, d_max) in enumerate(self.limits):
                self.now[:, place, 0, 0] = renorm_limits(step, self.start, r_max, d_max)
