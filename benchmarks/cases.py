"""The work that is timed: the shape of a network, its batch, how many runs, in which numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.ops import Array

__all__ = ["CASES", "Case"]


class Case(NamedTuple):
    """Steps of SGD with BN in training mode before every ReLU, running statistics updated, on one batch."""

    hidden: tuple[int, ...]
    batch: int
    runs: int
    precision: str = "float32"
    steps: int = 200

    @property
    def name(self) -> str:
        """Such as ``2-16-16-1, batch 32, 16 runs, float32``."""
        runs = "1 run" if self.runs == 1 else f"{self.runs} runs"
        return f"{'-'.join(map(str, (2, *self.hidden, 1)))}, batch {self.batch}, {runs}, {self.precision}"

    @property
    def config(self) -> RunConfig:
        """The settings of the engine's run."""
        return RunConfig(
            hidden=self.hidden, batch_size=self.batch, seeds=self.runs, precision=self.precision, samples=max(500, 2 * self.batch)
        )  # fmt: skip

    def points(self) -> tuple[Array, Array]:
        """Return the batch of every run: x (R, N, 2) and targets (R, N)."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.runs, self.batch, 2)).astype(self.precision)
        return x, (x[..., 0] * x[..., 1] > 0).astype(self.precision)


CASES = (
    Case((16, 16), 32, 1),
    Case((16, 16), 32, 1, "float64"),
    Case((16, 16), 32, 16),
    Case((16, 16), 32, 16, "float64"),
    Case((32, 32, 32), 32, 16),
    Case((64,) * 10, 256, 1, steps=20),
)
