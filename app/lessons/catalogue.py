"""Which lessons there are, in the suggested order, and the tracks through them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from app.lessons.model import Lesson

__all__ = ["NAMES", "TRACKS", "Track", "lesson_of", "lessons"]

NAMES = (
    "faster", "learning_rate", "initialisation", "dead_units", "depth", "batch_size", "tiny_batches", "two_modes",
    "sorted_batches", "regulariser", "dropout", "placement", "output_layer", "gamma_beta", "idle_bias", "scale_invariance",
    "input_normalisation", "covariate_shift", "fine_tuning", "internal_shift", "hurts",
)  # fmt: skip


@dataclass(frozen=True)
class Track:
    """A way through some of the lessons.

    Parameters
    ----------
    title, description : str
    names : tuple of str
        Lessons, in order.
    """

    title: str
    description: str
    names: tuple[str, ...]


TRACKS = (
    Track(
        "20 minutes: what it is", "What BN gives, what its two new numbers are for, and the one thing that surprises everybody.",
        ("faster", "gamma_beta", "two_modes"),
    ),
    Track(
        "One lecture", "Advantages, misconceptions and where BN fails.",
        ("faster", "learning_rate", "initialisation", "batch_size", "two_modes", "regulariser", "dropout", "placement", "hurts"),
    ),
    Track(
        "What the papers argue about", "Why it works, and what has been measured against the first explanation.",
        ("internal_shift", "scale_invariance", "depth", "placement", "dropout", "covariate_shift", "fine_tuning"),
    ),
)  # fmt: skip


@cache
def lesson_of(name: str) -> Lesson:
    """Return a lesson.

    Raises
    ------
    KeyError
        If there is none of that name.

    Examples
    --------
    >>> lesson_of("faster").minutes
    5
    """
    if name not in NAMES:
        raise KeyError(name)
    lesson: Lesson = import_module(f"app.lessons.{name}").LESSON
    return lesson


def lessons() -> list[Lesson]:
    """Return all lessons, in the suggested order."""
    return [lesson_of(name) for name in NAMES]
