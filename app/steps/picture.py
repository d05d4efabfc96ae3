"""The distribution before and after a stage, on one axis that stays; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from app.figures.plot import Plot
from app.maths import number_text
from app.steps.scene import Scene
from app.steps.stages import STAGES
from bncore.walk import START_MEAN

__all__ = ["Span", "distribution", "needed_span", "rounded_up"]

HEIGHT = 262
HEIGHTS = {1: (0.42,), 2: (0.68, 0.2), 3: (0.78, 0.45, 0.12)}
"""Where the lines stand, by how many there are."""
MOST_NUMBERED = 8
CLOSE = 0.035
LONGEST_IN_MARGIN = 2

LINES: dict[str, tuple[str, ...]] = {
    "z": ("z",), "mu": ("z",), "var": ("z",), "z_hat": ("z", "z_hat"), "running": ("z",), "y": ("z", "z_hat", "y"), "a": ("y", "a"),
    "loss": ("a", "logit"), "da": ("logit_slope", "da"), "dy": ("da", "dy"), "dgamma": ("dy", "dgamma"), "dbeta": ("dy",),
    "dz_hat": ("dy", "dz_hat"), "dvar": ("dz_hat", "dvar"), "dmu": ("dz_hat",), "dz": ("dz_hat", "dz"), "dw": ("dz",),
    "db": ("dz",),
}  # fmt: skip
"""What stands on the lines of each stage, by symbol, before above after."""

FIELDS = {"logit_slope": "dlogit", "dgamma": "gamma_terms", "dvar": "var_terms"}
NAMES = {"logit_slope": "ds", "dgamma": "dy · ẑ", "dvar": "dẑ · (z − μ)", "z_hat": "ẑ", "dz_hat": "dẑ", "logit": "s"}
FORWARD = ("z", "z_hat", "y", "a", "logit")
BACKWARD = ("logit_slope", "da", "dy", "dgamma", "dz_hat", "dvar", "dz")


class Span(NamedTuple):
    """How far the axes of both passes reach: ``low``, ``high`` of the forward one, ``slope`` to both sides of the other."""

    low: float
    high: float
    slope: float

    def joined(self, other: Span) -> Span:
        """Return the span that holds both.

        Examples
        --------
        >>> Span(-1, 2, 3).joined(Span(-2, 1, 1))
        Span(low=-2, high=2, slope=3)
        """
        return Span(min(self.low, other.low), max(self.high, other.high), max(self.slope, other.slope))


def rounded_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 5, 7, 10 and so on.

    Examples
    --------
    >>> rounded_up(0.012), rounded_up(1.0), rounded_up(61.0)
    (0.015, 1.0, 70.0)
    """
    if value <= 0:
        return 1.0
    size = 10.0 ** int(f"{value:e}".partition("e")[2])
    return next(float(f"{factor * size:.3g}") for factor in (1, 1.5, 2, 3, 5, 7, 10) if factor * size >= value * (1 - 1e-12))


def needed_span(scene: Scene, gamma_limit: float, beta_limit: float) -> Span:
    """Return the span in which every stage has room, wherever gamma and beta are dragged.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> needed_span(scene_of(DEFAULTS), 2.0, 2.0)
    Span(low=-5.0, high=5.0, slope=0.2)
    """
    reach = gamma_limit * max(map(abs, scene.column("z_hat"))) + beta_limit
    forward = [*(value for name in FORWARD for value in _column(scene, name)), reach, -reach]
    backward = [abs(value) for name in BACKWARD for value in _column(scene, name)]
    return Span(-rounded_up(-min(forward)), rounded_up(max(forward)), rounded_up(max(backward)))


def distribution(scene: Scene, span: Span) -> str:
    """Return the picture of a stage: the students as marks on a line, before above after.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> distribution(scene_of(DEFAULTS), Span(-5, 5, 1)).count("data-symbol='z'")
    4
    """
    stage = STAGES[scene.stage]
    names = LINES[scene.stage]
    axis = (-span.slope, span.slope) if stage.back else (span.low, span.high)
    words = " to ".join(f"{_name(name)} ({', '.join(number_text(v, 3) for v in _column(scene, name))})" for name in names)
    plot = Plot(HEIGHT, axis, (0.0, 1.0), label=f"{stage.title}: {words}, on an axis from {axis[0]:g} to {axis[1]:g}")
    plot.y_ticks = []
    heights = HEIGHTS[len(names)]
    columns = [[min(max(value, axis[0]), axis[1]) for value in _column(scene, name)] for name in names]
    for (top, low), (above, below) in zip(pairwise(heights), pairwise(columns), strict=True):
        for start, end in zip(above, below, strict=True):
            plot.segment((start, top), (end, low), "muted thin")
    for name, height, values in zip(names, heights, columns, strict=True):
        plot.segment((axis[0], height), (axis[1], height), "muted thin")
        plot.text(axis[0], height, _name(name), anchor="end" if len(_name(name)) <= LONGEST_IN_MARGIN else "start")
        _marks(plot, scene, name, height, values)
    _extras(plot, scene)
    return plot.svg()


def _marks(plot: Plot, scene: Scene, name: str, height: float, values: Sequence[float]) -> None:
    for i, (value, exact) in enumerate(zip(values, _column(scene, name), strict=True)):
        placed, place = bool(scene.targets[i]), scene.places[i]
        label = f"Student {place}: {_name(name)} = {number_text(exact, 6)}"
        role, shape = ("class1", "square") if placed else ("class0", "circle")
        plot.dots([value], [height], role, name, [label], "large", shape)
    if scene.m <= MOST_NUMBERED:
        for at, words in _numbers(values, scene.places, (plot.x[1] - plot.x[0]) * CLOSE):
            plot.text(at, height + 0.05, words)


def _numbers(values: Sequence[float], places: Sequence[int], close: float) -> list[tuple[float, str]]:
    """Return the numbers of the students and where they stand; those whose marks are close share a place."""
    groups: list[list[tuple[float, int]]] = []
    for value, place in sorted(zip(values, places, strict=True)):
        if groups and value - groups[-1][-1][0] < close:
            groups[-1].append((value, place))
        else:
            groups.append([(value, place)])
    return [(sum(v for v, _ in group) / len(group), ", ".join(str(p) for _, p in group)) for group in groups]


def _extras(plot: Plot, scene: Scene) -> None:
    """Mark the numbers that a stage takes from the whole batch."""
    mu, running = scene.number("mu"), scene.number("running_mean")
    if scene.stage in ("mu", "var", "z_hat", "running"):
        plot.rule(x=mu, role="batch", symbol="mu")
        plot.text(mu, 0.88, f"μ = {number_text(mu)}", "batch", "start")
    if scene.stage == "var":
        sigma = scene.undoing.sigma
        plot.segment((mu - sigma, 0.18), (mu + sigma, 0.18), "batch", "var")
        plot.text(mu + sigma, 0.18, "μ ± σ", "batch", "start")
    if scene.stage == "running":
        plot.segment((START_MEAN, 0.14), (running, 0.14), "running", "running_mean")
        plot.dots([START_MEAN], [0.14], "running", "running_mean", [f"Running mean before: {START_MEAN:g}"], "large", "ring")
        plot.dots([running], [0.14], "running", "running_mean", [f"Running mean after: {number_text(running)}"], "large", "diamond")
        plot.text(plot.x[0], 0.14, "running mean", "running", "start")


def _name(name: str) -> str:
    return NAMES.get(name, name)


def _column(scene: Scene, name: str) -> list[float]:
    return scene.column(FIELDS.get(name, name))
