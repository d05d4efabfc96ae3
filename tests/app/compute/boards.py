"""A board whose turns a test gives out and trains: no process and no clock."""

from __future__ import annotations

from dataclasses import replace

from app.compute.board import Board
from app.compute.engine import run_slice
from app.compute.job import SLICE_SECONDS
from app.compute.ticket import Ticket
from app.compute.work import Turn
from bncore import Arm, Experiment, RunConfig
from tests.app.compute import toy

__all__ = ["LARGE", "ONE", "SINGLE", "Clock", "come", "finish", "frames", "single", "step", "taken", "train", "twins"]

LARGE = 1_000_000
ONE = 3 * 8 + 3 * 8 + 3 * 2 * 8
"""Bytes of a single run of two epochs: points, steps and pictures of three frames."""


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


SINGLE = (Arm("only"),)


def single(**changes: object) -> Experiment:
    return Experiment(RunConfig(**changes), SINGLE)  # type: ignore[arg-type]


def twins(**changes: object) -> Experiment:
    return Experiment(RunConfig(**changes))  # type: ignore[arg-type]


def train(board: Board, turn: Turn, pace: float = SLICE_SECONDS) -> None:
    """Train a turn as if each epoch took ``pace`` seconds, so that a slice is one epoch."""
    board.give(turn, replace(run_slice(toy.ENGINE, turn.task), seconds=pace * turn.task.epochs))


def taken(board: Board) -> Turn:
    """Take the next turn, which there is."""
    turn = board.take()
    assert turn is not None
    return turn


def step(board: Board) -> Turn:
    turn = taken(board)
    train(board, turn)
    return turn


def finish(board: Board) -> int:
    """Train all that is wanted and return the number of turns."""
    turns = 0
    while (turn := board.take()) is not None:
        train(board, turn)
        turns += 1
    return turns


def come(board: Board, *seeds: int) -> None:
    """Train single runs of two epochs for somebody else, one after the other."""
    for seed in seeds:
        board.request(single(epochs=2, seed=seed), "somebody else")
        finish(board)


def frames(ticket: Ticket) -> list[int]:
    return [len(result.history.frame_step) for result in ticket.results() or []]
