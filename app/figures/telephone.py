"""Percentile bands of what layers hear: over the layers at one moment, and over training for one layer; and their drift."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures.plot import Plot
from app.maths import number_text
from bncore.ops import Array

__all__ = ["drift_plot", "layer_plot", "limit_of", "moment_plot"]

SMALLEST, LARGEST = 1.0, 12.0
DRIFT = (1e-6, 10.0)


def limit_of(arms: Sequence[Array]) -> float:
    """Return where the axis of all arms' bands ends: at their largest percentile, within bounds.

    Examples
    --------
    >>> limit_of([np.array([0.1]), np.array([-2.0, np.nan])]), limit_of([np.array([np.nan])]), limit_of([np.array([99.0])])
    (2.2, 1.0, 12.0)
    """
    values = np.concatenate([np.abs(bands[np.isfinite(bands)]).ravel() for bands in arms])
    return float(np.clip(1.1 * values.max(initial=0.0), SMALLEST, LARGEST))


def moment_plot(bands: Array, limit: float, title: str, role: str, symbol: str = "") -> str:
    """Return the percentiles of every layer at one moment.

    Parameters
    ----------
    bands : ndarray, shape (L, 5)
    limit : float
    title, role : str
    symbol : str
        What the activation is given: the bands are lit with it.
    """
    count = len(bands)
    widths = ", ".join(f"layer {i} {number_text(b[4] - b[0], 2)}" for i, b in enumerate(bands, 1))
    plot = Plot(
        190, (0.5, count + 0.5), (-limit, limit), title=title, x_label="hidden layer", y_label="input of the activation",
        label=f"{title}: from the 5th to the 95th percentile, {widths}",
    )  # fmt: skip
    for i, (p5, p25, p50, p75, p95) in enumerate(bands.tolist(), 1):
        for half, low, high in ((0.32, p5, p95), (0.32, p25, p75)):
            plot.band([i - half, i + half], [low, low], [high, high], role, symbol)
        plot.segment((i - 0.32, p50), (i + 0.32, p50), role, symbol)
    return plot.svg()


def layer_plot(bands: Array, limit: float, moment: int, title: str, role: str, symbol: str = "", *, last: bool) -> str:
    """Return the percentiles of one layer over training.

    Parameters
    ----------
    bands : ndarray, shape (E + 1, 5)
    limit : float
    moment : int
        The epoch that is marked.
    title, role, symbol : str
    last : bool
        The axis is named.
    """
    epochs = list(range(len(bands)))
    plot = Plot(
        44, (0, epochs[-1]), (-limit, limit), title=title, x_label="epoch" if last else "",
        label=f"{title}: median {number_text(bands[0, 2], 2)} at first, {number_text(bands[-1, 2], 2)} at last",
    )  # fmt: skip
    plot.band(epochs, bands[:, 0].tolist(), bands[:, 4].tolist(), role, symbol)
    plot.band(epochs, bands[:, 1].tolist(), bands[:, 3].tolist(), role, symbol)
    plot.line(epochs, bands[:, 2].tolist(), role, symbol)
    plot.rule(x=moment)
    return plot.svg()


def drift_plot(arms: Sequence[Array], names: Sequence[str], roles: Sequence[str]) -> str:
    """Return the drift of every layer, medians over the seeds, on a logarithmic axis.

    Parameters
    ----------
    arms : sequence of ndarray, shape (L, R)
    names, roles : sequence of str
    """
    count = len(arms[0])
    plot = Plot(
        190, (0.5, count + 0.5), DRIFT, y_log=True, title="Drift of each layer, a unit's mean an epoch", x_label="hidden layer",
        y_label="drift", label="Drift of the last hidden layer: "
        + ", ".join(f"{n} {number_text(float(np.median(arm[-1])), 2)}" for n, arm in zip(names, arms, strict=True)),
    )  # fmt: skip
    layers = list(range(1, count + 1))
    for arm, name, role, shape in zip(arms, names, roles, ("circle", "square"), strict=True):
        middle = np.median(arm, axis=1)
        seen = np.where(np.isfinite(middle), np.clip(middle, *DRIFT), np.nan)
        plot.line(layers, seen.tolist(), role, "drift", dash=role == "plain")
        plot.dots(layers, np.nan_to_num(seen, nan=-1.0).tolist(), role, "drift", shape=shape)
        if np.isfinite(seen[-1]):
            plot.text(count, float(seen[-1]), name, role, "end")
    return plot.svg()
