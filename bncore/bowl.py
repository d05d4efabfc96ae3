"""Linear least squares: a bowl-shaped loss on which every step of gradient descent is known in closed form."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bncore.errors import ConfigError
from bncore.ops import Array

__all__ = [
    "SCALINGS",
    "Bowl",
    "Section",
    "bowl_of",
    "correlated",
    "descend",
    "excess",
    "scaled",
    "section",
    "steps_until",
]

SCALINGS = ("raw", "centred", "standardized")
"""What may be done to the features: nothing; the mean taken off; divided by the standard deviation as well."""

CIRCLE = 96
FOREVER = 2**200


class Bowl(NamedTuple):
    """The loss ``mean((w . x + b - y)^2) / 2`` as a function of p = (w1, w2, b): ``floor + (p - minimum)^T H (p - minimum) / 2``.

    Attributes
    ----------
    hessian : ndarray, shape (3, 3)
        H, the mean of (x, 1)(x, 1)^T.
    minimum : ndarray, shape (3,)
    floor : float
        The loss there.
    curvatures : ndarray, shape (3,)
        Eigenvalues of H, smallest first.
    directions : ndarray, shape (3, 3)
        Its eigenvectors, one a column.
    """

    hessian: Array
    minimum: Array
    floor: float
    curvatures: Array
    directions: Array

    @property
    def condition(self) -> float:
        """Largest curvature over smallest: the condition number."""
        return float(self.curvatures[-1] / self.curvatures[0])

    @property
    def largest_rate(self) -> float:
        """The largest stable learning rate, 2 / largest curvature."""
        return float(2.0 / self.curvatures[-1])


class Section(NamedTuple):
    """The loss over the two weights at one bias: ``floor + (w - centre)^T block (w - centre) / 2``.

    Attributes
    ----------
    block : ndarray, shape (2, 2)
    centre : ndarray, shape (2,)
    floor : float
        The lowest loss at this bias.
    """

    block: Array
    centre: Array
    floor: float

    def contour(self, loss: float) -> Array:
        """Return the ellipse of all weights with this loss, closed, shape (97, 2); empty where every loss is higher."""
        if loss < self.floor:
            return np.empty((0, 2))
        values, vectors = np.linalg.eigh(self.block)
        angle = np.linspace(0.0, 2.0 * math.pi, CIRCLE + 1)
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        result: Array = self.centre + (circle * np.sqrt(2.0 * (loss - self.floor) / values)) @ vectors.T
        return result


def scaled(x: Array, scaling: str) -> Array:
    """Return features after one of `SCALINGS`.

    Parameters
    ----------
    x : ndarray, shape (N, 2)
    scaling : str

    Raises
    ------
    ConfigError
        If there is no such scaling.

    Examples
    --------
    >>> scaled(np.array([[1.0, 10.0], [3.0, 30.0]]), "standardized").tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    if scaling not in SCALINGS:
        raise ConfigError("scaled.scaling", f"must be one of {', '.join(SCALINGS)}", repr(scaling), f"Use {SCALINGS[0]}.")
    shift = np.zeros(2) if scaling == "raw" else x.mean(axis=0)
    unit = x.std(axis=0) if scaling == "standardized" else np.ones(2)
    result: Array = (x - shift) / unit
    return result


def correlated(x: Array, rho: float) -> Array:
    """Return features of the same means and standard deviations, the second replaced by a mixture that correlates with the first.

    Parameters
    ----------
    x : ndarray, shape (N, 2)
    rho : float
        Inside -1..1. At 0 the features are returned as they are, with the correlation they happen to have.

    Notes
    -----
    Of the standardized features u and v, v becomes ``rho u + sqrt(1 - rho^2) v'`` with v' the part of v that does not correlate
    with u, scaled to variance 1: the correlation of these very points is rho.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((50, 2))
    >>> float(np.corrcoef(correlated(x, 0.9).T)[0, 1].round(12))
    0.9
    """
    if rho == 0.0:
        return x
    if not -1.0 < rho < 1.0:
        raise ConfigError("correlated.rho", "must be inside -1..1", f"{rho:g}", "Use 0.9.")
    mean, sd = x.mean(axis=0), x.std(axis=0)
    u, v = ((x - mean) / sd).T
    rest = v - (u * v).mean() * u
    mixed = rho * u + math.sqrt(1.0 - rho * rho) * rest / rest.std()
    return np.stack([x[:, 0], mean[1] + sd[1] * mixed], axis=1)


