"""The loss on the way down the gradient, and what was measured there over training."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.figures.plot import Plot
from app.maths import number_text
from bncore.instruments import STEP_LENGTHS
from bncore.ops import Array

__all__ = ["measure_plot", "walk_plot"]

SHAPES = ("square", "circle", "diamond")
DASHED = (True, False, True)


def walk_plot(walks: Sequence[Array], names: Sequence[str], roles: Sequence[str], top: float, title: str) -> str:
    """Return the loss from where training stands to four steps down the gradient, medians with a 10-90 % band over the seeds.

    Parameters
    ----------
    walks : sequence of ndarray, shape (K + 1, R)
        The loss at the start first.
    names, roles : sequence of str
    top : float
        Highest loss of the axis.
    title : str
    """
    lengths = [0.0, *STEP_LENGTHS]
    falls = ", ".join(
        f"{name} from {number_text(float(np.median(walk[0])), 2)} to {number_text(float(np.median(walk[-1])), 2)}"
        for name, walk in zip(names, walks, strict=True)
    )
    plot = Plot(
        250, (0, lengths[-1]), (0, top), title=title, x_label="steps along the gradient, in learning rates", y_label="loss",
        label=f"{title}: median loss {falls}",
    )  # fmt: skip
    for walk, name, role, shape, dash in zip(walks, names, roles, SHAPES, DASHED, strict=True):
        seen = np.where(np.isfinite(walk), walk, 1e3 * top)
        low, middle, high = np.quantile(seen, (0.1, 0.5, 0.9), axis=1)
        plot.band(lengths, low.tolist(), high.tolist(), role, "loss")
        plot.line(lengths, middle.tolist(), role, "loss", dash=dash)
        plot.dots(lengths, middle.tolist(), role, "loss", shape=shape, size="small", labels=[name] * len(lengths))
    return plot.svg()


def measure_plot(
    step: NDArray[np.int64],
    values: Sequence[Array],
    names: Sequence[str],
    roles: Sequence[str],
    moment: int,
    title: str,
    symbol: str,
) -> str:
    """Return one measure over training, medians over the seeds, on a logarithmic axis.

    Parameters
    ----------
    step : ndarray of int, shape (M,)
    values : sequence of ndarray, shape (M, R)
    names, roles : sequence of str
    moment : int
        Marked.
    title, symbol : str
    """
    middles = [np.median(one, axis=1) for one in values]
    finite = np.concatenate([m[np.isfinite(m) & (m > 0)] for m in middles])
    lowest, highest = (float(finite.min()), float(finite.max())) if len(finite) else (0.1, 1.0)
    axis = (10.0 ** math.floor(math.log10(lowest) - 0.05), 10.0 ** math.ceil(math.log10(highest) + 0.05))
    now = ", ".join(f"{name} {number_text(float(m[moment]), 2)}" for name, m in zip(names, middles, strict=True))
    plot = Plot(
        130, (0, float(step[-1])), axis, y_log=True, title=title, x_label="step", label=f"{title} at step {step[moment]}: {now}"
    )
    for middle, name, role, shape, dash in zip(middles, names, roles, SHAPES, DASHED, strict=True):
        seen = np.where(np.isfinite(middle) & (middle > 0), middle, np.nan)
        plot.line(step.tolist(), seen.tolist(), role, symbol, dash=dash)
        if np.isfinite(seen[moment]):
            plot.dots([float(step[moment])], [float(seen[moment])], role, symbol, shape=shape, labels=[name])
    plot.rule(x=float(step[moment]))
    return plot.svg()
