"""The board by itself: a test gives out the turns and trains them, no process and no clock."""

from __future__ import annotations

from collections import Counter

import pytest

from app.compute.board import LOST, Board
from app.compute.fair import QUANTUM
from app.compute.job import ROOM, SLICE_SECONDS
from app.compute.place import RELEASED
from bncore import Arm, Experiment, RunConfig
from tests.app.compute.boards import LARGE, ONE, Clock, come, finish, frames, single, step, taken, train, twins


def test_arms_with_the_same_numbers_are_trained_once() -> None:
    board = Board(LARGE)
    same = (Arm("one"), Arm("two", (("adam_eps", 1e-3),)))
    ticket = board.request(Experiment(RunConfig(epochs=3), same), "ada")
    assert finish(board) == 3
    assert frames(ticket) == [4, 4]


def test_two_people_who_ask_for_the_same_share_one_training() -> None:
    board = Board(LARGE)
    ada, ben = (board.request(single(epochs=5), name) for name in ("ada", "ben"))
    assert finish(board) == 5
    assert frames(ada) == frames(ben) == [6]


def test_what_was_trained_is_not_trained_again() -> None:
    board = Board(LARGE)
    board.request(single(epochs=5), "ada")
    finish(board)
    ticket = board.request(single(epochs=5, factor=0.5, adam_beta1=0.1), "ben")
    assert ticket.done
    assert board.take() is None
    assert ticket.results()[0].config.adam_beta1 == 0.1  # type: ignore[index]


def test_pictures_of_another_run_are_another_job() -> None:
    board = Board(LARGE)
    tickets = [board.request(single(epochs=1), f"owner {run}", run) for run in (0, 3)]
    finish(board)
    assert [int(t.results()[0].pictures.surface[0, 0]) for t in tickets] == [0, 3]  # type: ignore[index]


def test_the_cache_holds_its_bound_and_lets_the_least_used_go() -> None:
    board = Board(2 * ONE)
    come(board, 1, 2)
    board.request(single(epochs=2, seed=1), "ada")
    board.request(single(epochs=2, seed=3), "ada")
    finish(board)
    assert board.cache.size == 2 * ONE
    assert [board.request(single(epochs=2, seed=seed), "ada").done for seed in (1, 2, 3)] == [True, False, True]


def test_a_released_run_is_not_trained_on() -> None:
    board = Board(LARGE)
    with board.request(single(epochs=5), "ada") as ticket:
        step(board)
    assert board.take() is None
    assert (ticket.done, ticket.wait(0), ticket.error) == (True, True, RELEASED)


def test_a_run_goes_on_while_one_of_two_still_waits() -> None:
    board = Board(LARGE)
    ada, ben = (board.request(single(epochs=5), name) for name in ("ada", "ben"))
    ada.release()
    finish(board)
    assert (ada.released, ben.error, frames(ben)) == (True, None, [6])


def test_a_run_that_is_wanted_again_goes_on_where_it_stood() -> None:
    board = Board(LARGE)
    with board.request(single(epochs=5), "ada"):
        step(board)
        step(board)
    ticket = board.request(single(epochs=5), "ben")
    assert finish(board) == 3
    assert ticket.results()[0].history.frame_step.tolist() == [0, 13, 26, 39, 52, 65]  # type: ignore[index]


def test_a_slice_that_ends_after_the_release_is_kept() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=3), "ada")
    turn = taken(board)
    assert not board.unwanted(turn)
    ticket.release()
    assert board.unwanted(turn)
    train(board, turn)
    assert board.request(single(epochs=3), "ben").progress == 1 / 3


def test_a_new_request_takes_the_place_of_the_owners_older_one() -> None:
    board = Board(LARGE)
    older = board.request(single(epochs=5), "ada")
    newer = board.request(single(epochs=5, seed=9), "ada")
    finish(board)
    assert (older.error, older.progress, newer.progress) == (RELEASED, 0.0, 1.0)


