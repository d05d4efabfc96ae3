"""What one person waits for: what can be seen of it, how long it is held, and who is told."""

from __future__ import annotations

import gc
import threading
import time

import pytest

from app.compute.board import Board
from app.compute.place import RELEASED
from bncore import Arm, Experiment, RunConfig
from tests.app.compute.boards import LARGE, ONE, Clock, come, finish, frames, single, step, taken, twins


def test_all_arms_are_trained_and_returned_in_order() -> None:
    board = Board(LARGE)
    ticket = board.request(twins(epochs=4), "ada")
    assert (ticket.results(), ticket.progress, ticket.done) == (None, 0.0, False)
    finish(board)
    results = ticket.results()
    assert results is not None
    assert [result.config.norm for result in results] == ["batch", "none"]
    assert (frames(ticket), ticket.progress, ticket.done, ticket.error) == ([5, 5], 1.0, True, None)


def test_the_arm_behind_goes_next_and_results_are_cut_to_what_all_have() -> None:
    board = Board(LARGE)
    ticket = board.request(twins(epochs=4), "ada")
    first = step(board)
    assert ticket.results() is None
    second = step(board)
    assert second.job is not first.job
    assert frames(ticket) == [2, 2]
    step(board)
    assert (frames(ticket), ticket.progress) == ([2, 2], 3 / 8)


def test_only_what_every_arm_has_reached_is_visible() -> None:
    board = Board(LARGE)
    ticket = board.request(twins(epochs=2), "ada")
    seen = [ticket.visible]
    for _ in range(4):
        step(board)
        seen.append(ticket.visible)
    assert seen == [0, 0, 1, 1, 2]


def test_an_arm_with_fewer_epochs_does_not_hold_the_others_up() -> None:
    board = Board(LARGE)
    arms = (Arm("short", (("epochs", 1),)), Arm("long"))
    ticket = board.request(Experiment(RunConfig(epochs=4), arms), "ada")
    for _ in range(4):
        step(board)
    assert frames(ticket) == [2, 4]


def test_there_is_news_once_and_when_it_is_done_always() -> None:
    board = Board(LARGE)
    ticket = board.request(twins(epochs=2), "ada")
    step(board)
    assert not ticket.wait(0)
    step(board)
    assert [ticket.wait(0), ticket.wait(0)] == [True, False]
    step(board)
    assert not ticket.wait(0)
    step(board)
    assert [ticket.wait(0), ticket.wait(0)] == [True, True]


def test_what_was_looked_at_is_no_news() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=2), "ada")
    step(board)
    ticket.results()
    assert not ticket.wait(0)


def test_a_ticket_holds_what_it_was_trained_for_unless_it_is_loosened() -> None:
    board = Board(ONE)
    firm, loose = (board.request(single(epochs=2, seed=seed), f"owner {seed}") for seed in (1, 2))
    loose.loosen()  # too early
    finish(board)
    loose.loosen()
    loose.loosen()
    assert (frames(loose), loose.forgotten, loose.done, loose.error, loose.progress, loose.visible) == (
        [3],
        False,
        True,
        None,
        1.0,
        2,
    )
    come(board, 3)
    assert (frames(firm), firm.forgotten) == ([3], False)
    assert (loose.results(), loose.forgotten, loose.done, loose.error, loose.visible) == (None, True, True, None, 2)
    loose.release()
    assert board.request(single(epochs=2, seed=1), "owner 2").done is False


def test_what_is_asked_about_is_the_last_to_make_room() -> None:
    clock = Clock()
    board = Board(2 * ONE, clock=clock)
    mine, other = (board.request(single(epochs=2, seed=seed), f"owner {seed}") for seed in (1, 2))
    finish(board)
    for ticket in (mine, other):
        ticket.loosen()
    for seed in (3, 4, 5):
        clock.now += 2.0
        assert frames(mine) == [3]
        come(board, seed)
    assert (mine.forgotten, other.forgotten) == (False, True)


def test_what_made_room_before_it_is_loosened_is_put_back_and_what_is_too_large_stays_held() -> None:
    for room, forgets in ((2 * ONE, True), (2 * ONE - 1, False)):
        board = Board(room)
        mine = board.request(twins(epochs=2, seed=1), "ada")
        finish(board)
        come(board, 2, 3)
        mine.loosen()
        assert frames(mine) == [3, 3]
        assert board.cache.size <= room
        come(board, 4, 5)
        assert mine.forgotten is forgets
        assert (mine.done, mine.progress, mine.visible) == (True, 1.0, 2)


def test_a_ticket_holds_on_to_what_the_cache_has_in_place_of_its_own() -> None:
    board = Board(ONE)
    mine = board.request(single(epochs=2, seed=1), "ada")
    finish(board)
    come(board, 2, 1)
    mine.loosen()
    gc.collect()
    assert (frames(mine), mine.forgotten, len(board.cache)) == ([3], False, 1)


def test_a_ticket_that_failed_says_why_however_it_is_held() -> None:
    board = Board(LARGE)
    ticket = board.request(single(epochs=3), "ada")
    board.fail(taken(board), "Training: no.")
    ticket.loosen()
    assert (ticket.error, ticket.forgotten) == ("Training: no.", False)


def test_a_ticket_that_nobody_looks_at_is_released() -> None:
    clock = Clock()
    board = Board(LARGE, lease=5.0, clock=clock)
    forgotten, watched = (board.request(single(epochs=5, seed=seed), f"owner {seed}") for seed in (1, 2))
    clock.now += 4.0
    watched.wait(0)
    clock.now += 4.0
    assert finish(board) == 5
    assert (forgotten.error, watched.error) == (RELEASED, None)


def test_a_ticket_that_somebody_waits_on_is_never_released() -> None:
    clock = Clock()
    board = Board(LARGE, lease=5.0, clock=clock)
    ticket = board.request(single(epochs=5), "ada")
    thread = threading.Thread(target=ticket.wait, args=(30.0,))
    thread.start()
    while not ticket.waiting:
        time.sleep(0.001)
    clock.now += 60.0
    step(board)
    thread.join(30)
    assert ticket.error is None


def test_who_listens_is_told_of_every_change_and_keeps_the_place() -> None:
    clock = Clock()
    board = Board(LARGE, lease=5.0, clock=clock)
    ticket, heard = board.request(single(epochs=3), "ada"), []
    with ticket.heard(lambda: heard.append(ticket.progress)):
        clock.now += 60.0
        step(board)
        step(board)
    assert heard == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    clock.now += 4.0
    step(board)
    assert (ticket.error, ticket.progress, len(heard)) == (None, 1.0, 2)


def test_who_listens_is_told_that_the_place_was_taken() -> None:
    board = Board(LARGE)
    ticket, heard = board.request(single(epochs=3), "ada"), []
    with ticket.heard(lambda: heard.append(ticket.error)):
        board.request(single(seed=1, epochs=3), "ada")
    assert heard[0] == RELEASED
