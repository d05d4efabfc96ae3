"""Contenders timed in turn, so that what the machine does meanwhile befalls all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

__all__ = ["Timing", "interleaved"]


class Timing(NamedTuple):
    """Seconds of one unit of work: median, and 10 and 90 % of the repeats."""

    median: float
    low: float
    high: float


def interleaved(contenders: Mapping[str, Callable[[], int]], repeats: int) -> dict[str, Timing]:
    """Return the time of one unit of each contender's work.

    Parameters
    ----------
    contenders : mapping of name to callable
        Each does some work and returns how many units of it; it has been called once before timing.
    repeats : int
        Rounds in which everyone has one turn.
    """
    for work in contenders.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, work in contenders.items():
            start = time.perf_counter()
            units = work()
            times[name].append((time.perf_counter() - start) / units)
    return {name: _timing(sorted(values)) for name, values in times.items()}


def _timing(values: list[float]) -> Timing:
    last = len(values) - 1
    return Timing(statistics.median(values), values[round(0.1 * last)], values[round(0.9 * last)])
