"""Sixty people who look at their runs at once stop nobody, least of all the one thread that hands out the training."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app import compute
from app.compute.board import Board
from app.compute.engine import BNCORE, run_slice
from app.views.waiting import FEW, unhurried
from bncore import Experiment, RunConfig
from tests.app.compute.boards import step


def test_looking_takes_no_lock_of_the_board() -> None:
    board = Board(10_000_000)
    ticket = board.request(Experiment(RunConfig(epochs=4)), "ada")
    step(board), step(board)
    seen: list[object] = []

    def look() -> None:
        seen.extend([ticket.wait(0.0), ticket.done, ticket.error, ticket.progress, len(ticket.results() or [])])

    with board.lock:  # as the scheduler holds it
        looker = threading.Thread(target=look)
        looker.start()
        looker.join(20)
        assert seen == [True, False, None, 0.25, 2]


def test_what_is_looked_at_while_it_grows_is_whole_slices() -> None:
    board = Board(100_000_000)
    ticket = board.request(Experiment(RunConfig(epochs=60, seeds=1)), "ada")
    problems: list[str] = []

    def look() -> None:
        while not ticket.done:
            for result in ticket.results() or ():
                if len(result.pictures.finite) != len(result.history.frame_step):
                    problems.append("pictures and record differ")
                if result.history.test_loss.flags.writeable:
                    problems.append("what is shared can be written")

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for each in lookers:
        each.start()
    while (turn := board.take()) is not None:
        board.give(turn, run_slice(BNCORE, turn.task))  # type: ignore[arg-type]
    for each in lookers:
        each.join(20)
    assert problems == []
    assert [result.complete for result in ticket.results() or ()] == [True, True]


@pytest.mark.parametrize(("waiting", "times"), [(0, 1.0), (1, 1.0), (FEW, 1.0), (5 * FEW, 5.0)])
def test_the_more_wait_the_rarer_are_the_looks(monkeypatch: pytest.MonkeyPatch, waiting: int, times: float) -> None:
    quiet = compute.status()
    monkeypatch.setattr(compute, "status", lambda: replace(quiet, waiting=waiting))
    assert unhurried(0.5) == 0.5 * times
