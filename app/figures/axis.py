"""Where numbers of one quantity stand on an axis of a lesson's picture; no streamlit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.figures.plot import ticks
from app.lessons.model import Quantity

__all__ = ["Axis", "axis_of", "known", "log_ticks", "tick_texts"]

Array = NDArray[np.float64]
MOST = 6
"""Ticks that an axis of some 300 pixels has room for."""

LINE = 36
"""Letters of a title that an axis has room for."""

SHAPES = {"share": "{:.1%}", "count": "{:,.0f}", "number": "{:.3g}", "log": "{:.3g}"}


@dataclass(frozen=True)
class Axis:
    """An axis, with a place of its own for what has none: infinite ones at the top, nothing at the bottom of powers of ten.

    Parameters
    ----------
    quantity : Quantity
    low, high : float
        The least and the largest of what has a place.
    ceiling : float or None
        Where infinite and missing numbers stand, if there are any.
    floor : float or None
        Where 0 stands on an axis of powers of ten, if it is there.
    """

    quantity: Quantity
    low: float
    high: float
    ceiling: float | None
    floor: float | None

    @property
    def infinite(self) -> str:
        """What stands at the ceiling."""
        return "never" if self.quantity.kind == "count" else "∞"

    def place(self, values: Array) -> Array:
        """Return where numbers are drawn."""
        placed = known(values)
        if self.ceiling is not None:
            placed = np.where(np.isfinite(placed), placed, self.ceiling)
        return placed if self.floor is None else np.where(placed > 0, placed, self.floor)

    def words(self, values: Array) -> list[str]:
        """Return numbers as text.

        Examples
        --------
        >>> axis_of([np.array([1.0, np.inf])], Quantity("epochs", "count")).words(np.array([12.0, np.inf]))
        ['12', 'never']
        """
        shape = SHAPES[self.quantity.kind]
        return [shape.format(value) if np.isfinite(value) else self.infinite for value in known(values)]

    def settings(self, words: str = "") -> dict[str, Any]:
        """Return what a Plotly axis is told: its title, how it counts, and its ticks."""
        log = self.quantity.kind == "log"
        told: dict[str, Any] = {"title": "<br>".join(wrap(words or self.quantity.label, LINE))}
        if self.quantity.kind == "share":
            told["tickformat"] = ".0%"
        if not log and self.ceiling is None:
            return told
        within = log_ticks(self.low, self.high) if log else ticks(0, self.high)
        if self.ceiling is not None:
            within = [tick for tick in within if tick < self.ceiling / (1.5 if log else 1.05)]
        shown = tick_texts(within) if log else [self._tick(tick) for tick in within]
        below, under = ([self.floor], ["0"]) if self.floor is not None else ([], [])
        above, over = ([self.ceiling], [self.infinite]) if self.ceiling is not None else ([], [])
        return told | {
            "tickvals": [*below, *within, *above],
            "ticktext": [*under, *shown, *over],
            "type": "log" if log else "linear",
        }

    def _tick(self, tick: float) -> str:
        return f"{tick:.0%}" if self.quantity.kind == "share" else f"{tick:,.6g}"


def axis_of(values: Sequence[Array], quantity: Quantity) -> Axis:
    """Return the axis on which all of these have a place.

    Examples
    --------
    >>> axis_of([np.array([2.0, np.inf])], Quantity("epochs", "count")).settings()["ticktext"]
    ['0', '0.5', '1', '1.5', '2', 'never']
    """
    together = np.concatenate([known(v).ravel() for v in values]) if values else np.zeros(0)
    log = quantity.kind == "log"
    placed = together[np.isfinite(together) & ((together > 0) | (not log))]
    low, high = (float(placed.min()), float(placed.max())) if len(placed) else (1.0, 1.0)
    factor = max(1.5, (high / low) ** 0.12) if log else 1.15
    top = high * factor if log or high > 0 else high + 0.15
    ceiling = None if np.isfinite(together).all() else top
    return Axis(quantity, low, high, ceiling, low / factor if log and (together <= 0).any() else None)


def log_ticks(low: float, high: float, most: int = MOST) -> list[float]:
    """Return round numbers that stand apart on an axis of powers of ten.

    Examples
    --------
    >>> log_ticks(0.03, 700), log_ticks(0.2, 0.7)
    ([0.1, 1.0, 10.0, 100.0], [0.2, 0.5])
    >>> log_ticks(1e-14, 1)
    [1e-12, 1e-09, 1e-06, 0.001, 1.0]
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2:
        step = math.ceil((last - first + 1) / most)
        return [float(f"1e{power}") for power in range(math.ceil(first / step) * step, last + 1, step)]
    finer = [f"{factor}e{power}" for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
    within = [float(text) for text in finer if low * (1 - 1e-9) <= float(text) <= high * (1 + 1e-9)]
    return within if len(within) >= 2 else ticks(low, high, 4) or [low]


def tick_texts(values: Sequence[float]) -> list[str]:
    """Return the numbers of ticks: as powers of ten, all of them, if one of them is far from 1.

    Examples
    --------
    >>> tick_texts([0.5, 1, 1000]), tick_texts([1e-12, 1, 2e5])
    (['0.5', '1', '1,000'], ['10<sup>−12</sup>', '1', '2·10<sup>5</sup>'])
    """
    if all(1e-3 <= value < 1e5 for value in values):
        return [f"{value:,.6g}" for value in values]
    return [_power(value) for value in values]


def _power(value: float) -> str:
    power = math.floor(math.log10(value) + 1e-9)
    head, raised = f"{value / 10.0**power:.3g}", f"10<sup>{power}</sup>".replace("-", "−")
    return head if power == 0 else raised if head == "1" else f"{head}·{raised}"


def known(values: Array) -> Array:
    """Return numbers with infinite ones where there are none.

    Examples
    --------
    >>> known(np.array([1.0, np.nan])).tolist()
    [1.0, inf]
    """
    return np.where(np.isnan(values), np.inf, np.asarray(values, float))
