"""What the screen knows of one arm of an experiment; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.history import History
from bncore.probe import Pictures

__all__ = ["ArmResult", "lead_of", "reached"]


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

    @property
    def complete(self) -> bool:
        """Whether the record holds the whole run."""
        return int(self.history.eval_step[-1]) >= self.config.total_steps

    @property
    def trained(self) -> float:
        """Epochs of the record."""
        return float(self.history.eval_step[-1] / self.config.steps_per_epoch)

    @property
    def duration(self) -> float:
        """Epochs of the whole run; a fraction where it is given in steps."""
        return self.config.total_steps / self.config.steps_per_epoch


def lead_of(results: Sequence[ArmResult]) -> int:
    """Return the position of the arm whose frames are the moments of all: the first of those that last longest."""
    return max(range(len(results)), key=lambda i: results[i].duration)


def reached(results: Sequence[ArmResult]) -> float:
    """Return the epochs that all arms have reached; one that is over, because its epochs are fewer, does not count."""
    under_way = [result.trained for result in results if not result.complete]
    return min(under_way, default=max(result.duration for result in results))
