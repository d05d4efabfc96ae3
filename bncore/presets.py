"""Experiments worth starting from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bncore.config import Experiment, RunConfig

__all__ = ["PRESETS", "Preset", "preset_of"]


@dataclass(frozen=True)
class Preset:
    """An experiment with a title, one sentence on what it shows, and the score its headline asks for.

    Parameters
    ----------
    title, description : str
    experiment : Experiment
    threshold : float or None
        Test accuracy, 0..1, or R^2 of a regression; None where none is of interest by itself.
    """

    title: str
    description: str
    experiment: Experiment
    threshold: float | None = None


PRESETS: dict[str, Preset] = {
    "clear": Preset(
        "Clear: circles",
        "Two circles, a small ReLU network and plain gradient descent: with BN it learns several times sooner.",
        Experiment(),
        0.95,
    ),
    "notes": Preset(
        "The notes' experiment",
        "The data and networks behind the course notes, drawn afresh for every seed: true of medians, seldom of one pair of runs.",
        Experiment(
            RunConfig(
                dataset="adaboost", hidden=(3, 2), placement="after", bn_momentum=0.99, optimizer="adam",
                learning_rate=1e-3, epochs=200, seeds=64,
            )
        ),
        0.6,
    ),
    "rings": Preset(
        "Rings: hard data",
        "Four concentric rings and three wide layers: an advantage that no choice of the learning rate makes up for.",
        Experiment(RunConfig(dataset="rings", samples=600, noise=0.04, hidden=(32, 32, 32), learning_rate=0.1)),
        0.9,
    ),
    "one-class-batches": Preset(
        "BN hurts: one-class batches",
        "Every batch holds one class only: BN's statistics give the class away in training, and mislead at inference.",
        Experiment(
            RunConfig(samples=640, initializer="he_normal", learning_rate=0.1, batches="one_class", epochs=40)
        ),
    ),
    "tiny-batches": Preset(
        "BN hurts: batches of two",
        "The mean and variance of two points say next to nothing, and the network with BN learns next to nothing.",
        Experiment(
            RunConfig(samples=640, initializer="he_normal", learning_rate=0.1, batch_size=2).replace(steps=600)
        ),
    ),
}  # fmt: skip
"""The presets by name; a name is what the command line and a teacher's page use."""


@lru_cache(maxsize=256)
def preset_of(experiment: Experiment, free: tuple[str, ...] = ("seed",)) -> str | None:
    """Return the name of the preset that an experiment is, whatever its first seed, or None.

    Parameters
    ----------
    experiment : Experiment
    free : tuple of str
        Fields of the base that may differ.

    Examples
    --------
    >>> preset_of(Experiment(RunConfig(seed=7))), preset_of(Experiment(RunConfig(noise=0.5)))
    ('clear', None)
    >>> few = Experiment(RunConfig(seeds=2))
    >>> preset_of(few), preset_of(few, ("seed", "seeds"))
    (None, 'clear')
    """
    for name, preset in PRESETS.items():
        if experiment.replace({field: getattr(preset.experiment.base, field) for field in free}) == preset.experiment:
            return name
    return None
