"""The loss of a linear model over its two weights, with the way of gradient descent in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures.plot import Plot
from app.maths import number_text
from bncore.bowl import Bowl, excess, section
from bncore.ops import Array

__all__ = ["bowl_plot", "excess_plot"]

LEVELS = (1.0, 0.5, 0.25, 0.1, 0.03, 0.01)
"""Heights of the contours above the lowest point of the slice, in units of the start's."""

EXCESS = (1e-9, 1e4)
STYLES = (("other", False), ("muted", True), ("", False))
LABEL_AT = {"raw": 70, "centred": 40, "standardized": 0}
"""Where along its line a scaling is named, in percent of what is seen of it."""

DOTS = 12
NAMES = ("w₁", "w₂")
HEIGHT = 300


def bowl_plot(bowl: Bowl, path: Array, window: float, title: str) -> str:
    """Return contours over both weights at the present bias, the path, its start, its end, and the minimum.

    Parameters
    ----------
    bowl : Bowl
    path : ndarray, shape (K, 3)
        Places passed; the last is the present one.
    window : float
        Both axes run from minus this to this.
    title : str
    """
    start, now = path[0], path[-1]
    finite = bool(np.isfinite(now).all())
    words = f"now at w1 = {number_text(now[0], 3)}, w2 = {number_text(now[1], 3)}" if finite else "it has left all numbers"
    lowest = f"the minimum is at w1 = {number_text(bowl.minimum[0], 3)}, w2 = {number_text(bowl.minimum[1], 3)}"
    axis = (-window, window)
    label = f"{title}: contours of the loss over w1 and w2 at the present bias; {words}; {lowest}."
    plot = Plot(HEIGHT, axis, axis, title=title, x_label=NAMES[0], y_label=NAMES[1], label=label)
    here = section(bowl, float(now[2]) if finite else float(start[2]))
    first = section(bowl, float(start[2]))
    height = float((start[:2] - first.centre) @ first.block @ (start[:2] - first.centre)) / 2.0
    for level in LEVELS:
        xs, ys = here.contour(here.floor + level * max(height, 1e-12)).T
        plot.line(xs.tolist(), ys.tolist(), "thin muted", "loss")
    reach = 40.0 * window  # what lies far outside is cut anyway, and must stay a number
    seen = np.clip(np.nan_to_num(path[:, :2], nan=0.0, posinf=reach, neginf=-reach), -reach, reach)
    plot.line(seen[:, 0].tolist(), seen[:, 1].tolist(), "gradient", "rate")
    plot.dots(seen[:DOTS, 0].tolist(), seen[:DOTS, 1].tolist(), "gradient", "rate", size="small")
    plot.dots([bowl.minimum[0]], [bowl.minimum[1]], "", shape="diamond", labels=["minimum"])
    plot.dots([start[0]], [start[1]], "gradient", "w", shape="ring", size="large", labels=["start: drag it, or press anywhere"])
    plot.dots([now[0]], [now[1]], "gradient", "w", size="large", labels=["now"])
    return plot.svg()


def excess_plot(
    bowls: Sequence[Bowl],
    rates: Sequence[float],
    needed: Sequence[float],
    names: Sequence[str],
    start: Array,
    steps: int,
    most: int,
) -> str:
    """Return the loss above its floor over the steps, each scaling a line, both axes logarithmic.

    Parameters
    ----------
    bowls, rates, needed, names : sequences, one a scaling
        ``needed`` is the step at which the stopping rule is met, a square on the line.
    start : ndarray, shape (3,)
    steps : int
        Taken so far: marked.
    most : int
        Steps at the right end.
    """
    at = np.unique(np.round(np.geomspace(1, most, 240)))
    ends = ", ".join(f"{name} after {number_text(count, 3)}" for name, count in zip(names, needed, strict=True))
    plot = Plot(
        200, (1, 3 * most), EXCESS, x_log=True, y_log=True, title="Loss above its floor; squares: a millionth of the start's",
        x_label="steps", label=f"Loss above its floor over the steps; steps to a millionth: {ends}",
    )  # fmt: skip
    if steps >= 1:
        plot.rule(x=steps, role="gradient", symbol="steps")
        plot.text(steps, EXCESS[1] / 30, "now", "gradient", "start")
    for bowl, rate, count, name, (role, dash) in zip(bowls, rates, needed, names, STYLES, strict=True):
        left = excess(bowl, start, rate, at)
        left = np.where(np.isfinite(left) & (left > EXCESS[0] / 1e3) & (left < EXCESS[1] * 1e3), left, np.nan)
        plot.line(at.tolist(), left.tolist(), role, "loss", dash=dash)
        if np.isfinite(count):
            plot.dots([count], excess(bowl, start, rate, np.array([count])).tolist(), role, "steps", shape="square")
        inside = np.flatnonzero(np.isfinite(left) & (left > 3e-9) & (left < EXCESS[1] / 3))
        if len(inside):
            place = inside[len(inside) * LABEL_AT[name] // 100]
            plot.text(float(at[place]), float(left[place]), name, role, "start")
    return plot.svg()
