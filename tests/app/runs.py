"""Results of small experiments, as the pool would give them."""

from __future__ import annotations

from functools import lru_cache

from app.result import ArmResult
from bncore.config import Experiment
from bncore.data import load_data
from bncore.probe import picture_frames
from bncore.state import init_state
from bncore.train import advance

__all__ = ["results_of"]


@lru_cache(maxsize=16)
def results_of(experiment: Experiment, epochs: int | None = None) -> tuple[ArmResult, ...]:
    """Return the result of each arm, trained to its end or for some epochs only."""
    results = []
    for config in experiment.configs().values():
        data, history = load_data(config), advance(init_state(config), epochs or config.total_epochs)[1]
        results.append(ArmResult(config, data, history, picture_frames(config, data, history)))
    return tuple(results)
