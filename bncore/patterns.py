"""Patterns of points that are drawn with NumPy alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bncore.config import RunConfig

__all__ = ["PATTERNS", "Points", "labels", "roses"]

Array = NDArray[np.float64]
Points = tuple[Array, Array]

SPIRAL_RADIUS, SPIRAL_TURNS, THREE_TURNS = 2.0, 1.5, 1.0
REDDEST, RED = 2.0, 1.6
SHAPE_SPREAD = 0.33
WARMTH, WARMTH_SD = 50.0, 20.0
"""Mean and standard deviation of the temperatures, in degrees."""


def labels(config: RunConfig) -> Array:
    """Return the class of every point, in order."""
    return np.repeat(np.arange(float(len(config.class_sizes))), config.class_sizes)


def _around(radius: Array, angle: Array) -> Array:
    x: Array = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x


def _rings(config: RunConfig, rng: np.random.Generator) -> Points:
    radius = np.concatenate([np.resize(radii, n) for radii, n in zip(((0.25, 0.75), (0.5, 1.0)), config.class_sizes, strict=True)])
    x = _around(radius, rng.uniform(0.0, 2 * math.pi, config.samples))
    return x + config.noise * rng.standard_normal(x.shape), labels(config)


def _ring_classes(config: RunConfig, rng: np.random.Generator) -> Points:
    y = labels(config)
    x = _around((y + 1.0) / len(config.class_sizes), rng.uniform(0.0, 2 * math.pi, config.samples))
    return x + config.noise * rng.standard_normal(x.shape), y


def _arms(config: RunConfig, rng: np.random.Generator, turns: float) -> Points:
    y = labels(config)
    along = np.sqrt(rng.uniform(0.0, 1.0, config.samples))
    angle = 2 * math.pi * turns * along + 2 * math.pi / len(config.class_sizes) * y
    x = _around(SPIRAL_RADIUS * along, angle)
    return x + config.noise * rng.standard_normal(x.shape), y


def _xor(config: RunConfig, rng: np.random.Generator) -> Points:
    y = labels(config)
    first = np.concatenate([np.resize([1.0, -1.0], n) for n in config.class_sizes])
    signs = np.stack([first, np.where(y == 0.0, first, -first)], axis=1)
    x = signs * rng.uniform(0.1, 1.0, signs.shape)
    return x + config.noise * rng.standard_normal(x.shape), y


def _students(config: RunConfig, rng: np.random.Generator) -> Points:
    share = rng.beta(4.0, 4.0, (config.samples, 2))  # sd 1/6
    merit = (6.0 * (share - 0.5)).sum(axis=1) / math.sqrt(2.0) + config.noise * rng.standard_normal(config.samples)
    y = np.zeros(config.samples)
    y[np.argsort(merit, kind="stable")[config.class_sizes[0] :]] = 1.0
    return np.array([5.0, 70.0]) + np.array([5.0, 75.0]) * share, y


def roses(config: RunConfig, rng: np.random.Generator, lowest: float = RED) -> Points:
    """Return flowers; roses have a redness of ``lowest`` at least, and are otherwise the same flowers."""
    y = labels(config)
    floor = lowest * y
    redness = floor + (REDDEST - floor) * rng.uniform(0.0, 1.0, config.samples)
    shape = y - 0.5 + SHAPE_SPREAD * rng.standard_normal(config.samples)
    x = np.stack([redness, shape], axis=1)
    return x + config.noise * rng.standard_normal(x.shape), y


def _plane_wave(config: RunConfig, rng: np.random.Generator) -> Points:
    x = rng.uniform(-1.0, 1.0, (config.samples, 2))
    y = math.sqrt(2.0) * np.sin(math.pi * (x[:, 0] + x[:, 1]))
    return x, y + config.noise * rng.standard_normal(config.samples)


def _rings_temperature(config: RunConfig, rng: np.random.Generator) -> Points:
    radius = np.sqrt(rng.uniform(0.0, 1.0, config.samples))
    x = _around(radius, rng.uniform(0.0, 2 * math.pi, config.samples))
    warmth = math.sqrt(2.0) * np.cos(2 * math.pi * radius) + config.noise * rng.standard_normal(config.samples)
    return x, WARMTH + WARMTH_SD * warmth


PATTERNS: dict[str, Callable[[RunConfig, np.random.Generator], Points]] = {
    "rings": _rings,
    "spirals": lambda config, rng: _arms(config, rng, SPIRAL_TURNS),
    "xor": _xor,
    "students": _students,
    "roses": roses,
    "ring_classes": _ring_classes,
    "spirals3": lambda config, rng: _arms(config, rng, THREE_TURNS),
    "plane_wave": _plane_wave,
    "rings_temperature": _rings_temperature,
    "table": lambda config, _: (np.array([row[:2] for row in config.table]), np.array([float(row[2]) for row in config.table])),
}
"""What draws the points of a data set, by its name: ``(config, stream) -> x (samples, 2), y (samples,)``."""
