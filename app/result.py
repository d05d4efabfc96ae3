"""What the screen knows of one arm of an experiment; no streamlit."""

from __future__ import annotations

from dataclasses import dataclass

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.history import History
from bncore.probe import Pictures

__all__ = ["ArmResult"]


@dataclass(frozen=True)
class ArmResult:
    """What is known of one arm: its settings, its points, its record so far and the pictures of the run shown.

    Parameters
    ----------
    config : RunConfig
    dataset : Dataset
    history : History
        Of all seeds; may end before the run does.
    pictures : Pictures
        Of the run shown, a frame for each of the history's.
    """

    config: RunConfig
    dataset: Dataset
    history: History
    pictures: Pictures
