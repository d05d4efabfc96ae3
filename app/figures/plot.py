"""Small pictures as HTML and SVG of any width: places in percent, text and strokes in pixels; no streamlit.

For pictures that are redrawn while a slider is dragged. What is explored (zoom, hover, download) is Plotly's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from app.maths import number_text

__all__ = ["CORNERS", "Plot", "ticks"]

MARKS = {"dot": 3.4, "small": 2.2, "large": 5.5}
CORNERS = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "triangle": ((0, -1.4), (1.3, 0.9), (-1.3, 0.9)),
    "diamond": ((-1.4, 0), (0, -1.4), (1.4, 0), (0, 1.4)),
    "down": ((0, 1.4), (1.3, -0.9), (-1.3, -0.9)),
    "cross": (
        (-0.5, -1.4), (0.5, -1.4), (0.5, -0.5), (1.4, -0.5), (1.4, 0.5), (0.5, 0.5),
        (0.5, 1.4), (-0.5, 1.4), (-0.5, 0.5), (-1.4, 0.5), (-1.4, -0.5), (-0.5, -0.5),
    ),
}  # fmt: skip
"""Of the marks that are no circles; right and down count from the middle."""

FAR = 1e5
"""Percent: how far beyond the picture a stroke is followed. Nearer, what is seen of a steep one would lean."""


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most so many round numbers from low to high.

    Examples
    --------
    >>> ticks(0, 1), ticks(-3.2, 7.9, 4)
    ([0.0, 0.5, 1.0], [0.0, 5.0])
    """
    if not (math.isfinite(high - low) and high - low > 1e-300):
        return [low] if math.isfinite(low) else []
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(size * factor for factor in (1, 2, 5, 10, 20, 50) if (high - low) / (size * factor) < most - 1e-9)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


