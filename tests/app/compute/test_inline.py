from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.compute.engine import BNCORE, run_slice
from app.compute.inline import InlineBoard
from app.compute.job import Job
from app.compute.ticket import Ticket
from bncore import Experiment, RunConfig, TrainState
from tests.app.compute import toy
from tests.app.compute.same import same

LARGE = 100_000_000


def finish(ticket: Ticket) -> Ticket:
    while not ticket.done:
        ticket.wait(0.1)
    return ticket


def test_the_thread_that_waits_trains_and_the_numbers_are_those_of_one_pass() -> None:
    experiment = Experiment(RunConfig(epochs=7, seeds=2))
    results = finish(InlineBoard(LARGE, BNCORE).request(experiment, "ada")).results()
    assert results is not None
    for result in results:
        whole = Job(result.config)
        whole.absorb(run_slice(BNCORE, replace(whole.next_slice(), epochs=7)))
        assert same(result.history, whole.result(result.config).history)
        assert same(result.pictures, whole.result(result.config).pictures)


def test_waiting_without_time_still_trains_a_slice() -> None:
    ticket = InlineBoard(LARGE, toy.ENGINE).request(Experiment(RunConfig(epochs=5)), "ada")
    ticket.wait(0.0)
    assert ticket.progress > 0


def test_many_threads_share_one_training(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = []

    def count(states: list[TrainState], epochs: int) -> object:
        trained.append(epochs)
        return toy.advance_many(states, epochs)  # type: ignore[arg-type]

    board = InlineBoard(LARGE, replace(toy.ENGINE, advance_many=count))  # type: ignore[arg-type]
    tickets = [board.request(Experiment(RunConfig(epochs=5)), f"owner {i}") for i in range(8)]
    threads = [threading.Thread(target=finish, args=(ticket,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(trained) == 10
    assert all(ticket.error is None and ticket.progress == 1.0 for ticket in tickets)


def test_an_error_becomes_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def fail(states: list[TrainState], epochs: int) -> object:
        raise ArithmeticError("no")

    ticket = InlineBoard(LARGE, replace(toy.ENGINE, advance_many=fail)).request(Experiment(), "ada")  # type: ignore[arg-type]
    assert ticket.wait(0.1)
    assert ticket.error == "Training: must end without an error; got ArithmeticError: no. Choose other settings."
    assert "a slice of training failed" in caplog.text


def test_a_thread_that_is_stopped_puts_its_slice_back() -> None:
    stops = [KeyboardInterrupt()]

    def stop_once(states: list[TrainState], epochs: int) -> object:
        if stops:
            raise stops.pop()
        return toy.advance_many(states, epochs)  # type: ignore[arg-type]

    ticket = InlineBoard(LARGE, replace(toy.ENGINE, advance_many=stop_once)).request(Experiment(), "ada")  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        ticket.wait(0.1)
    assert finish(ticket).error is None
