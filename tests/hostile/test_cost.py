"""What anybody may ask for has a ceiling that is known before it is begun, and takes nothing from others."""

from __future__ import annotations

import time
import tracemalloc
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compute.board import Board
from app.compute.engine import BNCORE, Slice, run_slice
from app.compute.fair import QUANTUM
from app.compute.job import SLICE_SECONDS
from app.controls.url import decode, encode
from bncore import Arm, Experiment, RunConfig
from bncore.cost import MAX_BYTES, MAX_SECONDS, check_budget, estimate, fitting
from bncore.errors import ConfigError
from tests.app.compute.boards import Clock, train
from tests.configs import configs, experiments

FACTOR, PREPARING, A_SEED = 3.0, 0.5, 0.005
"""A run takes at most so many times the processor time that was estimated, and to prepare it half a second and so much a seed."""

MEMORY, PICTURES = 1.5, 16_000_000
"""It holds at most so many times the bytes, and so many for its pictures."""

SHORT = 0.5
"""Seconds that a run may be expected to take in this test: a longer one is made shorter, as the page offers."""


def shortened(config: RunConfig) -> RunConfig | None:
    """Return the settings with the longest duration that is expected to take half a second; None where none is that short."""
    ways = fitting(config, SHORT)
    duration = next((name for name in ("epochs", "steps") if name in ways), None)
    return None if duration is None else config.replace(**{duration: ways[duration]})


@pytest.fixture(scope="module")
def warm() -> None:
    """Load what is loaded at the first run of all, as a worker has."""
    run_slice(BNCORE, Slice(RunConfig(seeds=1, epochs=1), 0, None, 1))


@pytest.mark.evidence
@pytest.mark.usefixtures("warm")
@pytest.mark.filterwarnings("ignore")
@settings(max_examples=60)
@given(config=configs())
def test_a_run_costs_at_most_a_stated_multiple_of_its_estimate(config: RunConfig) -> None:
    short = shortened(config)
    if short is None:
        return
    expected, task = estimate(short), Slice(short, 0, None, short.total_epochs)
    began = time.process_time()
    run_slice(BNCORE, task)
    seconds = time.process_time() - began
    tracemalloc.start()
    run_slice(BNCORE, task)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds <= FACTOR * expected.seconds + PREPARING + A_SEED * short.seeds
    assert peak <= MEMORY * expected.bytes + PICTURES


@settings(max_examples=60)
@given(experiment=experiments())
def test_an_address_gives_what_is_within_the_ceiling_or_is_refused_with_what_fits(experiment: Experiment) -> None:
    asked = decode(encode(experiment))[0]
    arms = list(asked.configs().values())
    assert len(arms) <= 4
    refused = refusal(asked)
    if refused is None:
        assert all(estimate(arm).seconds <= MAX_SECONDS and estimate(arm).bytes <= MAX_BYTES for arm in arms)
        return
    assert refused.rule == f"one arm may take at most {MAX_SECONDS:.0f} s and {MAX_BYTES / 1e6:.0f} MB"
    for arm in arms:
        for name, most in fitting(arm).items():
            check_budget(arm.replace(**{name: most}))


def refusal(experiment: Experiment) -> ConfigError | None:
    try:
        check_budget(experiment)
    except ConfigError as error:
        return error
    return None


@given(seconds=st.floats(0.05, 1.0), small=st.integers(1, 6))
@settings(max_examples=20)
def test_somebody_greedy_waits_for_the_small_ones_and_not_they_for_them(seconds: float, small: int) -> None:
    clock = Clock()
    board = Board(100_000_000, lease=1e9, slow_lanes=1, clock=clock)
    greedy = tuple(Arm(str(rate), (("learning_rate", rate),)) for rate in (0.1, 0.2, 0.3, 0.4))
    board.request(Experiment(RunConfig(epochs=2000), greedy), "greedy")
    for owner in range(small):
        board.request(Experiment(RunConfig(epochs=5, seed=owner + 1)), f"small {owner}")
    spent: Counter[str] = Counter()
    while any(name.startswith("small") for name in board._tickets):
        turn = board.take()
        assert turn is not None
        pace = seconds if turn.owner == "greedy" else SLICE_SECONDS
        took = pace * turn.task.epochs  # type: ignore[union-attr]
        clock.now += took
        spent[turn.owner] += took  # type: ignore[assignment]
        train(board, turn, pace)
    most = max(spent[f"small {owner}"] for owner in range(small))
    assert spent["greedy"] <= most + QUANTUM + 2 * max(seconds, SLICE_SECONDS)


def test_a_greedy_owner_who_asks_again_and_again_gains_nothing() -> None:
    clock = Clock()
    board = Board(100_000_000, lease=1e9, clock=clock)
    board.request(Experiment(RunConfig(epochs=200)), "patient")
    spent: Counter[str] = Counter()
    for i in range(60):
        board.request(Experiment(RunConfig(epochs=200, seed=i + 1)), "greedy")
        turn = board.take()
        assert turn is not None
        clock.now += SLICE_SECONDS
        train(board, turn)
        spent[turn.owner] += 1
    assert abs(spent["greedy"] - spent["patient"]) <= 2 * QUANTUM / SLICE_SECONDS


def test_all_slow_runs_together_leave_a_worker_to_the_quick() -> None:
    board = Board(100_000_000, lease=1e9, slow_lanes=1)
    slow = RunConfig(epochs=3, batch_size=1, samples=2000, seeds=256, hidden=(64, 64))
    for owner in range(20):
        board.request(Experiment(slow.replace(seed=1000 * owner)), f"slow {owner}")
    board.request(Experiment(RunConfig(epochs=5)), "quick")
    given = [turn.owner for turn in iter(board.take, None)]
    assert len([owner for owner in given if owner.startswith("slow")]) == 1
    assert given.count("quick") == 2