def test_what_both_requests_want_is_never_stopped() -> None:
    board = Board(0)  # nothing paused could be found again
    board.request(twins(epochs=5), "ada")
    for _ in range(4):
        step(board)
    newer = board.request(twins(epochs=5, bn_momentum=0.5), "ada")
    assert [job.epochs for job in newer.jobs] == [0, 2]


@pytest.mark.parametrize(("seconds", "turns"), [(SLICE_SECONDS, 20), (3 * SLICE_SECONDS, 10)])
def test_each_person_gets_an_equal_share_of_time_whatever_they_want(seconds: float, turns: int) -> None:
    clock = Clock()
    board = Board(LARGE, clock=clock)
    many = tuple(Arm(str(rate), (("learning_rate", rate),)) for rate in (0.1, 0.2, 0.3, 0.4))
    board.request(Experiment(RunConfig(epochs=50), many), "many arms")
    board.request(single(epochs=200), "one arm")
    counts: Counter[str] = Counter()
    for _ in range(40):
        turn = taken(board)
        clock.now += seconds if turn.owner == "many arms" else SLICE_SECONDS
        train(board, turn)
        counts[turn.owner] += 1
    assert counts["many arms"] == pytest.approx(turns, abs=QUANTUM / SLICE_SECONDS)


def test_two_workers_at_once_do_both_arms_of_who_has_waited_longest() -> None:
    board = Board(LARGE)
    board.request(twins(epochs=50), "ada")
    board.request(twins(epochs=50, seed=1), "ben")
    turns = [turn for turn in (board.take() for _ in range(4)) if turn is not None]
    assert [turn.owner for turn in turns] == ["ada", "ada", "ben", "ben"]
    assert turns[0].job is not turns[1].job


def test_whose_run_is_begun_is_done_before_the_next_but_all_see_something_first() -> None:
    board = Board(LARGE, clock=Clock())
    tickets = {name: board.request(single(epochs=4, seed=i), name) for i, name in enumerate(("ada", "ben", "eve"))}
    order = [step(board).owner for _ in range(3)]
    assert (order, [t.progress for t in tickets.values()]) == (["ada", "ben", "eve"], [0.25] * 3)
    order = [step(board).owner for _ in range(9)]
    assert order == ["ada"] * 3 + ["ben"] * 3 + ["eve"] * 3


def rates(count: int, **changes: object) -> list[Experiment]:
    return [twins(learning_rate=0.01 * (i + 1), **changes) for i in range(count)]


def test_runs_of_one_structure_go_in_one_pass_while_there_is_room() -> None:
    board = Board(LARGE)
    for i, experiment in enumerate(rates(6)):
        board.request(experiment, f"owner {i}")
    turns = board.take_together(ROOM)
    assert [turn.owner for turn in turns] == [f"owner {i}" for i in range(4)]
    assert {turn.job.config.norm for turn in turns} == {"batch"}  # type: ignore[attr-defined]
    assert {(turn.task.epochs, turn.crowd) for turn in turns} == {(1, 4)}  # type: ignore[union-attr]
    twins = board.take_together(ROOM)
    assert [(turn.owner, turn.job.config.norm) for turn in twins] == [(f"owner {i}", "none") for i in range(4)]  # type: ignore[attr-defined]
    assert [turn.owner for turn in board.take_together(ROOM)] == ["owner 4", "owner 5"]


def test_what_has_come_further_waits_for_others_that_have() -> None:
    board = Board(LARGE)
    board.request(single(), "ada")
    step(board)
    board.request(single(seed=1), "ben")
    assert [turn.owner for turn in board.take_together(ROOM)] == ["ben"]


def test_waiting_workers_get_their_share_before_a_pass_is_filled() -> None:
    board = Board(LARGE)
    alike = (Arm("slow", (("learning_rate", 0.1),)), Arm("quick", (("learning_rate", 0.2),)))
    board.request(Experiment(RunConfig(), alike), "ada")
    assert [len(board.take_together(ROOM, workers)) for workers in (2, 1)] == [1, 1]
    for i, experiment in enumerate(rates(2)):
        board.request(experiment, f"owner {i}")
    assert [len(board.take_together(ROOM, workers)) for workers in (2, 1)] == [2, 2]


