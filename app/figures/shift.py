"""Where a network draws its boundary among points it has learned from and points it has not, and how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.figures.plot import Plot
from bncore.ops import Array

__all__ = ["Points", "accuracy_plot", "boundary_plot", "crossing"]

HEIGHT = 270
DRAWN = 90
ROLES = ("class0", "class1")


class Points(NamedTuple):
    """Points x of shape (N, 2) and their classes y, 0.0 or 1.0."""

    x: Array
    y: Array


def crossing(xs: Array, ys: Array, values: Array) -> tuple[list[float], list[float]]:
    """Return the line on which values over a grid are 0, as strokes with breaks (NaN) between them.

    Parameters
    ----------
    xs, ys : ndarray, shape (C,) and (R,)
    values : ndarray, shape (R, C)

    Notes
    -----
    Each cell is cut into two triangles, and each triangle that has both signs into two by one straight stroke.

    Examples
    --------
    >>> crossing(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([[-1.0, 1.0], [-1.0, 1.0]]))[0]
    [0.5, 0.5, nan, 0.5, 0.5, nan]
    """
    grid_x, grid_y = np.meshgrid(xs, ys)
    corners = [np.stack([a[r, c] for a in (grid_x, grid_y, values)]) for r, c in _CORNERS]
    left: list[float] = []
    up: list[float] = []
    for triangle in ((0, 1, 2), (1, 3, 2)):
        at = np.stack([corners[i].reshape(3, -1) for i in triangle])  # (3 corners, 3 numbers, cells)
        sides = at[:, 2] > 0
        for cell in np.flatnonzero(sides.any(axis=0) & ~sides.all(axis=0)):
            ends = [
                _between(at[i, :, cell], at[j, :, cell]) for i, j in ((0, 1), (1, 2), (2, 0)) if sides[i, cell] != sides[j, cell]
            ]
            left += [ends[0][0], ends[1][0], float("nan")]
            up += [ends[0][1], ends[1][1], float("nan")]
    return left, up


_CORNERS = tuple((r, c) for r in (slice(None, -1), slice(1, None)) for c in (slice(None, -1), slice(1, None)))


def _between(a: Array, b: Array) -> tuple[float, float]:
    share = a[2] / (a[2] - b[2])
    return float(a[0] + share * (b[0] - a[0])), float(a[1] + share * (b[1] - a[1]))


def boundary_plot(
    title: str, domain: Sequence[float], grid: Array, learned: Points, met: Points, names: tuple[str, str],
    classes: tuple[str, str], symbol: str = "",
) -> str:  # fmt: skip
    """Return the boundary of one network with some of the points it has learned from (small) and of the new ones (rings, squares).

    Parameters
    ----------
    title : str
    domain : sequence of float
        ``x0, x1, y0, y1``.
    grid : ndarray, shape (G, G)
        Logits over the domain, the lowest second feature first.
    learned, met : Points
    names : tuple of str
        Of the features.
    classes : tuple of str
    symbol : str
        With which the boundary is lit: the statistics that make it.
    """
    x0, x1, y0, y1 = (float(v) for v in domain)
    plot = Plot(
        HEIGHT, (x0, x1), (y0, y1), title=title, x_label=names[0], y_label=names[1], label=f"{title}: boundary among new points"
    )
    for label, role in enumerate(ROLES):
        old, fresh = learned.x[learned.y == label][:DRAWN], met.x[met.y == label][:DRAWN]
        shape = ("ring", "square")[label]
        plot.dots(old[:, 0].tolist(), old[:, 1].tolist(), role, size="small")
        plot.dots(fresh[:, 0].tolist(), fresh[:, 1].tolist(), role, shape=shape, labels=[f"new: {classes[label]}"] * len(fresh))
    if np.isfinite(grid).all():
        plot.line(*crossing(np.linspace(x0, x1, grid.shape[1]), np.linspace(y0, y1, grid.shape[0]), grid), symbol=symbol)
    return plot.svg()


def accuracy_plot(
    epochs: Array, accuracy: Array, names: Sequence[str], moment: int, title: str, symbols: Sequence[str] = ("", "", "")
) -> str:
    """Return the accuracy of the three models over training, medians with a 10-90 % band over the seeds.

    Parameters
    ----------
    epochs : ndarray, shape (M,)
    accuracy : ndarray, shape (M, 3, R)
    names : sequence of 3 str
    moment : int
    title : str
    symbols : sequence of 3 str
        With which each model is lit.
    """
    label = f"{title}: " + ", ".join(f"{n} {np.median(a):.2f}" for n, a in zip(names, accuracy[moment], strict=True))
    plot = Plot(190, (0, float(epochs[-1])), (0.3, 1.0), title=title, x_label="epoch", y_label="accuracy", label=label)
    for k, (role, dash) in enumerate((("plain", True), ("bn", False), ("other", False))):
        low, middle, high = np.quantile(accuracy[:, k], (0.1, 0.5, 0.9), axis=1)
        shape = ("circle", "square", "diamond")[k]
        plot.band(epochs.tolist(), low.tolist(), high.tolist(), role, symbols[k])
        plot.line(epochs.tolist(), middle.tolist(), role, symbols[k], dash=dash)
        plot.dots([float(epochs[moment])], [float(middle[moment])], role, symbols[k], shape=shape, labels=[names[k]])
    plot.rule(x=float(epochs[moment]), role="muted")
    return plot.svg()
