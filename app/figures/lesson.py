"""The pictures that lessons are made of, as Plotly figures; no streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.figures.axis import Axis, axis_of, known
from app.figures.roles import DASHES, SYMBOLS, role_colour
from app.lessons.evidence import Band
from app.lessons.model import Case, Lesson, Measure, Picture, Quantity

__all__ = ["lesson_figure"]

Array = NDArray[np.float64]
HEIGHT = 380
LETTERS = 11
"""Of a line of a name below a column of dots."""

SPARE_ROLES = ("other", "warn", "beta", "batch")


def lesson_figure(
    lesson: Lesson, picture: Picture, numbers: Mapping[str, Measure], bands: Mapping[str, Mapping[str, Band]], *,
    dark: bool, height: int = HEIGHT,
) -> go.Figure:  # fmt: skip
    """Return a picture of a lesson.

    Parameters
    ----------
    lesson : Lesson
    picture : Picture
        One of its own.
    numbers : mapping of str to Measure
        What was measured, by case.
    bands : mapping of str to mapping of str to Band
        Curves over seeds, by case and name.
    dark : bool
    height : int
        Pixels.
    """
    cases = picture.chosen(lesson.cases)
    quantity = lesson.quantities[picture.quantity]
    figure = go.Figure()
    if picture.kind == "curves":
        _curves(figure, picture, cases, bands, quantity, dark=dark)
    elif picture.kind == "sweep":
        _sweep(figure, picture, cases, numbers, quantity, dark=dark)
    elif picture.kind == "pairs":
        _pairs(figure, picture, cases, numbers, quantity, dark=dark)
    else:
        _strips(figure, picture, cases, numbers, quantity, dark=dark)
    ink = "#e8edf2" if dark else "#1b2430"
    figure.update_layout(
        height=height, margin={"l": 8, "r": 12, "t": 12, "b": 8}, hovermode="closest", font={"size": 14, "color": ink},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
    grid = "rgba(160,170,180,.25)"
    figure.update_xaxes(automargin=True, gridcolor=grid, zeroline=False, title_standoff=8)
    figure.update_yaxes(automargin=True, gridcolor=grid, zeroline=False, title_standoff=8)
    return figure


def _strips(
    figure: go.Figure, picture: Picture, cases: Sequence[Case], numbers: Mapping[str, Measure], quantity: Quantity, *, dark: bool
) -> None:
    axis = axis_of([numbers[case.label].numbers[picture.quantity] for case in cases], quantity)
    for i, case in enumerate(cases):
        values = numbers[case.label].numbers[picture.quantity]
        y = axis.place(values)
        spread = (np.arange(len(y)) % 8 - 3.5) / 24  # side by side, the same way each time
        colour = role_colour(case.role, dark=dark)
        figure.add_trace(
            go.Scatter(
                x=i + spread, y=y, mode="markers", name=case.label, showlegend=False, customdata=axis.words(values),
                marker={"color": colour, "symbol": SYMBOLS[case.role], "size": 8, "opacity": 0.75},
                hovertemplate=f"{case.label}: %{{customdata}}<extra></extra>",
            )
        )  # fmt: skip
        middle = float(axis.place(np.quantile(known(values), [0.5], method="inverted_cdf"))[0])
        figure.add_shape(type="line", x0=i - 0.3, x1=i + 0.3, y0=middle, y1=middle, line={"color": colour, "width": 3})
    figure.update_xaxes(
        tickvals=list(range(len(cases))), ticktext=[_broken(case.label) for case in cases], range=[-0.6, len(cases) - 0.4],
        showgrid=False, autotickangles=[0, 90], ticklabeloverflow="allow",
    )  # fmt: skip
    figure.update_yaxes(axis.settings())


def _sweep(
    figure: go.Figure, picture: Picture, cases: Sequence[Case], numbers: Mapping[str, Measure], quantity: Quantity, *, dark: bool
) -> None:
    axis = axis_of([numbers[case.label].numbers[picture.quantity] for case in cases], quantity)
    for name in dict.fromkeys(case.series for case in cases):
        line = sorted((case for case in cases if case.series == name), key=lambda case: case.x)
        values = [known(numbers[case.label].numbers[picture.quantity]) for case in line]
        low, middle, high = (np.array([np.quantile(v, q, method="inverted_cdf") for v in values]) for q in (0.1, 0.5, 0.9))
        _band(
            figure, name, line[0].role, Band(np.array([case.x for case in line]), low, middle, high), axis, dark=dark, markers=True
        )
    figure.update_xaxes(title=picture.x_label, type="log" if picture.x_log else "linear")
    if picture.x_log:
        places = sorted({case.x for case in cases})
        if len(places) <= 12:
            figure.update_xaxes(tickvals=places, ticktext=[f"{place:g}" for place in places], minor={"showgrid": False})
    figure.update_yaxes(axis.settings())


def _curves(
    figure: go.Figure, picture: Picture, cases: Sequence[Case], bands: Mapping[str, Mapping[str, Band]], quantity: Quantity, *,
    dark: bool,
) -> None:  # fmt: skip
    roles = _roles(cases)
    drawn = {case.label: bands[case.label][picture.quantity] for case in cases if picture.quantity in bands[case.label]}
    axis = axis_of([part for band in drawn.values() for part in (band.low, band.middle, band.high)], quantity)
    for label, band in drawn.items():
        _band(figure, label, roles[label], band, axis, dark=dark)
    figure.update_xaxes(title=picture.x_label, type="log" if picture.x_log else "linear")
    figure.update_yaxes(axis.settings())


def _pairs(
    figure: go.Figure, picture: Picture, cases: Sequence[Case], numbers: Mapping[str, Measure], quantity: Quantity, *, dark: bool
) -> None:
    across, up = cases[:2]
    both = [numbers[case.label].numbers[picture.quantity] for case in (across, up)]
    axis = axis_of(both, quantity)
    x, y = (axis.place(values) for values in both)
    words = [f"{across.label} {a}, {up.label} {b}" for a, b in zip(axis.words(both[0]), axis.words(both[1]), strict=True)]
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    figure.add_shape(type="line", x0=low, y0=low, x1=high, y1=high, line={"dash": "dot", "color": role_colour("plain", dark=dark)})
    figure.add_trace(
        go.Scatter(
            x=x, y=y, mode="markers", customdata=words, hovertemplate="%{customdata}<extra></extra>", showlegend=False,
            marker={"color": role_colour(up.role, dark=dark), "size": 9, "opacity": 0.7},
        )
    )  # fmt: skip
    figure.update_yaxes(axis.settings(f"{up.label}: {quantity.label}"))
    figure.update_xaxes(axis.settings(f"{across.label}: {quantity.label}"))


def _band(figure: go.Figure, name: str, role: str, band: Band, axis: Axis, *, dark: bool, markers: bool = False) -> None:
    colour = role_colour(role, dark=dark)
    low, middle, high = (axis.place(part) for part in (band.low, band.middle, band.high))
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([band.x, band.x[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself", fillcolor=_faint(colour),
            line={"width": 0}, hoverinfo="skip", showlegend=False, legendgroup=name, mode="lines",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=band.x, y=middle, name=name, legendgroup=name, mode="lines+markers" if markers else "lines",
            customdata=axis.words(band.middle), line={"color": colour, "dash": DASHES[role], "width": 2.5},
            marker={"symbol": SYMBOLS[role], "size": 8}, hovertemplate=f"{name}, %{{x:.3g}}: %{{customdata}}<extra></extra>",
        )
    )  # fmt: skip


def _roles(cases: Sequence[Case]) -> dict[str, str]:
    """Return a role for each case: its own, unless a case before it has that."""
    taken: dict[str, str] = {}
    for case in cases:
        spare = [role for role in SPARE_ROLES if role not in taken.values()]
        taken[case.label] = case.role if case.role not in taken.values() or not spare else spare[0]
    return taken


def _broken(label: str) -> str:
    """Return a label in short lines."""
    return "<br>".join(wrap(label, LETTERS, break_long_words=False))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},.15)"
