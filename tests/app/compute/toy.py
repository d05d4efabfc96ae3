"""An engine that only counts, and does mischief on demand; its functions travel to workers by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.compute.engine import Engine
from app.compute.worker import WARM_UP
from bncore import RunConfig


@dataclass(frozen=True)
class State:
    config: RunConfig
    epoch: int

    @property
    def done(self) -> bool:
        return self.epoch >= self.config.total_epochs


@dataclass(frozen=True)
class History:
    """A frame at epoch 0 and at the end of each epoch."""

    config: RunConfig
    frame_step: np.ndarray

    @classmethod
    def join(cls, pieces: Sequence[History]) -> History:
        return cls(pieces[0].config, np.concatenate([piece.frame_step for piece in pieces]))

    def until(self, step: int) -> History:
        return History(self.config, self.frame_step[self.frame_step <= step])


@dataclass(frozen=True)
class Pictures:
    surface: np.ndarray

    @classmethod
    def join(cls, pieces: Sequence[Pictures]) -> Pictures:
        return cls(np.concatenate([piece.surface for piece in pieces]))

    def until(self, frames: int) -> Pictures:
        return Pictures(self.surface[:frames])


def init_state(config: RunConfig) -> State:
    return State(config, 0)


def advance_many(states: Sequence[State], epochs: int) -> list[tuple[State, History]]:
    return [advance(state, epochs) for state in states]


def advance(state: State, epochs: int) -> tuple[State, History]:
    if state.config != WARM_UP.config:
        mischief()
    end = min(state.epoch + epochs, state.config.total_epochs)
    first = 0 if state.epoch == 0 else state.epoch + 1
    return State(state.config, end), History(state.config, np.arange(first, end + 1) * state.config.steps_per_epoch)


def load_data(config: RunConfig) -> np.ndarray:
    return np.full(3, float(config.seed))


def picture_frames(config: RunConfig, dataset: np.ndarray, history: History, run: int) -> Pictures:
    return Pictures(np.full((len(history.frame_step), 2), run))


def mischief() -> None:
    """Do what the files in the folder ``TOY_FOLDER`` say; ``hold`` for as long as it is there, the others once."""
    folder = Path(os.environ.get("TOY_FOLDER", "nowhere"))
    for name in ("die", "die again", "die thrice"):
        if (folder / name).exists():
            (folder / name).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    if (folder / "raise").exists():
        (folder / "raise").unlink()
        raise ArithmeticError("the toy is broken")
    if (folder / "hold").exists():
        (folder / "held").write_text(str(os.getpid()))
        while (folder / "hold").exists():
            time.sleep(0.005)


ENGINE = Engine(init_state, advance_many, load_data, picture_frames)  # type: ignore[arg-type]
