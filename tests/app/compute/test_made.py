from __future__ import annotations

import threading

import numpy as np
import pytest

from app.compute.made import MadeOnce


def test_what_is_made_once_is_the_same_object_and_cannot_be_changed() -> None:
    made = MadeOnce(10_000)
    first = made.get("a", lambda: np.zeros(3))
    assert made.get("a", lambda: np.ones(3)) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_without_room_it_is_made_again() -> None:
    made = MadeOnce(2500)
    for key in "abc":
        made.get(key, lambda: 1)  # each counts 1000 bytes
    assert [made.get(key, lambda: 2) for key in "cba"] == [1, 1, 2]


def test_two_who_ask_at_once_make_one() -> None:
    made, calls, start = MadeOnce(10_000), [], threading.Barrier(2)

    def make() -> int:
        calls.append(1)
        threading.Event().wait(0.05)
        return len(calls)

    def ask() -> None:
        start.wait()
        assert made.get("a", make) == 1

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_what_could_not_be_made_is_tried_again() -> None:
    made = MadeOnce(10_000)
    with pytest.raises(ZeroDivisionError):
        made.get("a", lambda: 1 // 0)
    assert made.get("a", lambda: 1) == 1
