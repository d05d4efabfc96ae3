from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from app import compute
from app.compute import Call


def doubled(values: np.ndarray) -> np.ndarray:
    return 2 * values


def where() -> int:
    return os.getpid()


def fails() -> None:
    raise ValueError("no such thing")


@pytest.fixture(params=["inline", "pool"])
def service(request: pytest.FixtureRequest) -> Iterator[str]:
    compute.stop()
    if request.param == "pool":
        compute.start(workers=1)
    yield request.param
    compute.stop()


def waited(ticket: compute.CallTicket) -> compute.CallTicket:
    for _ in range(200):
        if ticket.done:
            return ticket
        ticket.wait(0.1)
    raise AssertionError("no end")


def test_calls_are_answered_in_their_order_and_kept(service: str) -> None:
    calls = [Call(f"double {i}", doubled, (np.arange(i + 1),)) for i in range(3)]
    ticket = compute.call(calls, "me")
    assert ticket.values() == [None, None, None] or service == "pool"
    values = waited(ticket).values()
    assert [value.tolist() for value in values] == [[0], [0, 2], [0, 2, 4]]
    assert ticket.progress == 1.0
    assert not values[2].flags.writeable
    again = compute.call(calls, "you")
    assert again.done
    assert again.values()[2] is values[2]


def test_a_call_is_made_by_a_worker_where_there_is_one(service: str) -> None:
    [pid] = waited(compute.call([Call("where", where, ())], "me")).values()
    assert (pid == os.getpid()) == (service == "inline")


def test_a_call_that_fails_says_so_and_harms_no_other(service: str) -> None:
    ticket = waited(compute.call([Call("fails", fails, ())], "me"))
    assert ticket.error == "Training: must end without an error; got ValueError: no such thing. Choose other settings."
    assert waited(compute.call([Call("double", doubled, (np.ones(1),))], "me")).values()[0].tolist() == [2.0]


def test_a_newer_request_of_the_same_owner_releases_the_older(service: str) -> None:
    older = compute.call([Call("a", doubled, (np.ones(1),)), Call("b", doubled, (np.ones(2),))], "me")
    newer = compute.call([Call("b", doubled, (np.ones(2),))], "me")
    assert older.released
    assert waited(newer).values()[0].tolist() == [2.0, 2.0]
