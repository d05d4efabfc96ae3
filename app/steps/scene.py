"""What the page shows: the settings, checked, and the walk that the engine makes of them; no streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.steps.batch import Row, checked_rows
from bncore.ops import Array
from bncore.walk import LayerWeights, Walk, walk
from bncore.walk_cases import Pair, Undoing, dz_by_eps, pair_of, undoing

__all__ = ["Scene", "scene_of"]

NEURONS = (1, 2)
CURVE_EPS = tuple(float(f"{10.0 ** (i / 8 - 12):.6g}") for i in range(8 * 13 + 1))
"""Where the curve of |dz| over epsilon is measured: 1e-12 to 10."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One moment of the page.

    Parameters
    ----------
    stage : str
    neuron : int
        Counted from 0.
    student : int
        Whose numbers stand in the formulas; counted from 0 among the rows that can be used.
    places : tuple of int
        Where each row that is used stands in the table, counted from 1.
    x, targets : ndarray, shape (m, 2) and (m,)
    weights : LayerWeights
    activation : str
    eps, momentum : float
    """

    stage: str
    neuron: int
    student: int
    places: tuple[int, ...]
    x: Array
    targets: Array
    weights: LayerWeights
    activation: str
    eps: float
    momentum: float

    @property
    def m(self) -> int:
        """The batch size."""
        return len(self.x)

    @cached_property
    def walk(self) -> Walk:
        """Every number of the step."""
        return walk(self.x, self.targets, self.weights, self.activation, self.eps, self.momentum)

    @cached_property
    def undoing(self) -> Undoing:
        """What would undo the normalisation of this neuron."""
        return undoing(self.x, self.targets, self.weights, self.neuron, self.eps)

    @cached_property
    def pair(self) -> Pair:
        """The closed form; for a batch of two."""
        return pair_of(self.walk, self.neuron, self.eps)

    @cached_property
    def dz_curve(self) -> tuple[float, ...]:
        """The largest ``|dz|`` for each of `CURVE_EPS`."""
        return dz_by_eps(self.x, self.targets, self.weights, self.activation, self.neuron, CURVE_EPS)

    def column(self, name: str) -> list[float]:
        """Return a quantity of this neuron, one number a student, or of the output where it has no neurons.

        Examples
        --------
        >>> from app.steps.settings import DEFAULTS
        >>> scene_of(DEFAULTS).column("a")[0]
        0.0
        """
        values = getattr(self.walk, name)
        return (values[:, self.neuron] if values.ndim == 2 else values).tolist()  # type: ignore[no-any-return]

    def number(self, name: str) -> float:
        """Return a quantity that this neuron has one of.

        Examples
        --------
        >>> from app.steps.settings import DEFAULTS
        >>> round(scene_of(DEFAULTS).number("mu"), 6)
        1.7
        """
        return float(getattr(self.walk, name)[self.neuron])

    def learned(self, name: str) -> float:
        """Return this neuron's ``bias``, ``gamma``, ``beta`` or ``out_weight``.

        Examples
        --------
        >>> from app.steps.settings import DEFAULTS
        >>> scene_of(DEFAULTS).learned("gamma")
        1.0
        """
        return float(getattr(self.weights, name)[self.neuron])


def scene_of(values: Mapping[str, Any]) -> Scene | None:
    """Return the scene of a page's settings, of the rows that can be used; None where there is no such row.

    Examples
    --------
    >>> from app.steps.settings import DEFAULTS
    >>> scene_of(DEFAULTS).walk.z[:, 0].round(6).tolist()
    [0.3, 3.2, 0.55, 2.75]
    """
    rows: tuple[Row, ...] = values["batch"]
    checked = checked_rows(rows)
    if not checked.numbers:
        return None
    numbers = np.array(checked.numbers)  # (m, 3)

    def each(name: str) -> Array:
        return np.array([values[f"{name}{neuron}"] for neuron in NEURONS])

    return Scene(
        stage=values["stage"], neuron=int(values["neuron"]) - 1, student=min(values["student"], len(numbers)) - 1,
        places=checked.places, x=numbers[:, :2], targets=numbers[:, 2],
        weights=LayerWeights(
            np.stack([each("w_cgpa"), each("w_iq")]), each("bias"), each("gamma"), each("beta"), each("out"), values["out_bias"]
        ),
        activation=values["activation"], eps=values["eps"], momentum=values["momentum"],
    )  # fmt: skip
