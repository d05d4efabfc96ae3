from __future__ import annotations

import numpy as np
import pytest

from app.compute import redraw
from app.compute.cache import ByteCache
from app.compute.engine import BNCORE, Engine
from app.compute.inline import InlineBoard
from app.compute.redraw import redrawn
from app.result import ArmResult
from bncore import Arm, Dataset, Experiment, History, Pictures, RunConfig, load_data, picture_frames, train

CONFIG = RunConfig(seeds=3, epochs=3)


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Begin with nothing drawn, and note which run is drawn for how many frames."""
    noted: list[tuple[int, int]] = []

    def picture(config: RunConfig, dataset: Dataset, history: History, run: int) -> Pictures:
        noted.append((run, len(history.params)))
        return picture_frames(config, dataset, history, run)

    monkeypatch.setattr(redraw, "_cache", ByteCache(redraw.CACHE_BYTES))
    monkeypatch.setattr(redraw, "picture_frames", picture)
    return noted


def same(one: Pictures, other: Pictures) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("surface", "histogram", "idle", "finite"))


def test_an_arm_that_grew_gets_only_its_new_frames_drawn(drawn: list[tuple[int, int]]) -> None:
    data, history = load_data(CONFIG), train(CONFIG)
    wanted = picture_frames(CONFIG, data, history, 2)
    for epoch in (1, 3, 3, 2):
        part = history.until(epoch * CONFIG.steps_per_epoch)
        result = redrawn(ArmResult(CONFIG, data, part, wanted.until(0)), 2)
        assert same(result.pictures, wanted.until(len(part.frame_step)))
        assert not result.pictures.surface.flags.writeable
    first = len(history.until(CONFIG.steps_per_epoch).frame_step)
    assert drawn == [(2, first), (2, len(history.frame_step) - first)]


def test_another_run_is_drawn_and_nothing_trained(drawn: list[tuple[int, int]]) -> None:
    trained: list[RunConfig] = []

    def advance_many(states, epochs):  # type: ignore[no-untyped-def]
        trained.extend(state.config for state in states)
        return BNCORE.advance_many(states, epochs)

    board = InlineBoard(100_000_000, Engine(BNCORE.init_state, advance_many, BNCORE.load_data, BNCORE.picture_frames))
    experiment = Experiment(CONFIG, (Arm("with BN"), Arm("without", (("norm", "none"),))))
    ticket = board.request(experiment, "ada")
    while not ticket.done:
        ticket.wait(1.0)
    slices = len(trained)
    own, others = ticket.results(0), ticket.results(1)
    assert own is not None
    assert others is not None
    assert len(trained) == slices
    assert [run for run, _ in drawn] == [1, 1]  # the pictures of the requested run came with the training
    for config, result, first in zip(experiment.configs().values(), others, own, strict=True):
        assert same(result.pictures, picture_frames(config, result.dataset, result.history, 1))
        assert not same(result.pictures, first.pictures)
        assert result.history.test_loss is first.history.test_loss
