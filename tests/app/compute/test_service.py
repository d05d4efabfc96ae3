from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compute
from app.compute import process, service
from app.compute.inline import InlineBoard
from bncore import Experiment, RunConfig

TINY = Experiment(RunConfig(samples=40, hidden=(2,), epochs=2, seeds=2))


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(service, "_board", None)
    yield
    compute.stop()
    gc.unfreeze()


def finish(ticket: compute.Ticket) -> compute.Ticket:
    while not ticket.done:
        ticket.wait(1.0)
    return ticket


def test_every_public_name_is_there() -> None:
    assert {name: hasattr(compute, name) for name in compute.__all__} == dict.fromkeys(
        [
            "ArmResult",
            "Call",
            "CallTicket",
            "Ended",
            "Observer",
            "Place",
            "Status",
            "Ticket",
            "call",
            "pooled",
            "request",
            "start",
            "status",
            "stop",
        ],
        True,
    )


def test_without_start_the_caller_trains_and_no_thread_is_made() -> None:
    before = threading.active_count()
    ticket = finish(compute.request(TINY, "ada"))
    assert ticket.error is None
    assert threading.active_count() == before
    assert compute.request(TINY, "ben").done


def test_start_and_stop_can_be_said_twice_and_again() -> None:
    for _ in range(2):
        compute.start(1)
        pool = service._pool
        compute.start(1)
        assert pool is not None
        assert service._pool is pool
        assert len(pool.pids) == 1
        assert finish(compute.request(TINY, "ada")).error is None
        compute.stop()
        compute.stop()
    assert finish(compute.request(TINY, "ada")).error is None
    assert isinstance(service._board, InlineBoard)


def test_start_takes_what_is_loaded_out_of_the_collectors_rounds() -> None:
    compute.start(1)
    assert gc.get_freeze_count() > 0


@pytest.mark.parametrize("run", [-1, 2])
def test_a_run_that_is_not_there_is_refused(run: int) -> None:
    with pytest.raises(ValueError, match=rf"^request\.run: must be 0\.\.1; got {run}\. Use 0 for the first seed\.$"):
        compute.request(TINY, "ada", run)


def test_the_bound_of_the_cache_is_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNLAB_CACHE_MB", "0")
    finish(compute.request(TINY, "ada"))
    assert not compute.request(TINY, "ben").done


def test_a_bound_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNLAB_CACHE_MB", "much")
    message = r"^BNLAB_CACHE_MB: must be a whole number, 0\.\.100000 MB; got 'much'\. Use 120\.$"
    with pytest.raises(ValueError, match=message):
        compute.request(TINY, "ada")


@pytest.mark.parametrize(
    ("quota", "cores"), [("150000 100000", 2), ("10000 100000", 1), ("1600000 100000", 8), ("max 100000", 8), (None, 8)]
)
def test_a_containers_quota_bounds_the_cores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str | None, cores: int
) -> None:
    monkeypatch.setattr(process.os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(process, "QUOTA", tmp_path / "cpu.max")
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota + "\n")
    assert process.cores() == cores