def bowl_of(x: Array, y: Array) -> Bowl:
    """Return the loss of linear least squares, a bias included.

    Parameters
    ----------
    x : ndarray, shape (N, 2)
    y : ndarray, shape (N,)

    Raises
    ------
    ConfigError
        If the points lie on a line: the loss is then a trough without a lowest point.

    Examples
    --------
    >>> bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    >>> bowl.minimum.round(12).tolist(), round(bowl.floor, 12), bowl.curvatures.round(12).tolist(), round(bowl.condition, 12)
    ([1.0, 0.0, 0.0], 0.0, [0.5, 0.5, 1.0], 2.0)
    """
    a = np.column_stack([x, np.ones(len(x))])  # (N, 3)
    hessian = a.T @ a / len(a)
    curvatures, directions = np.linalg.eigh(hessian)
    if curvatures[0] <= 1e-12 * curvatures[-1]:
        raise ConfigError("bowl_of.x", "must not lie on a line", f"{len(x)} that do", "Use points that vary in both features.")
    minimum = np.linalg.lstsq(a, y, rcond=None)[0].astype(np.float64)
    return Bowl(hessian, minimum, float(np.square(a @ minimum - y).mean() / 2.0), curvatures, directions)


def descend(bowl: Bowl, start: Array, rate: float, steps: Array) -> Array:
    """Return where gradient descent stands after some numbers of steps; no step between them is taken.

    Parameters
    ----------
    bowl : Bowl
    start : ndarray, shape (3,)
    rate : float
        The learning rate.
    steps : ndarray, shape (K,)

    Returns
    -------
    ndarray, shape (K, 3)
        Infinite or NaN where it has left all numbers.

    Notes
    -----
    Along the eigenvector of curvature c the distance to the minimum is multiplied by ``1 - rate c`` in every step, so
    ``p_k = minimum + sum_i (1 - rate c_i)^k (v_i . (start - minimum)) v_i``.

    Examples
    --------
    >>> bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    >>> descend(bowl, np.zeros(3), 1.0, np.array([0, 1, 2])).round(12).tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.75, 0.0, 0.0]]
    """
    along = bowl.directions.T @ (start - bowl.minimum)
    with np.errstate(all="ignore"):
        left = along * np.power(1.0 - rate * bowl.curvatures, np.asarray(steps, dtype=float)[:, None])
        result: Array = bowl.minimum + left @ bowl.directions.T
    return result


def excess(bowl: Bowl, start: Array, rate: float, steps: Array) -> Array:
    """Return the loss above its floor after some numbers of steps, shape (K,): ``sum_i c_i (1 - rate c_i)^(2 k) a_i^2 / 2``.

    Parameters as in `descend`; a_i is the start's distance from the minimum along eigenvector i.

    Examples
    --------
    >>> bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    >>> excess(bowl, np.zeros(3), 1.0, np.array([0, 1, 2])).round(12).tolist()
    [0.25, 0.0625, 0.015625]
    """
    along = bowl.directions.T @ (start - bowl.minimum)
    with np.errstate(all="ignore"):
        left = np.power(np.square(1.0 - rate * bowl.curvatures), np.asarray(steps, dtype=float)[:, None])
        result: Array = np.where(along == 0.0, 0.0, left * bowl.curvatures * np.square(along)).sum(axis=1) / 2.0
    return result


def steps_until(bowl: Bowl, start: Array, rate: float, factor: float) -> float:
    """Return the first step after which the loss above its floor is at most the start's, divided by a factor.

    Parameters
    ----------
    bowl : Bowl
    start : ndarray, shape (3,)
    rate : float
        The learning rate.
    factor : float
        Above 1.

    Returns
    -------
    float
        A whole number, 0 from the minimum itself; infinite where it never happens, or the rate is above `Bowl.largest_rate`.

    Notes
    -----
    At a stable rate `excess` never rises from step to step, so the step is found by bisection.

    Examples
    --------
    >>> bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    >>> [steps_until(bowl, np.zeros(3), rate, 1e6) for rate in (1.0, 2.0, 2.1)]
    [10.0, 1.0, inf]
    """

    def left(k: int) -> float:
        return float(excess(bowl, start, rate, np.array([k]))[0])

    goal = left(0) / factor
    if left(0) <= goal:
        return 0.0
    if rate * bowl.curvatures[-1] > 2.0 * (1.0 + 1e-12):
        return math.inf
    high = 1
    while left(high) > goal:
        high *= 2
        if high > FOREVER:
            return math.inf
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if left(middle) > goal else (low, middle)
    return float(high)


def section(bowl: Bowl, bias: float) -> Section:
    """Return the loss over the two weights while the bias stays where it is.

    Examples
    --------
    >>> bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    >>> section(bowl, 1.0).centre.round(12).tolist(), round(section(bowl, 1.0).floor, 12)
    ([1.0, 0.0], 0.5)
    """
    block, coupling = bowl.hessian[:2, :2], bowl.hessian[:2, 2]
    away = bias - bowl.minimum[2]
    centre = bowl.minimum[:2] - np.linalg.solve(block, coupling) * away
    rest = bowl.hessian[2, 2] - coupling @ np.linalg.solve(block, coupling)
    return Section(block, centre, float(bowl.floor + rest * away * away / 2.0))
