"""What a lesson's picture shows, in words: for who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures.axis import known
from app.lessons.evidence import Band
from app.lessons.model import Case, Lesson, Measured, Picture
from app.teaching.numbers import middle
from app.teaching.texts import value_text

__all__ = ["spoken"]


def spoken(lesson: Lesson, picture: Picture, numbers: Measured, bands: Mapping[str, Mapping[str, Band]]) -> str:
    """Return a picture's title and the medians that it draws.

    Parameters
    ----------
    lesson : Lesson
    picture : Picture
    numbers : mapping of str to Measure
        What was measured, by case.
    bands : mapping of str to mapping of str to Band
        Curves over seeds, by case and name.
    """
    cases, quantity = picture.chosen(lesson.cases), lesson.quantities[picture.quantity]
    if picture.kind == "curves":
        said = [
            _course(case.label, bands[case.label][picture.quantity], lesson, picture)
            for case in cases
            if _has(case, picture, bands)
        ]
        return f"{picture.title}. {quantity.label.capitalize()}, medians over the seeds: {'; '.join(said)}."
    medians = {case.label: middle(numbers, case.label, picture.quantity, quantity) for case in cases}
    if picture.kind == "sweep":
        said = [_line(name, cases, medians) for name in dict.fromkeys(case.series for case in cases)]
        return f"{picture.title}. {quantity.label.capitalize()} by {picture.x_label}, medians over the seeds: {'; '.join(said)}."
    listed = "; ".join(f"{label} {median}" for label, median in medians.items())
    apart = f" {_pairs(picture, cases, numbers)}" if picture.kind == "pairs" else ""
    return f"{picture.title}. {quantity.label.capitalize()}, medians over the seeds: {listed}.{apart}"


def _has(case: Case, picture: Picture, bands: Mapping[str, Mapping[str, Band]]) -> bool:
    return picture.quantity in bands[case.label]


def _course(label: str, band: Band, lesson: Lesson, picture: Picture) -> str:
    first, last = (value_text(float(value), lesson.quantities[picture.quantity]) for value in (band.middle[0], band.middle[-1]))
    return f"{label} from {first} at {picture.x_label} {band.x[0]:g} to {last} at {band.x[-1]:g}"


def _line(name: str, cases: Sequence[Case], medians: Mapping[str, str]) -> str:
    line = sorted((case for case in cases if case.series == name), key=lambda case: case.x)
    return f"{name}: {', '.join(f'{medians[case.label]} at {case.x:g}' for case in line)}"


def _pairs(picture: Picture, cases: Sequence[Case], numbers: Measured) -> str:
    across, up = (known(numbers[case.label].numbers[picture.quantity]) for case in cases[:2])
    return f"{cases[1].label} has the smaller number in {int(np.sum(up < across))} of {len(up)} seeds."