def test_a_pass_is_charged_in_equal_parts() -> None:
    clock = Clock()
    board = Board(LARGE, clock=clock)
    for i, experiment in enumerate(rates(4)):
        board.request(experiment, f"owner {i}")
    turns = board.take_together(ROOM)
    clock.now += 0.4
    for turn in turns:
        train(board, turn)
    assert [board._queue._ends[turn.owner] for turn in turns] == pytest.approx([0.1] * 4)


def test_what_was_lost_in_a_pass_is_repeated_alone() -> None:
    board = Board(LARGE)
    for i, experiment in enumerate(rates(2)):
        board.request(experiment, f"owner {i}")
    turns = board.take_together(ROOM)
    assert len(turns) == 2
    for turn in turns:
        board.lost(turn)
    again = [board.take_together(ROOM) for _ in range(3)]
    assert sorted((len(turns), turns[0].job.config.norm) for turns in again) == [(1, "batch"), (1, "batch"), (2, "none")]  # type: ignore[attr-defined]


def test_a_job_is_in_one_slice_at_a_time() -> None:
    board = Board(LARGE)
    board.request(single(epochs=5), "ada")
    board.request(single(epochs=5), "ben")
    assert [board.take() is None for _ in range(2)] == [False, True]


def test_slow_runs_leave_a_core_free() -> None:
    board = Board(LARGE, slow_lanes=1)
    slow = {"epochs": 3, "batch_size": 1, "samples": 2000, "seeds": 256, "hidden": (64, 64)}
    board.request(twins(**slow), "slow")
    first = board.take()
    assert first is not None
    assert board.take() is None
    board.request(single(epochs=5), "quick")
    assert [turn.owner for turn in (board.take(),) if turn is not None] == ["quick"]
    train(board, first, pace=10.0)
    assert [turn.owner for turn in (board.take(),) if turn is not None] == ["slow"]


def test_an_error_ends_the_ticket_and_can_be_tried_again() -> None:
    board = Board(LARGE)
    ticket = board.request(twins(epochs=3), "ada")
    board.fail(taken(board), "Training: no.")
    assert (ticket.done, ticket.wait(0), ticket.error) == (True, True, "Training: no.")
    assert board.take() is None
    again = board.request(twins(epochs=3), "ada")
    finish(board)
    assert (again.error, frames(again)) == (None, [4, 4])


def test_a_lost_slice_is_repeated_twice() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=3), "ada")
    step(board)
    for _ in range(2):
        board.lost(taken(board))
    finish(board)
    assert ticket.results()[0].history.frame_step.tolist() == [0, 13, 26, 39]  # type: ignore[index]


def test_a_slice_that_is_lost_three_times_ends_the_run_with_a_sentence() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=3), "ada")
    for _ in range(3):
        board.lost(taken(board))
    assert board.take() is None
    assert ticket.error == LOST == (
        "Training: a slice must outlive at most 2 of its workers; got 3 that ended in the middle (out of memory?). "
        "Use fewer seeds, points or neurons, or try again."
    )  # fmt: skip


def test_slices_lost_one_at_a_time_do_not_add_up() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=5), "ada")
    for _ in range(4):
        board.lost(taken(board))
        step(board)
    finish(board)
    assert ticket.error is None


def test_a_closed_board_gives_everything_up() -> None:
    board = Board(LARGE)
    waiting = board.request(single(epochs=3), "ada")
    board.close("Training: over.")
    late = board.request(single(epochs=3), "ben")
    assert (waiting.error, late.error, board.take()) == ("Training: over.", "Training: over.", None)


@pytest.mark.parametrize("end", ["done", "released", "failed"])
def test_nothing_is_left_when_everybody_has_gone(end: str) -> None:
    board = Board(0)
    ticket = board.request(twins(epochs=3), "ada")
    turn = step(board)
    if end == "done":
        finish(board)
    elif end == "released":
        ticket.release()
    else:
        turn = board.take() or turn
        board.fail(turn, "Training: no.")
    assert (board._wanted, board._waiters, board._tickets) == ({}, {}, {})
