"""Runs of different settings in one pass: what may differ, and each run's own value of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bncore.config import STACKABLE_FIELDS, RunConfig
from bncore.data import Dataset, load_data
from bncore.history import frame_steps
from bncore.ops import Array
from bncore.optim import Rule

__all__ = ["rule_of", "stacked_data", "structure", "value_of"]


def structure(config: RunConfig) -> tuple[object, ...]:
    """Return what runs must share to be trained in one pass: all that is not stackable, the frames, and whether units drop.

    Examples
    --------
    >>> same = structure(RunConfig())
    >>> structure(RunConfig(learning_rate=0.1, seed=3)) == same, structure(RunConfig(hidden=(4,))) == same
    (True, False)
    """
    of = config.effective
    default = RunConfig()
    plain = of.replace(**{name: getattr(default, name) for name in STACKABLE_FIELDS}, seeds=1)
    return plain, frame_steps(config), of.dropout > 0.0


def value_of(configs: Sequence[RunConfig], name: str) -> float | Array:
    """Return a field's value: a number where all runs share it, else one a run, shape (R,), each config for all of its seeds.

    Examples
    --------
    >>> value_of([RunConfig(seeds=1, eps=1e-3), RunConfig(seeds=2, eps=1e-5)], "eps").tolist()
    [0.001, 1e-05, 1e-05]
    """
    values = [float(getattr(config, name)) for config in configs]
    if len(set(values)) == 1:
        return values[0]
    return np.repeat(values, [config.seeds for config in configs])


def rule_of(configs: Sequence[RunConfig]) -> Rule:
    """Return the rule of a step, with the numbers that differ as (R, 1)."""
    numbers = (value_of(configs, name) for name in Rule._fields[1:])
    return Rule(configs[0].optimizer, *(n if isinstance(n, float) else n[:, None] for n in numbers))


def stacked_data(configs: Sequence[RunConfig]) -> Dataset:
    """Return the points of all runs together."""
    if len(configs) == 1:
        return load_data(configs[0])
    parts = [load_data(config) for config in configs]
    names = ("x_train", "y_train", "x_test", "y_test", "domain")
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return replace(parts[0], **joined)
