"""What is told to who watches: looks at the cache, ends of waits, lost workers, errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compute.board import Board
from app.compute.call import Call, run_call
from app.compute.inline import InlineBoard
from app.compute.observer import Ended, Observer
from app.compute.pool import Pool
from bncore import Experiment, RunConfig
from tests.app.compute import toy
from tests.app.compute.boards import LARGE, Clock, finish, single, step, taken, twins
from tests.app.compute.test_pool import eventually


class Notes(Observer):
    def __init__(self) -> None:
        self.found: list[str] = []
        self.ends: list[Ended] = []
        self.codes: list[int] = []
        self.traces: list[str] = []

    def looked_up(self, found: str) -> None:
        self.found.append(found)

    def ended(self, how: Ended) -> None:
        self.ends.append(how)

    def worker_lost(self, code: int) -> None:
        self.codes.append(code)

    def slice_failed(self, trace: str) -> None:
        self.traces.append(trace)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def board(clock: Clock, notes: Notes) -> Board:
    board = Board(LARGE, lease=1e9, clock=clock)
    board.observer = notes
    return board


def test_a_wait_begins_with_the_first_slice_and_is_told_once(board: Board, clock: Clock, notes: Notes) -> None:
    ticket = board.request(twins(epochs=2), "ada")
    clock.now = 3.0
    step(board)
    clock.now = 5.0
    finish(board)
    ticket.release()
    board.request(single(seed=9), "ada").release()
    assert notes.ends == [Ended("run", "done", 3.0, 5.0), Ended("run", "left", 0.0, 0.0)]


def test_who_joins_what_is_in_hand_has_not_waited(board: Board, clock: Clock, notes: Notes) -> None:
    board.request(single(epochs=2), "ada")
    turn = taken(board)
    clock.now = 2.0
    board.request(single(epochs=2), "ben")
    clock.now = 4.0
    board.lost(turn)
    finish(board)
    assert sorted(how.waited for how in notes.ends) == [0.0, 0.0]
    assert notes.found == ["new", "shared"]


def test_what_is_kept_is_told_apart_from_what_is_begun(board: Board, notes: Notes) -> None:
    board.request(twins(epochs=2), "ada")
    finish(board)
    board.request(single(epochs=9), "ada")
    step(board)
    board.request(twins(epochs=2), "ada")
    board.request(single(epochs=9), "ada")
    assert notes.found == ["new", "new", "new", "done", "done", "begun"]
    assert [how.result for how in notes.ends] == ["done", "cached", "left"]


def test_a_failure_and_a_call_are_told_as_such(board: Board, notes: Notes) -> None:
    board.request(single(), "ada")
    board.fail(taken(board), "Training: no.")
    board.call([Call("five", abs, (-5,))], "ada")
    turn = taken(board)
    board.give(turn, run_call(turn.task))
    assert [(how.kind, how.result) for how in notes.ends] == [("run", "failed"), ("call", "done")]


def test_an_error_without_a_pool_is_told(notes: Notes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOY_FOLDER", str(tmp_path))
    (tmp_path / "raise").touch()
    inline = InlineBoard(LARGE, toy.ENGINE)
    inline.observer = notes
    inline.request(single(), "ada").wait(1.0)
    assert "in mischief" in notes.traces[0]


@pytest.fixture
def pool(notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Board, Pool, Path]]:
    monkeypatch.setenv("TOY_FOLDER", str(tmp_path))
    board = Board(LARGE)
    board.observer = notes
    pool = Pool(board, toy.ENGINE, 1)
    pool.start()
    yield board, pool, tmp_path
    pool.stop()


def test_a_worker_that_was_lost_is_told_and_one_that_was_ended_is_not(pool: tuple[Board, Pool, Path], notes: Notes) -> None:
    board, workers, folder = pool
    assert workers.warm == 1
    (folder / "die").touch()
    ticket = board.request(single(seed=2), "ada")
    assert eventually(lambda: ticket.wait(0.1) and ticket.done)
    assert notes.codes == [-9]
    (folder / "hold").touch()
    (pid,) = workers.pids
    held = board.request(single(seed=3), "ada")
    assert eventually((folder / "held").exists)
    held.release()
    assert eventually(lambda: workers.pids and workers.pids != [pid] and workers.warm)
    (folder / "hold").unlink()
    assert notes.codes == [-9]


def test_nobody_watching_costs_nothing_and_loses_no_error(caplog: pytest.LogCaptureFixture) -> None:
    Observer().looked_up("new")
    Observer().ended(Ended("run", "done", 0.0, 0.0))
    Observer().worker_lost(-9)
    Observer().slice_failed("in mischief")
    assert caplog.messages == ["a worker process ended with code -9", "a slice of training failed\nin mischief"]


def test_the_number_of_those_who_wait(board: Board) -> None:
    board.request(Experiment(RunConfig()), "ada")
    board.request(single(), "ben")
    assert board.waiting == 2
