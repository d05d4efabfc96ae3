"""A small picture of each lesson, drawn from its evidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.figures.plot import Plot
from app.lessons.evidence import Evidence
from app.lessons.model import Case, Lesson, Picture, Quantity

__all__ = ["thumb"]

Array = NDArray[np.float64]
HEIGHT = 84


def thumb(lesson: Lesson, evidence: Evidence) -> str:
    """Return the first picture of a lesson, small and without its axes, as HTML."""
    picture = lesson.pictures[0]
    cases = picture.chosen(lesson.cases)
    if picture.kind == "curves":
        return _curves(picture, cases, evidence)
    numbers = {case.label: evidence.measured[case.label].numbers[picture.quantity] for case in cases}
    scaled = _scaled(numbers, lesson.quantities[picture.quantity])
    if picture.kind == "pairs":
        plot = Plot(HEIGHT, (0, 1), (0, 1), label=picture.title)
        plot.line([0, 1], [0, 1], "muted", dash=True)
        plot.dots(list(scaled[cases[0].label]), list(scaled[cases[1].label]), cases[1].role, size="small")
    elif picture.kind == "sweep":
        plot = _sweep(picture, cases, scaled)
    else:
        plot = Plot(HEIGHT, (-0.6, len(cases) - 0.4), (0, 1), label=picture.title)
        for i, case in enumerate(cases):
            values = scaled[case.label]
            plot.dots([i + (j % 8 - 3.5) / 16 for j in range(len(values))], list(values), case.role, size="small")
    return _bare(plot)


def _sweep(picture: Picture, cases: list[Case], scaled: dict[str, Array]) -> Plot:
    places = [case.x for case in cases]
    plot = Plot(HEIGHT, (min(places), max(places)), (0, 1), label=picture.title, x_log=picture.x_log)
    for name in dict.fromkeys(case.series for case in cases):
        line = sorted((case for case in cases if case.series == name), key=lambda case: case.x)
        middles = [float(np.quantile(scaled[case.label], 0.5, method="inverted_cdf")) for case in line]
        plot.line([case.x for case in line], middles, line[0].role, dash=line[0].role == "plain")
    return plot


def _curves(picture: Picture, cases: list[Case], evidence: Evidence) -> str:
    bands = [
        (case, evidence.bands[case.label][picture.quantity]) for case in cases if picture.quantity in evidence.bands[case.label]
    ]
    values = np.concatenate([np.concatenate([band.low, band.high]) for _, band in bands])
    known = values[np.isfinite(values)]
    low, high = float(known.min()), float(known.max())
    ends = [float(band.x[-1]) for _, band in bands]
    plot = Plot(HEIGHT, (0, max(ends)), (low, high if high > low else low + 1), label=picture.title)
    for case, band in bands:
        plot.band(list(band.x), list(band.low), list(band.high), case.role)
        plot.line(list(band.x), list(band.middle), case.role, dash=case.role == "plain")
    return _bare(plot)


def _scaled(numbers: dict[str, Array], quantity: Quantity) -> dict[str, Array]:
    """Return numbers moved to 0.04 to 0.96; never is at the top."""
    values = {label: np.where(np.isfinite(v), v, np.nan) for label, v in numbers.items()}
    if quantity.kind == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = {label: np.where(v > 0, np.log10(v), np.nan) for label, v in values.items()}
    known = np.concatenate(list(values.values()))
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    span = high - low or 1.0
    return {label: np.where(np.isfinite(v), 0.04 + 0.86 * (v - low) / span, 0.96) for label, v in values.items()}


def _bare(plot: Plot) -> str:
    return f'<div class="thumb" aria-hidden="true">{plot.svg()}</div>'
