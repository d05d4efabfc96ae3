"""What was measured over the seeds of the evidence, kept in files beside the lessons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.lessons.model import Curve, Lesson, Measure, Measured
from app.lessons.verdict import Finding, finding_of

__all__ = ["FIRST", "SEEDS", "Band", "Evidence", "band_of", "evidence_of", "findings", "path_of", "read", "written"]

FIRST, SEEDS = 500, 64
"""The seeds of the evidence, 500 to 563: no configuration was chosen by looking at them."""

FOLDER = Path(__file__).parent / "evidence"
DIGITS = 6


@dataclass(frozen=True)
class Band:
    """A curve over seeds: its median, and the band that holds the middle 80 % of them; each of shape (T,)."""

    x: NDArray[np.float64]
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """What was measured over the seeds of the evidence.

    Parameters
    ----------
    measured : mapping of str to Measure
        Its numbers by case; no curves.
    bands : mapping of str to mapping of str to Band
        Its curves, by case and name.
    """

    measured: Measured
    bands: Mapping[str, Mapping[str, Band]]


def band_of(curve: Curve) -> Band:
    """Return median and band of a curve; a seed whose number is none counts as the largest there is.

    Examples
    --------
    >>> band_of(Curve(np.zeros(1), np.array([[1.0], [2.0], [9.0]]))).middle.tolist()
    [2.0]
    """
    known = np.where(np.isnan(curve.y), np.inf, curve.y)
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9], axis=0, method="inverted_cdf")
    return Band(np.asarray(curve.x), low, middle, high)


def findings(lesson: Lesson, measured: Measured) -> list[Finding]:
    """Return what the seeds say of every claim of a lesson."""
    return [finding_of(claim, measured) for claim in lesson.claims]


def written(measured: Measured) -> str:
    r"""Return what was measured as text for a file, numbers to six digits.

    Examples
    --------
    >>> written({"a": Measure({"n": np.array([1 / 3, np.inf])})})
    '{\n "a": {\n  "numbers": {"n": [0.333333, Infinity]},\n  "bands": {}\n }\n}\n'
    """
    cases = []
    for label, measure in measured.items():
        numbers = {name: _rounded(values) for name, values in measure.numbers.items()}
        bands = {name: _band_text(band_of(curve)) for name, curve in measure.curves.items()}
        cases.append(f' {json.dumps(label)}: {{\n  "numbers": {json.dumps(numbers)},\n  "bands": {json.dumps(bands)}\n }}')
    return "{\n" + ",\n".join(cases) + "\n}\n"


def read(text: str) -> Evidence:
    """Return what `written` wrote."""
    cases: dict[str, Any] = json.loads(text)
    return Evidence(
        {label: Measure({k: np.array(v, float) for k, v in case["numbers"].items()}) for label, case in cases.items()},
        {
            label: {name: Band(*(np.array(part, float) for part in band)) for name, band in case["bands"].items()}
            for label, case in cases.items()
        },
    )


@cache
def evidence_of(name: str) -> Evidence:
    """Return the committed evidence of a lesson.

    Examples
    --------
    >>> len(evidence_of("faster").measured["with BN"].numbers["epochs"])
    64
    """
    return read(path_of(name).read_text(encoding="utf-8"))


def path_of(name: str) -> Path:
    """Return where the evidence of a lesson is kept."""
    return FOLDER / f"{name}.json"


def _band_text(band: Band) -> list[list[float]]:
    return [_rounded(part) for part in (band.x, band.low, band.middle, band.high)]


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in np.asarray(values, float)]
