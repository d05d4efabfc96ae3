"""What browsers may ask for, and when there is something to send."""

from __future__ import annotations

import gc
import weakref

import pytest

from app.live import following
from app.live.codec import unpack
from app.live.following import Followed, Following, awaited
from tests.app.live.growth import Growth


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(following.time, "monotonic", lambda: now[0])
    return now


def test_news_are_due_at_once_and_then_after_a_pause(clock: list[float]) -> None:
    run = Growth()
    page = Following(run, run.make, run.answer, lambda: 2.0)
    assert page.due() is None
    run.grow(0.1)
    assert page.due() == 0.0
    page.sending()
    assert page.due() is None
    run.grow(0.2)
    clock[0] += 0.5
    assert page.due() == 1.5
    clock[0] += 1.5
    assert page.due() == 0.0


def test_the_first_news_wait_for_the_end_as_long_as_patience_lasts(clock: list[float]) -> None:
    run = Growth()
    page = Following(run, run.make, run.answer, lambda: 2.0, patience=lambda: 1.2)
    run.grow(0.1)
    assert page.due() == pytest.approx(1.2)
    clock[0] += 1.0
    assert page.due() == pytest.approx(0.2)
    run.grow(1.0)
    assert page.due() == 0.0


@pytest.mark.parametrize("error", [None, "Training: no."])
def test_the_end_is_due_at_once(clock: list[float], error: str | None) -> None:
    run = Growth()
    page = Following(run, run.make, run.answer, lambda: 2.0)
    run.grow(0.1)
    page.sending()
    run.grow(1.0, error)
    assert page.due() == 0.0


def test_a_name_is_known_until_it_is_dropped() -> None:
    runs, run = Followed(), Growth()
    page, other = (Following(run, run.make, run.answer, lambda: 0.0) for _ in range(2))
    name = runs.put(page)
    assert runs.get(name) is page
    assert runs.put(other) != name
    runs.drop(name)
    runs.drop("never given")
    assert runs.get(name) is None
    assert len(runs) == 1


def test_a_run_that_no_page_holds_is_forgotten_with_all_that_was_trained_for_it() -> None:
    runs, run = Followed(), Growth()
    page = Following(run, run.make, run.answer, lambda: 0.0)
    name, trained = runs.put(page), weakref.ref(run)
    del page, run
    gc.collect()
    assert (runs.get(name), len(runs), trained()) == (None, 0, None)


@pytest.mark.parametrize(("base_path", "below"), [("", ""), ("lab", "/lab"), ("/a/b/", "/a/b")])
def test_the_addresses_are_below_the_base_path(base_path: str, below: str) -> None:
    header = unpack(awaited("abc", 1, {}, base_path))[0]
    assert (header["address"], header["questions"]) == (f"{below}/run/abc", f"{below}/ask/abc")


def test_the_tag_is_that_of_what_is_to_be_seen() -> None:
    tags = [unpack(awaited(name, what, {}))[0]["tag"] for name, what in (("a", ("x", 0)), ("b", ("x", 0)), ("a", ("x", 1)))]
    assert tags[0] == tags[1] != tags[2]
