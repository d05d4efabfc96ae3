from __future__ import annotations

import re
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.config import NORMS, Arm, Experiment, RunConfig
from bncore.cost import MAX_BYTES, MAX_SECONDS, check_budget, estimate, fitting
from bncore.errors import ConfigError
from bncore.train import train
from tests.configs import configs

HUGE = RunConfig(hidden=(64,) * 20, seeds=512, epochs=2000)


@given(config=configs(), more=st.integers(1, 8))
@settings(max_examples=50)
def test_more_seeds_never_cost_less(config: RunConfig, more: int) -> None:
    fewer = config.replace(seeds=max(1, config.seeds // (more + 1)), seed=0)
    assert estimate(fewer).seconds <= estimate(config).seconds


def test_the_record_stays_within_the_estimated_bytes() -> None:
    for config in (RunConfig(), RunConfig(hidden=(64, 64), seeds=16, epochs=5), RunConfig(hidden=(), seeds=100, epochs=50)):
        assert train(config).nbytes <= estimate(config).bytes


@pytest.mark.parametrize("changes", [{}, {"precision": "float32"}, {"inference": "exact", "dropout": 0.3}], ids=str)
@pytest.mark.parametrize("norm", NORMS)
def test_the_memory_of_a_run_is_about_what_was_estimated(norm: str, changes: dict[str, Any]) -> None:
    config = RunConfig(norm=norm, hidden=(32, 32), seeds=16, batch_size=128, epochs=1, **changes)
    train(config.replace(seeds=1))
    tracemalloc.start()
    train(config)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.3 < peak / estimate(config).bytes < 1.3


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"norm": "batch"}, {"norm": "none"}), ({"norm": "renorm"}, {"norm": "batch"}), ({"norm": "ghost"}, {"norm": "batch"}),
        ({"norm": "layer"}, {"norm": "none"}), ({"norm": "noisy"}, {"norm": "batch"}), ({"dropout": 0.1}, {}),
        ({"inference": "exact"}, {}), ({}, {"precision": "float32"}), ({"optimizer": "adamw"}, {"optimizer": "sgd"}),
        ({"norm": "renorm"}, {"norm": "renorm", "freeze_statistics": True}),
    ],
)  # fmt: skip
def test_what_is_done_more_costs_more(more: dict[str, Any], less: dict[str, Any]) -> None:
    assert estimate(RunConfig(**more)).seconds > estimate(RunConfig(**less)).seconds


@given(config=configs())
@settings(max_examples=50)
def test_what_is_offered_fits_and_one_more_does_not(config: RunConfig) -> None:
    for name, value in fitting(config).items():
        assert estimate(config.replace(**{name: value})).fits
        if value < getattr(config, name):
            assert not estimate(config.replace(**{name: value + 1})).fits


def test_a_lesson_fits() -> None:
    check_budget(Experiment())
    check_budget(RunConfig(seeds=1024))


def test_too_much_is_refused_with_the_nearest_settings_that_fit() -> None:
    cost, ways = estimate(HUGE), fitting(HUGE)
    mend = "Use " + ", or ".join(f"{name}={n} or less" for name, n in ways.items()) + "."
    message = (
        f"RunConfig.seeds: one arm may take at most {MAX_SECONDS:.0f} s and {MAX_BYTES / 1e6:.0f} MB; "
        f"got about {cost.seconds:.0f} s and {cost.bytes / 1e6:.0f} MB. {mend}"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        check_budget(HUGE)
    assert ways
    for name, n in ways.items():
        check_budget(HUGE.replace(**{name: n}))


def test_the_heaviest_arm_decides() -> None:
    light = RunConfig(hidden=(4,), seeds=512, epochs=200)
    check_budget(light)
    with pytest.raises(ConfigError, match=r"^RunConfig\.seeds: one arm may take"):
        check_budget(Experiment(light, (Arm("small"), Arm("big", (("hidden", (64,) * 20),)))))


def test_where_neither_is_enough_a_smaller_network_is_asked_for() -> None:
    config = RunConfig(hidden=(64,) * 40, seeds=1024, epochs=2000, batch_size=1, samples=2000)
    assert fitting(config) == {}
    with pytest.raises(ConfigError, match=r"Use a smaller network and fewer seeds\.$"):
        check_budget(config)
