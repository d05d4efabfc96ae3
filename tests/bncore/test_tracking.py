"""Running statistics of plain batches: by hand, by the engine's own update, and by formula."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.errors import ConfigError
from bncore.norm import batch_norm_forward, update_running
from bncore.tracking import Source, batches_to_forget, draw, first_within, follow, lag, track, true_mean

BATCHES = np.array([[1.0, 3.0], [2.0, 8.0], [-4.0, 0.0]])


def test_three_batches_of_two_by_hand():
    found = track(BATCHES, 0.75)
    assert found.batch_mean.tolist() == [2.0, 5.0, -2.0]
    assert found.batch_var.tolist() == [1.0, 9.0, 4.0]
    assert found.running_mean.tolist() == [0.0, 0.5, 1.625, 0.71875]
    assert found.running_var.tolist() == [1.0, 1.0, 3.0, 3.25]


def test_the_unbiased_variance_is_divided_by_one_less():
    found = track(BATCHES, 0.75, unbiased=True)
    assert found.batch_var.tolist() == [2.0, 18.0, 8.0]
    assert found.running_var.tolist() == [1.0, 1.25, 5.4375, 6.078125]
    assert found.running_mean.tolist() == track(BATCHES, 0.75).running_mean.tolist()


def test_the_start_is_the_readers():
    found = track(BATCHES, 0.5, (8.0, 3.0))
    assert found.running_mean.tolist() == [8.0, 5.0, 5.0, 1.5]
    assert found.running_var.tolist() == [3.0, 2.0, 5.5, 4.75]


def test_momentum_0_stores_the_last_batch():
    found = track(BATCHES, 0.0)
    assert found.running_mean[1:].tolist() == found.batch_mean.tolist()
    assert found.running_var[1:].tolist() == found.batch_var.tolist()


def test_single_numbers_have_no_spread():
    found = track(np.array([[3.0], [5.0]]), 0.5)
    assert found.batch_var.tolist() == [0.0, 0.0]
    assert found.running_var.tolist() == [1.0, 0.5, 0.25]


def test_single_numbers_have_no_unbiased_variance():
    message = (
        "track.batches: must hold 2 numbers or more each where the variance is divided by N - 1; got 1. "
        "Use larger batches, or the variance divided by N."
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        track(np.array([[3.0]]), 0.5, unbiased=True)


@given(
    momentum=st.floats(0.0, 0.9999),
    seed=st.integers(0, 2**31 - 1),
    count=st.integers(1, 12),
    size=st.integers(1, 9),
    start=st.tuples(st.floats(-50, 50), st.floats(0, 50)),
)
def test_it_is_the_engines_own_step_by_step(momentum, seed, count, size, start):
    batches = draw(Source(mean=-3.0, sd=4.0, drift=7.0, count=count, size=size, seed=seed))
    found = track(batches, momentum, start)
    mean, var = np.full((1, 1, 1), start[0]), np.full((1, 1, 1), start[1])
    one = np.ones((1, 1, 1))
    for k, batch in enumerate(batches):
        _, cache = batch_norm_forward(batch[None, :, None], one, one, 1e-3)
        mean, var = update_running(mean, cache.mean, momentum), update_running(var, cache.var, momentum)
        assert (found.batch_mean[k], found.batch_var[k]) == (cache.mean.item(), cache.var.item())
        assert (found.running_mean[k + 1], found.running_var[k + 1]) == (mean.item(), var.item())


@given(momentum=st.floats(0.0, 0.9999), values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), start=st.floats(-1e3, 1e3))
def test_what_is_stored_is_a_weighted_mean_of_the_start_and_the_batches(momentum, values, start):
    exact = Fraction(momentum)
    weights = [exact ** len(values), *((1 - exact) * exact ** (len(values) - 1 - k) for k in range(len(values)))]
    assert sum(weights) == 1
    expected = sum(w * Fraction(v) for w, v in zip(weights, [start, *values], strict=True))
    found = follow(np.array(values)[:, None], momentum, (start,))[-1, 0]
    assert found == pytest.approx(float(expected), rel=1e-12, abs=1e-10)


@pytest.mark.parametrize("mean", [-7.0, 0.0, 5.0])
def test_the_bias_of_the_start_is_momentum_to_the_power_of_the_batches(mean):
    stored = follow(np.full((40, 1), mean), 0.9, (2.0,))[:, 0]
    assert stored - mean == pytest.approx((2.0 - mean) * 0.9 ** np.arange(41), abs=1e-12)


@given(momentum=st.floats(0.0, 0.99999), share=st.floats(1e-6, 0.999))
def test_no_fewer_batches_forget_the_start_and_these_do(momentum, share):
    k = batches_to_forget(momentum, share)
    assert k >= 1
    assert momentum**k <= share
    assert k == 1 or momentum ** (k - 1) > share


def test_the_formula_and_the_measurement_agree_without_chance():
    for momentum in (0.0, 0.3, 0.9, 0.99):
        k = batches_to_forget(momentum)
        values = np.full((k + 5, 1), 4.0)
        assert first_within(follow(values, momentum, (0.0,))[:, 0], values[:, 0]) in (k, k + 1)  # on the edge rounding decides
        assert first_within(follow(values, momentum, (0.0,))[:k, 0], values[: k - 1, 0]) is None


@pytest.mark.parametrize("momentum", [1.0, -0.1, math.nan])
def test_a_momentum_that_never_forgets_is_refused(momentum):
    message = f"batches_to_forget.momentum: must be 0 or more and below 1; got {momentum!r}. Use 0.9."
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        batches_to_forget(momentum)


def test_first_within_follows_a_target_that_moves():
    assert first_within(np.array([0.0, 9.5, 19.5]), np.array([10.0, 20.0])) == 1
    assert first_within(np.array([0.0, 9.4, 19.5]), np.array([10.0, 20.0])) == 2
    assert first_within(np.array([0.0, 9.4, 19.4]), np.array([10.0, 20.0])) is None
    assert first_within(np.array([10.0, 3.0]), np.array([10.0])) == 0
    assert first_within(np.array([10.0]), np.array([])) is None


def test_a_running_mean_stays_behind_by_the_lag():
    means = 0.25 * np.arange(400.0)
    stored = follow(means[:, None], 0.9, (0.0,))[-1, 0]
    assert means[-1] - stored == pytest.approx(lag(0.9, 0.25), rel=1e-12)
    assert lag(0.0, 3.0) == 0.0


def test_a_batch_is_drawn_around_the_mean_of_its_moment():
    source = Source(mean=5.0, sd=2.0, drift=-3.0, count=7, size=4, seed=3)
    assert true_mean(source).tolist() == pytest.approx([5.0, 4.5, 4.0, 3.5, 3.0, 2.5, 2.0])
    noise = (draw(source) - true_mean(source)[:, None]) / 2.0
    assert noise == pytest.approx(draw(Source(mean=0.0, sd=1.0, count=7, size=4, seed=3)), abs=1e-12)
    assert true_mean(Source(mean=5.0, drift=9.0, count=1)).tolist() == [5.0]


def test_more_batches_come_behind_and_another_seed_is_another_draw():
    assert np.array_equal(draw(Source(count=500, size=3))[:25], draw(Source(count=25, size=3)))
    assert not np.isclose(draw(Source(seed=1)), draw(Source(seed=0))).any()


def test_the_numbers_are_of_the_distribution():
    batches = draw(Source(mean=5.0, sd=2.0, count=500, size=256))
    assert batches.mean() == pytest.approx(5.0, abs=4 * 2.0 / math.sqrt(batches.size))
    assert batches.var() == pytest.approx(4.0, abs=4 * 4.0 * math.sqrt(2 / batches.size))
    biased = track(batches, 0.9).batch_var.mean()
    assert biased * 256 / 255 == pytest.approx(4.0, rel=0.02)
