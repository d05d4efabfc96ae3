"""Pictures of the trained network: medians over seeds with their 10-90 % band, and every seed before and after the cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures.plot import Plot
from app.running.network import Ways
from bncore.ops import Array

__all__ = ["over_time", "percent", "seeds_picture", "sweep"]

HEIGHT = 230
STYLES = {
    "exact": ("other", "exact", "square", "exact statistics"),
    "batch": ("batch", "mu", "circle", "batch statistics"),
    "running": ("running", "running_mean", "diamond", "running statistics"),
}
"""Role, symbol, mark and name of each way."""


def percent(values: Array, share: float = 0.5) -> float:
    """Return a quantile over seeds, the median if not told otherwise, of accuracies as a percentage; one of the values.

    Examples
    --------
    >>> percent(np.array([0.5, 0.75, 1.0, 1.0]))
    75.0
    """
    return float(100 * np.quantile(values, share, method="inverted_cdf"))


def over_time(ways: Ways) -> str:
    """Return accuracy against updates, as HTML.

    Parameters
    ----------
    ways : Ways
        Several moments.
    """
    end = float(ways.updates[-1])
    said = "; ".join(f"{STYLES[name][3]} {percent(getattr(ways, name)[-1]):.0f} %" for name in STYLES)
    plot = _plot((0.0, max(end, 1.0)), "While it is trained", "updates", f"Accuracy after {end:.0f} updates, medians: {said}.")
    for name in STYLES:
        _draw(plot, name, list(map(float, ways.updates)), getattr(ways, name), marks=False)
    return plot.svg()


def sweep(found: Mapping[float, Ways], chosen: tuple[float, Ways], what: str) -> str:
    """Return the accuracy at the end against momentum or batch size, as HTML; the chosen setting stands beside its neighbours.

    Parameters
    ----------
    found : mapping of float to Ways
        By momentum or batch size.
    chosen : tuple of float and Ways
    what : str
        ``momentum`` or ``batch``.
    """
    by = what == "momentum"
    columns = sorted((dict(found) | {chosen[0]: chosen[1]}).items())
    places = [1.0 / (1.0 - value) if by else value for value, _ in columns]
    title, name = ("At other momenta", "batches remembered: 1 / (1 − momentum)") if by else ("At other batch sizes", "batch size")
    ends = "; ".join(f"{value:g}: {percent(ways.running[-1]):.0f} % with running statistics" for value, ways in columns)
    at = 1.0 / (1.0 - chosen[0]) if by else chosen[0]
    low, high = min(places), max(places)
    plot = _plot((low / 1.25, high * 1.25), title, name, f"{title}, medians: {ends}.", log=True)
    plot.x_ticks = [1.0 / (1.0 - value) if by else value for value in found]
    plot.rule(x=at)
    for way in STYLES:
        _draw(plot, way, places, np.stack([getattr(ways, way)[-1] for _, ways in columns]), marks=True)
    return plot.svg()


def seeds_picture(columns: Mapping[str, Array], roles: Sequence[str]) -> str:
    """Return the test accuracy of every seed, a column for each way, with medians, as HTML; lines join what one seed became.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (R,)
    roles : sequence of str
        The colour of each column.
    """
    values = list(columns.values())
    low = 100 * min(float(v.min()) for v in values)
    said = "; ".join(f"{name} {percent(v):.0f} %" for name, v in columns.items())
    floor = max(-4.0, low - 0.18 * (100.0 - low) - 3.0)
    plot = Plot(
        HEIGHT, (-0.5, len(values) - 0.5), (floor, 102.0), title="Test accuracy of every seed, %", label=f"Medians: {said}."
    )
    plot.x_ticks = []
    for seed in range(len(values[0])):
        places = [_beside(i, seed, len(values[0])) for i in range(len(values))]
        if len(values) == 2:
            plot.segment((places[0], 100 * values[0][seed]), (places[1], 100 * values[1][seed]), "muted thin")
    for i, (name, column) in enumerate(columns.items()):
        at = [_beside(i, seed, len(column)) for seed in range(len(column))]
        plot.dots(
            at, [100 * v for v in column], roles[i], "", [f"seed {s}: {100 * v:.0f} %" for s, v in enumerate(column)], "small"
        )
        plot.dots([i], [percent(column)], roles[i], "", [f"median {percent(column):.0f} %"], "large", "diamond")
        plot.text(i, floor, name, roles[i])
    return plot.svg()


def _beside(column: int, seed: int, seeds: int) -> float:
    return column + 0.24 * (seed / max(1, seeds - 1) - 0.5)


def _plot(x: tuple[float, float], title: str, x_label: str, said: str, *, log: bool = False) -> Plot:
    return Plot(HEIGHT, x, (40.0, 102.0), title=title, x_label=x_label, y_label="accuracy, %", label=said, x_log=log)


def _draw(plot: Plot, name: str, xs: Sequence[float], values: Array, *, marks: bool) -> None:
    role, symbol, shape, words = STYLES[name]
    middle, low, high = ([percent(v, share) for v in values] for share in (0.5, 0.1, 0.9))
    plot.band(xs, low, high, role, symbol)
    plot.line(xs, middle, role, symbol, dash=name == "exact")
    if marks or name == "batch":
        labels = [f"{words}: {v:.0f} %" for v in middle]
        plot.dots(xs, middle, role, symbol, labels, "dot", shape)
