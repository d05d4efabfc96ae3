"""A lesson's experiment, run: each case by itself, some seeds at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.lessons.catalogue import lesson_of
from app.lessons.model import Case, Curve, Lesson, Measure, Measured
from bncore import Experiment, RunConfig

__all__ = ["configs_of", "joined", "measured_case", "opened", "run_lesson"]


def configs_of(lesson: Lesson, changes: Mapping[str, Any]) -> list[RunConfig]:
    """Return the settings of every case under a student's changes.

    Raises
    ------
    ConfigError
        If a case cannot be had with them.
    """
    return [case.config.replace(**changes) for case in lesson.cases]


def opened(lesson: Lesson, changes: Mapping[str, Any], first: int) -> Experiment:
    """Return what the Playground opens on: the lesson's experiment under a student's changes, on the seeds of its run.

    Parameters
    ----------
    lesson : Lesson
    changes : mapping
        Fields of `RunConfig`; what an arm sets itself stays.
    first : int
        First seed.

    Raises
    ------
    ConfigError
        If the experiment cannot be had with them.

    Examples
    --------
    >>> base = opened(lesson_of("faster"), {"learning_rate": 0.1}, first=132).base
    >>> base.learning_rate, base.seed, base.seeds
    (0.1, 132, 32)
    """
    return lesson.experiment.replace({**changes, "seed": first, "seeds": lesson.seeds})


def measured_case(name: str, label: str, config: RunConfig) -> Measure:
    """Return what a lesson measures on one case; for workers."""
    return lesson_of(name).measure(config, label)


def joined(pieces: Sequence[Measure]) -> Measure:
    """Return one measure of the seeds of all, in order.

    Examples
    --------
    >>> joined([Measure({"n": np.zeros(2)}), Measure({"n": np.ones(1)})]).numbers["n"].tolist()
    [0.0, 0.0, 1.0]
    """
    first = pieces[0]
    return Measure(
        {name: np.concatenate([piece.numbers[name] for piece in pieces]) for name in first.numbers},
        {name: Curve(curve.x, np.concatenate([piece.curves[name].y for piece in pieces])) for name, curve in first.curves.items()},
    )


def run_lesson(lesson: Lesson, first: int, seeds: int, changes: Mapping[str, Any] | None = None) -> Measured:
    """Return what was measured on every case, over ``seeds`` seeds from ``first`` on, in this process."""

    def measured(case: Case, config: RunConfig) -> Measure:
        return lesson.measure(config.replace(seed=first, seeds=seeds), case.label)

    configs = configs_of(lesson, changes or {})
    return {case.label: measured(case, config) for case, config in zip(lesson.cases, configs, strict=True)}
