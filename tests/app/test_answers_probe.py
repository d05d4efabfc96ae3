"""A probe that changes nothing is the recorded frame, whatever normalises."""

from __future__ import annotations

from typing import Any

import pytest

from app.answers import answer
from app.live.codec import unpack
from bncore.config import NORMS, PLACEMENTS, Experiment, RunConfig
from tests.app.runs import results_of

RUN = "abc"
FRAME = 4
BASE = RunConfig(seeds=1, epochs=2, samples=100, hidden=(4, 4))
NORMALISERS = [norm for norm in NORMS if norm != "none"]


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("norm", NORMALISERS)
@pytest.mark.parametrize("change", [{}, {"freeze_statistics": True}, {"inference": "exact"}, {"precision": "float32"}])
def test_a_probe_that_changes_nothing_is_the_recorded_frame(norm: str, placement: str, change: dict[str, Any]) -> None:
    experiment = Experiment(BASE.replace(norm=norm, placement=placement, **change))
    ask = {"run": RUN, "kind": "probe", "arm": 0, "frame": FRAME, "layer": 1, "unit": None, "gamma": None, "beta": None}
    data = answer(ask, results_of(experiment), RUN)
    assert data is not None
    header, arrays = unpack(data)
    result = results_of(experiment)[0]
    row = result.history.frame_eval[FRAME]
    assert (arrays["histogram"] == result.pictures.histogram[FRAME]).all()
    assert (arrays["surface"] == result.pictures.surface[FRAME]).all()
    assert header["test_accuracy"] == result.history.test_accuracy[row, 0]
    assert header["train_loss"] == pytest.approx(result.history.train_loss[row, 0], rel=1e-6)


def test_frozen_statistics_are_seen_in_the_histogram() -> None:
    frozen, free = (results_of(Experiment(BASE.replace(freeze_statistics=on)))[0].pictures for on in (True, False))
    assert (frozen.histogram[0] != free.histogram[0]).any()
