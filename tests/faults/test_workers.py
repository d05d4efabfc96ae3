"""What may happen inside a worker, and to the clock: one run ends with a sentence, the others go on."""

from __future__ import annotations

import ast
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.compute.board import Board
from app.compute.call import Call
from app.compute.engine import BNCORE
from app.compute.pool import Pool
from bncore import Arm, Experiment, RunConfig
from tests.faults.serving import eventually

ROOT = Path(__file__).parents[2]
TOO_LARGE = "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."
STAMPS = {"app/observe"}
"""Where the time of day is wanted: each line of the log carries it."""


@pytest.fixture(scope="module")
def pool() -> Iterator[tuple[Board, Pool]]:
    board = Board(100_000_000)
    running = Pool(board, BNCORE, 2)
    running.start()
    yield board, running
    running.stop()


def single(**changes: object) -> Experiment:
    return Experiment(RunConfig(**changes), (Arm("only"),))  # type: ignore[arg-type]


def finished(ticket: object) -> bool:
    return eventually(lambda: ticket.wait(0.1) and ticket.done)  # type: ignore[attr-defined]


def test_a_call_that_asks_for_all_memory_ends_with_a_sentence_and_the_worker_stays(pool: tuple[Board, Pool]) -> None:
    board, running = pool
    pids = running.pids
    other = board.request(single(epochs=200, seeds=4), "other")
    greedy = board.call([Call("greedy", np.zeros, ((1 << 50,),))], "greedy")
    assert finished(greedy)
    assert greedy.error is not None
    assert greedy.error.startswith("Training: must fit into memory; got MemoryError.") or "MemoryError" in greedy.error
    assert finished(other)
    assert other.error is None
    assert running.pids == pids


def test_a_worker_at_its_limit_of_memory_says_so_and_trains_the_next(pool: tuple[Board, Pool]) -> None:
    board, running = pool
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_AS) for pid in running.pids}
    try:
        for pid in running.pids:
            size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
            resource.prlimit(pid, resource.RLIMIT_AS, (size + 20_000_000, limits[pid][1]))
        heavy = board.request(single(hidden=(64, 64, 64), seeds=64, samples=2000, batch_size=1000, epochs=3), "heavy")
        assert finished(heavy)
        assert heavy.error == TOO_LARGE
        light = board.request(single(epochs=3, seeds=1), "light")
        assert finished(light)
        assert light.error is None
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_AS, limit)


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0, 1e9])
def test_a_clock_that_jumps_ends_no_wait_and_releases_nobody(
    pool: tuple[Board, Pool], monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    true = time.time
    ticket = pool[0].request(single(epochs=400, seeds=8, seed=abs(int(jump)) % 1000), "ada")
    assert eventually(lambda: ticket.wait(0.1) and ticket.progress > 0)
    monkeypatch.setattr(time, "time", lambda: true() + jump)
    assert finished(ticket)
    assert (ticket.error, ticket.released) == (None, False)


def test_nothing_but_the_log_asks_for_the_time_of_day() -> None:
    """Durations are measured by clocks that no administrator can set."""
    found = []
    for module in sorted((*ROOT.glob("app/**/*.py"), *ROOT.glob("bncore/**/*.py"))):
        place = module.relative_to(ROOT)
        if str(place.parent) in STAMPS:
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and f"{ast.unparse(node)}" in (
                "time.time", "time.time_ns", "time.localtime", "datetime.now", "datetime.datetime.now", "datetime.utcnow",
                "date.today",
            ):  # fmt: skip
                found.append(f"{place}:{node.lineno}")
            if isinstance(node, ast.ImportFrom) and node.module == "time" and any(name.name == "time" for name in node.names):
                found.append(f"{place}:{node.lineno}")
    assert found == []