class Plot:
    """A picture that is filled mark by mark, and then written.

    Parameters
    ----------
    height : int
        Pixels of the drawn area.
    x, y : tuple of float
        Lowest and highest value of each axis, fixed: what lies beyond is cut off, as is 0 on a logarithmic axis.
    title : str
        Stands above it.
    x_label, y_label : str
    label : str
        What is seen, in words, for the ear; else the title, or what the axes are.
    x_log, y_log : bool
        The axis is logarithmic.

    Raises
    ------
    ValueError
        If a logarithmic axis does not begin above 0.

    Examples
    --------
    >>> plot = Plot(100, (0, 10), (0, 1), title="Mean")
    >>> plot.dots([5], [0.5], "batch")
    >>> "cx='50%' cy='50%'" in plot.svg()
    True
    """

    def __init__(
        self, height: int, x: tuple[float, float], y: tuple[float, float], *, title: str = "", x_label: str = "",
        y_label: str = "", label: str = "", x_log: bool = False, y_log: bool = False,
    ) -> None:  # fmt: skip
        for name, axis, log in (("x", x, x_log), ("y", y, y_log)):
            if log and not (axis[0] > 0 and axis[1] > 0):
                raise ValueError(f"Plot.{name}: must be above 0 on a logarithmic axis; got {axis}. Begin at a small number.")
        self.height, self.x, self.y = height, x, y
        self.title, self.x_label, self.y_label, self.label = title, x_label, y_label, label
        self.x_log, self.y_log = x_log, y_log
        self._marks: list[str] = []
        self._words: list[str] = []
        self.x_ticks, self.y_ticks = _ticks(x, x_log, 6), _ticks(y, y_log, max(2, height // 40))

    def dots(
        self, xs: Sequence[float], ys: Sequence[float], role: str = "", symbol: str = "", labels: Sequence[str] = (),
        size: str = "dot", shape: str = "circle",
    ) -> None:  # fmt: skip
        """Add a mark at each place: a ``circle``, a ``ring`` or one of `CORNERS`; labels are told where a pointer rests."""
        for i, (at_x, at_y) in enumerate(zip(xs, ys, strict=True)):
            place = self._place(at_x, at_y)
            if place is None:
                continue
            title = f"<title>{escape(labels[i])}</title>" if labels else ""
            self._marks.append(f"<g class='mark {role}'{_lit(symbol)}>{_shape(shape, *place, MARKS[size], title)}</g>")

    def line(self, xs: Sequence[float], ys: Sequence[float], role: str = "", symbol: str = "", *, dash: bool = False) -> None:
        """Add a line through places; it is broken where a number is not finite."""
        path, pen = [], "M"
        for at_x, at_y in zip(xs, ys, strict=True):
            left, top = self._percent(at_x, at_y)
            if not (math.isfinite(left) and math.isfinite(top)):
                pen = "M"
                continue
            path.append(f"{pen}{_near(left):.3f} {_near(top):.3f}")
            pen = "L"
        style = f"mark line {'dashed ' if dash else ''}{role}"
        self._marks.append(_stretched(f"<path class='{style}'{_lit(symbol)} d='{''.join(path)}'/>"))

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], role: str = "", symbol: str = "") -> None:
        """Add the area between two lines; it is broken where a number is none."""
        run: list[tuple[float, float, float]] = []
        for x, down, up in [*zip(xs, low, high, strict=True), (math.nan, math.nan, math.nan)]:
            left, bottom, top = self._percent(x, 0)[0], self._percent(0, down)[1], self._percent(0, up)[1]
            if math.isfinite(left) and not math.isnan(bottom + top):
                run.append((left, bottom, top))
            elif run:
                there, back = [(a, c) for a, _, c in run], [(a, c) for a, c, _ in reversed(run)]
                path = " ".join(f"{_near(across):.3f},{_near(down):.3f}" for across, down in there + back)
                self._marks.append(_stretched(f"<polygon class='mark area {role}'{_lit(symbol)} points='{path}'/>"))
                run = []

    def bars(self, edges: Sequence[float], heights: Sequence[float], role: str = "", symbol: str = "") -> None:
        """Add a bar from the axis' lowest value to each height, between neighbouring edges: one more than there are bars.

        Raises
        ------
        ValueError
            If there are more or fewer edges.
        """
        if len(edges) != len(heights) + 1:
            raise ValueError(
                f"Plot.bars: edges must be one more than heights; got {len(edges)} and {len(heights)}. Give each bar two."
            )
        for left, right, top in zip(edges, edges[1:], heights, strict=False):
            (x0, y0), (x1, y1) = self._percent(left, self.y[0]), self._percent(right, top)
            if math.isnan(x0 + x1 + y1) or y1 >= y0:
                continue
            x0, x1, y1 = _near(x0), _near(x1), _near(y1)
            box = f"x='{x0:.3f}%' y='{y1:.3f}%' width='{max(x1 - x0, 0):.3f}%' height='{y0 - y1:.3f}%'"
            self._marks.append(f"<rect class='mark area {role}'{_lit(symbol)} {box}/>")

    def segment(
        self, start: tuple[float, float], end: tuple[float, float], role: str = "", symbol: str = "", *, dash: bool = False
    ) -> None:
        """Add one straight stroke."""
        (x0, y0), (x1, y1) = self._percent(*start), self._percent(*end)
        if math.isfinite(x0 + y0 + x1 + y1):
            box = f"x1='{_near(x0):.3f}%' y1='{_near(y0):.3f}%' x2='{_near(x1):.3f}%' y2='{_near(y1):.3f}%'"
            self._marks.append(f"<line class='mark line {'dashed ' if dash else ''}{role}'{_lit(symbol)} {box}/>")

    def rule(
        self, *, x: float | None = None, y: float | None = None, role: str = "muted", label: str = "", symbol: str = ""
    ) -> None:
        """Add a dashed line across the picture at one value, with its name beside it; nothing where that is beyond an axis."""
        if not 0 <= (_share(x, self.x, self.x_log) if x is not None else _share(y or 0.0, self.y, self.y_log)) <= 1:
            return
        if x is not None:
            self.segment((x, self.y[0]), (x, self.y[1]), role, symbol, dash=True)
        elif y is not None:
            self.segment((self.x[0], y), (self.x[1], y), role, symbol, dash=True)
        if label:
            self.text(self.x[1] if x is None else x, self.y[1] if y is None else y, label, role, "end" if x is None else "start")

    def text(self, x: float, y: float, words: str, role: str = "", anchor: str = "middle") -> None:
        """Add words just above a place; ``start``, ``middle`` or ``end`` of them stands there."""
        left, top = self._percent(x, y)
        if math.isfinite(left + top):
            place = f"left:{min(max(left, 0), 100):.2f}%;top:{min(max(top, 0), 100):.2f}%"
            self._words.append(f"<span class='words {anchor} {role}' style='{place}'>{escape(words)}</span>")

    def svg(self) -> str:
        """Return the picture as HTML; styled by ``sheet.css``."""
        ups = "".join(f"<span style='top:{self._percent(self.x[0], v)[1]:.2f}%'>{number_text(v, 3)}</span>" for v in self.y_ticks)
        lefts = "".join(
            f"<span style='left:{self._percent(v, self.y[0])[0]:.2f}%'>{number_text(v, 3)}</span>" for v in self.x_ticks
        )
        grid = "".join(
            f"<line class='grid' x1='0' x2='100%' y1='{top:.2f}%' y2='{top:.2f}%'/>"
            for top in (self._percent(self.x[0], v)[1] for v in self.y_ticks)
        )
        spoken = self.label or self.title or f"{self.y_label} over {self.x_label}"
        caption = f"<figcaption>{escape(self.title)}</figcaption>" if self.title else ""
        y_name = f"<span class='y-name'>{escape(self.y_label)}</span>" if self.y_label else ""
        x_name = f"<span class='x-name'>{escape(self.x_label)}</span>" if self.x_label else ""
        return (
            f"<figure class='plot' role='img' aria-label='{escape(spoken)}'>{caption}{y_name}"
            f"<div class='plot-y' style='height:{self.height}px'>{ups}</div>"
            f"<div class='plot-area' style='height:{self.height}px'>"
            f"<svg width='100%' height='100%'>{grid}{''.join(self._marks)}</svg>{''.join(self._words)}</div>"
            f"<div class='plot-x'>{lefts}</div>{x_name}</figure>"
        )

    def _percent(self, x: float, y: float) -> tuple[float, float]:
        return 100 * _share(x, self.x, self.x_log), 100 - 100 * _share(y, self.y, self.y_log)

    def _place(self, x: float, y: float) -> tuple[str, str] | None:
        left, top = self._percent(x, y)
        if not (-2 <= left <= 102 and -2 <= top <= 102):
            return None
        return f"{left:.4g}%", f"{top:.4g}%"


