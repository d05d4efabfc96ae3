"""Arms trained in the test's own process."""

from __future__ import annotations

from functools import cache

from app.result import ArmResult
from bncore import Experiment, Pictures, load_data, train
from bncore.probe import picture_frames

__all__ = ["arms"]


@cache
def arms(experiment: Experiment) -> list[ArmResult]:
    found = []
    for config in experiment.configs().values():
        data, history = load_data(config), train(config)
        nothing: Pictures = picture_frames(config, data, history.until(0), 0)
        found.append(ArmResult(config, data, history, nothing))
    return found
