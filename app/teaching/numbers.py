"""The numbers that a lesson measured, in tables: medians of every case."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from app.figures.axis import known
from app.lessons.model import Lesson, Measured, Quantity
from app.teaching.texts import value_text

__all__ = ["middle", "numbers_of_cases", "scrolled", "told"]

NARROW = "\u00a0%"
"""A per cent sign that stays with its number where a line is short."""


def middle(measured: Measured, label: str, name: str, quantity: Quantity, share: float = 0.5) -> str:
    """Return the median of a case's number over the seeds, or another quantile, as text; a dash where it has none of that name."""
    numbers = measured[label].numbers
    if name not in numbers:
        return "–"
    return value_text(float(np.quantile(known(numbers[name]), share, method="inverted_cdf")), quantity)


def told(lesson: Lesson, measured: Measured, seeds: int) -> str:
    """Return a table of what belongs to the answer: of each case the median and the middle 80 % of seeds; else nothing."""
    if not lesson.told:
        return ""
    head = "".join(f'<th scope="col">{escape(case.label)}</th>' for case in lesson.cases)
    body = "".join(
        f'<tr><th scope="row" class="spread">{escape(lesson.quantities[name].label).replace(" %", NARROW)}</th>'
        f"{''.join(_spread(lesson, measured, case.label, name) for case in lesson.cases)}</tr>"
        for name in lesson.told
    )
    clock = " Seconds are of this machine." if any(lesson.quantities[name].clock for name in lesson.told) else ""
    note = f'<p class="note">Medians of your {seeds} seeds; in brackets from where to where the middle 80 % of them lie.{clock}</p>'
    return scrolled(f'<table class="numbers"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>') + note


def numbers_of_cases(lesson: Lesson, measured: Measured, evidence: Measured, seeds: int) -> str:
    """Return a table of every case's medians, folded."""
    names = [name for name in lesson.quantities if any(name in measure.numbers for measure in measured.values())]
    head = "".join(f'<th scope="col">{escape(lesson.quantities[name].label)}</th>' for name in names)
    body = "".join(_row(lesson, case.label, names, measured, evidence) for case in lesson.cases)
    note = f"Medians of your {seeds} seeds; in brackets those of the evidence."
    table = f'<table class="numbers"><thead><tr><th scope="col">case</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<details><summary>The numbers of every case</summary><p class="note">{note}</p>{scrolled(table)}</details>'


def scrolled(table: str) -> str:
    """Return a table that is moved sideways by itself where it is too wide."""
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _row(lesson: Lesson, label: str, names: Sequence[str], measured: Measured, evidence: Measured) -> str:
    pairs = [[middle(of, label, name, lesson.quantities[name]) for of in (measured, evidence)] for name in names]
    return f'<tr><th scope="row">{escape(label)}</th>{"".join(f"<td>{here} ({there})</td>" for here, there in pairs)}</tr>'


def _spread(lesson: Lesson, measured: Measured, label: str, name: str) -> str:
    low, median, high = (middle(measured, label, name, lesson.quantities[name], share) for share in (0.1, 0.5, 0.9))
    return f'<td class="spread">{median} <span class="muted">({low} to {high})</span></td>'
