"""What a class measures: every change, answer and error, and the numbers made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Change", "Tally", "quantiles"]


@dataclass(frozen=True)
class Change:
    """One change of one student.

    Parameters
    ----------
    student : int
    first, whole : float
        Seconds from the change to the first picture of the new run, and to the whole of it.
    received : int
        Bytes that came from the change to the whole picture.
    """

    student: int
    first: float
    whole: float
    received: int


@dataclass
class Tally:
    """All that is measured of a class, in the order it came.

    Attributes
    ----------
    joins : list of float
        Seconds from a student's knock to their whole picture.
    changes : list of Change
    answers : list of float
        Seconds from a question of the probe to its answer.
    browsers : list of float
        Seconds from a key pressed in Chromium to the whole new run on its screen.
    errors : list of str
    """

    joins: list[float] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    browsers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def numbers(self) -> dict[str, Any]:
        """Return what was measured, in milliseconds and kilobytes."""
        received = [change.received for change in self.changes]
        mean = sum(received) / len(received) if received else 0.0
        return {
            "changes": len(self.changes),
            "errors": len(self.errors),
            "kinds of errors": sorted(set(self.errors))[:10],
            "join ms": quantiles(self.joins),
            "first picture ms": quantiles([change.first for change in self.changes]),
            "whole run ms": quantiles([change.whole for change in self.changes]),
            "probe ms": quantiles(self.answers),
            "Chromium ms": quantiles(self.browsers),
            "payload kB a change": round(mean / 1000, 1),
            "slowest student's median over the class's": round(self._spread(), 2),
        }

    def _spread(self) -> float:
        each: dict[int, list[float]] = {}
        for change in self.changes:
            each.setdefault(change.student, []).append(change.whole)
        medians = sorted(sorted(values)[len(values) // 2] for values in each.values())
        return medians[-1] / medians[len(medians) // 2] if medians else 0.0


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile and maximum in milliseconds; nothing of nothing.

    Examples
    --------
    >>> quantiles([0.1, 0.2, 0.3])
    {'n': 3, 'median': 200.0, 'p95': 300.0, 'p99': 300.0, 'max': 300.0}
    >>> quantiles([])
    {}
    """
    if not seconds:
        return {}
    order = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * order[min(len(order) - 1, int(share * len(order)))], 1)

    return {"n": len(order), "median": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(1000 * order[-1], 1)}