def _share(value: float, axis: tuple[float, float], log: bool) -> float:
    low, high = axis
    if log:
        if value <= 0:
            return -math.inf if value == 0 else math.nan
        low, high, value = math.log(low), math.log(high), math.log(value)
    return (value - low) / (high - low) if high > low else 0.5


def _ticks(axis: tuple[float, float], log: bool, most: int) -> list[float]:
    if not log:
        return ticks(*axis, most)
    first, last = math.ceil(math.log10(axis[0]) - 1e-9), math.floor(math.log10(axis[1]) + 1e-9)
    if last - first < 1:
        return [value for value in ticks(*axis, most) if value > 0]
    every = max(1, math.ceil((last - first + 1) / most))
    return [10.0**i for i in range(first, last + 1, every)]


def _near(percent: float) -> float:
    return min(max(percent, -FAR), FAR)


def _lit(symbol: str) -> str:
    return f" data-symbol='{symbol}'" if symbol else ""


def _stretched(mark: str) -> str:
    """Let a mark with places in 0..100 fill the whole area; its stroke keeps its width."""
    return f"<svg viewBox='0 0 100 100' preserveAspectRatio='none' width='100%' height='100%' overflow='hidden'>{mark}</svg>"


def _shape(shape: str, left: str, top: str, size: float, title: str) -> str:
    if shape in ("circle", "ring"):
        return f"<circle class='{shape}' cx='{left}' cy='{top}' r='{size}'>{title}</circle>"
    corners = "L".join(f"{size * x:.3g} {size * y:.3g}" for x, y in CORNERS[shape])
    return f"<svg x='{left}' y='{top}' overflow='visible'><path class='shape' d='M{corners}Z'>{title}</path></svg>"
