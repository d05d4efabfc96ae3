"""What a network is to learn: the kind of target of each data set, and what follows from it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bncore.config import RunConfig

__all__ = ["TARGETS", "Target", "class_sizes", "target_of"]


class Target(NamedTuple):
    """What the points of a data set carry.

    Attributes
    ----------
    n_classes : int
        2 or more, or 0 where the target is a number (regression).
    target_range : tuple of (float, float), or None
        Of a regression: lowest and highest value that a picture tells apart, the same for every seed.
    """

    n_classes: int = 2
    target_range: tuple[float, float] | None = None

    @property
    def task(self) -> str:
        """``binary``, ``classes`` or ``regression``."""
        return {0: "regression", 2: "binary"}.get(self.n_classes, "classes")


TARGETS = {
    "ring_classes": Target(3),
    "spirals3": Target(3),
    "plane_wave": Target(0, (-1.5, 1.5)),
    "rings_temperature": Target(0, (20.0, 80.0)),
}
"""The data sets of another target than two classes."""

TWO_CLASSES = Target()


def target_of(config: RunConfig) -> Target:
    """Return what the points of a run carry.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> [target_of(RunConfig(dataset=name)).task for name in ("circles", "spirals3", "plane_wave")]
    ['binary', 'classes', 'regression']
    """
    if config.dataset == "table":
        return Target(len(_counts(config.table)))
    return TARGETS.get(config.dataset, TWO_CLASSES)


def class_sizes(config: RunConfig) -> tuple[int, ...]:
    """Return the points of each class of a run, of both sets together; of a regression one number, all points.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> class_sizes(RunConfig(samples=500)), class_sizes(RunConfig(dataset="spirals3"))
    ((250, 250), (167, 167, 166))
    """
    if config.dataset == "table":
        return _counts(config.table)
    n = max(1, target_of(config).n_classes)
    return tuple((config.samples + n - 1 - place) // n for place in range(n))


@lru_cache(maxsize=64)
def _counts(table: tuple[tuple[float, float, int], ...]) -> tuple[int, ...]:
    counts = Counter(label for _, _, label in table)
    return tuple(counts[label] for label in sorted(counts))
