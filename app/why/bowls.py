"""Input normalisation: a linear model of the students, fitted to features as they are, centred and standardized."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bncore import RunConfig, load_data
from bncore.bowl import SCALINGS, Bowl, bowl_of, correlated, descend, excess, scaled, steps_until
from bncore.ops import Array

__all__ = ["FACTOR", "MOMENTS", "STOPS", "WINDOW", "Setting", "View", "passed", "students", "views"]

FACTOR = 1e6
"""The stopping rule: until the loss above its floor is a millionth of what it was at the start."""

WINDOW = 1.6
"""Both weights are drawn from minus this to this, in every picture: a unit is as long across as it is up."""

MOMENTS: tuple[int, ...] = (*range(11), *(round(math.pow(10.0, 1 + i / 6)) for i in range(1, 43)))
"""Steps at which the descent can be looked at; none between them need be taken."""

STOPS = ((0.1, "0.1: timid"), (1.0, "1"), (1.9, "1.9: just below"), (2.0, "2: at the limit"), (2.05, "2.05: above"))
"""Rates worth a click, each with its words."""

PATH_STEPS = 80
STUDENTS = RunConfig(dataset="students", seeds=1)


@dataclass(frozen=True)
class Setting:
    """What the reader has set.

    Parameters
    ----------
    w1, w2 : float
        Where descent starts, in each picture's own units; the bias starts at 0.
    c : float
        The learning rate is c / largest curvature, for each scaling its own.
    rho : float
        Correlation of the features; 0 leaves them as they are drawn.
    step : int
        Place in `MOMENTS`.
    """

    w1: float = -1.0
    w2: float = 1.0
    c: float = 1.0
    rho: float = 0.0
    step: int = 10

    @property
    def steps(self) -> int:
        """Steps taken."""
        return MOMENTS[self.step]


@dataclass(frozen=True)
class View:
    """One scaling at one moment.

    Attributes
    ----------
    scaling : str
    bowl : Bowl
    rate : float
    steps : int
        Taken so far.
    path : ndarray, shape (K, 3)
        Some of the places passed, the start first and the present one last.
    excess : float
        Loss above its floor now; infinite where it has left all numbers.
    needed : float
        Steps until the stopping rule is met from this start; infinite for never.
    needed_from_zero : float
        The same from w = 0, b = 0, where all three are the very same model.
    """

    scaling: str
    bowl: Bowl
    rate: float
    steps: int
    path: Array
    excess: float
    needed: float
    needed_from_zero: float

    @property
    def factors(self) -> Array:
        """What one step multiplies the distance to the minimum by, along each eigenvector, flattest first."""
        return 1.0 - self.rate * self.bowl.curvatures


def students(rho: float = 0.0) -> tuple[Array, Array]:
    """Return the features and the class of the students of seed 0, the training set of the data set ``students``.

    Examples
    --------
    >>> x, y = students()
    >>> x.shape, float(y.mean())
    ((400, 2), 0.5)
    """
    data = load_data(STUDENTS)
    return correlated(data.x_train[0], rho), data.y_train[0]


def views(setting: Setting) -> tuple[View, ...]:
    """Return the three scalings at the moment that is set.

    Examples
    --------
    >>> [round(view.bowl.condition, 1) for view in views(Setting(rho=0.9))][2]
    19.0
    """
    start = np.array([setting.w1, setting.w2, 0.0])
    return tuple(_view(scaling, bowl, setting, start) for scaling, bowl in zip(SCALINGS, _bowls(setting.rho), strict=True))


@lru_cache(maxsize=64)
def _bowls(rho: float) -> tuple[Bowl, ...]:
    x, y = students(rho)
    return tuple(bowl_of(scaled(x, scaling), y) for scaling in SCALINGS)


def _view(scaling: str, bowl: Bowl, setting: Setting, start: Array) -> View:
    rate = setting.c / bowl.curvatures[-1]
    zero = np.zeros(3)
    return View(
        scaling=scaling,
        bowl=bowl,
        rate=float(rate),
        steps=setting.steps,
        path=descend(bowl, start, rate, passed(setting.steps)),
        excess=float(excess(bowl, start, rate, np.array([setting.steps]))[0]),
        needed=steps_until(bowl, start, rate, FACTOR),
        needed_from_zero=steps_until(bowl, zero, rate, FACTOR),
    )


def passed(steps: int) -> Array:
    """Return the steps whose places are drawn: the first ones all, later ones ever sparser, in pairs that show a zigzag.

    Examples
    --------
    >>> passed(3).tolist(), len(passed(10**8)) < 400
    ([0.0, 1.0, 2.0, 3.0], True)
    """
    early = np.arange(min(steps, PATH_STEPS) + 1)
    if steps <= PATH_STEPS:
        return early.astype(float)
    late = np.round(np.geomspace(PATH_STEPS, steps, 12 * math.ceil(math.log10(steps / PATH_STEPS)) + 2))
    return np.unique(np.concatenate([early, late, np.minimum(late + 1, steps)])).astype(float)
