from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.config import SCHEDULES, RunConfig
from bncore.schedule import rate_factor
from bncore.state import init_state
from bncore.train import advance, train


def factors(schedule, warmup, total):
    return [rate_factor(schedule, warmup, step, total) for step in range(1, total + 1)]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (1, [1.0]),
        (2, [1.0, 0.1]),
        (3, [1.0, 1.0, 0.1]),
        (4, [1.0, 1.0, 0.1, 0.01]),
        (5, [1.0, 1.0, 1.0, 0.1, 0.01]),
        (8, [1.0] * 4 + [0.1] * 2 + [0.01] * 2),
    ],
)
def test_steps_come_when_half_and_three_quarters_of_the_run_are_behind(total, expected):
    assert factors("step", 0, total) == expected


def test_a_cosine_begins_at_1_and_stays_above_0():
    assert factors("cosine", 0, 1) == [1.0]
    assert factors("cosine", 0, 2) == pytest.approx([1.0, 0.5], abs=1e-15)
    found = factors("cosine", 0, 1000)
    assert found[0] == 1.0
    assert found[500] == pytest.approx(0.5, abs=1e-15)
    assert found[250] == pytest.approx((1.0 + math.sqrt(0.5)) / 2.0, abs=1e-15)
    assert found[-1] == pytest.approx((math.pi / 2000) ** 2, rel=1e-5)
    assert all(a > b > 0.0 for a, b in pairwise(found))
    assert rate_factor("cosine", 0, 100_000, 100_000) > 2e-10


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_warm_up_multiplies_what_the_schedule_says(schedule):
    plain, warm = factors(schedule, 0, 20), factors(schedule, 7, 20)
    rise = [step / 7 for step in range(1, 8)] + [1.0] * 13
    assert warm == pytest.approx([a * b for a, b in zip(plain, rise, strict=True)], rel=1e-15)
    assert warm[6:] == plain[6:]
    assert factors(schedule, 1, 20) == plain


def test_a_warm_up_longer_than_the_run_never_ends():
    assert factors("constant", 1000, 4) == [0.001, 0.002, 0.003, 0.004]


@given(st.sampled_from(SCHEDULES), st.integers(0, 100_000), st.integers(1, 100_000), st.data())
def test_a_factor_is_above_0_and_at_most_1(schedule, warmup, total, data):
    step = data.draw(st.integers(1, total))
    assert 0.0 < rate_factor(schedule, warmup, step, total) <= 1.0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_run_follows_its_schedule_however_it_is_cut(schedule):
    config = RunConfig(samples=60, hidden=(3,), seeds=2, epochs=4, batch_size=12, schedule=schedule, warmup=3)
    whole, state = train(config), init_state(config)
    for _ in range(4):
        state, _ = advance(state, 1)
    assert np.array_equal(state.params, whole.params[-1])
    first = np.abs(np.diff(whole.params[:2], axis=0)).max()
    full = np.abs(np.diff(train(config.replace(warmup=0)).params[:2], axis=0)).max()
    assert first == pytest.approx(full / 3, rel=1e-9)
    if schedule != "constant":
        assert not np.array_equal(state.params, train(config.replace(schedule="constant")).params[-1])
