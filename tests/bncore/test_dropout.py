from __future__ import annotations

import math

import numpy as np
import pytest

from bncore.config import RunConfig
from bncore.dropout import dropout_backward, dropout_forward, dropout_mask
from bncore.session import Session
from bncore.state import init_state
from bncore.streams import stream
from tests.bncore.slopes import relative_error

RATES = (0.1, 0.5, 0.9)


def streams(*seeds):
    return [stream(seed, "dropout") for seed in seeds]


@pytest.mark.parametrize("rate", RATES)
def test_a_mask_has_mean_1_and_the_variance_of_dropout(rate):
    mask = dropout_mask(streams(*range(4)), 500, 40, rate)
    assert mask.shape == (4, 500, 40)
    assert np.unique(mask).tolist() == [0.0, 1.0 / (1.0 - rate)]
    n = mask.size
    sd = math.sqrt(rate * (1.0 - rate) / n)
    dropped = (mask == 0.0).mean()
    assert abs(dropped - rate) < 4.5 * sd
    assert abs(mask.mean() - 1.0) < 4.5 * sd / (1.0 - rate)
    slope = abs(2.0 * dropped - 1.0) / (1.0 - rate) ** 2  # of the variance q (1 - q) / (1 - rate)^2 in the share q
    assert abs(mask.var() - rate / (1.0 - rate)) < 4.5 * sd * slope + 20 * sd**2 / (1.0 - rate) ** 2


@pytest.mark.parametrize("rate", RATES)
def test_samples_and_units_are_dropped_independently(rate):
    """Kept units of a sample, and kept samples of a unit, are binomial: their variance is n p (1 - p)."""
    kept = dropout_mask(streams(3), 2000, 50, rate)[0] > 0.0
    for counts, n in ((kept.sum(axis=1), 50), (kept.sum(axis=0), 2000)):
        expected, m = n * rate * (1.0 - rate), len(counts)
        kurtosis = 3.0 + (1.0 - 6.0 * rate * (1.0 - rate)) / expected
        assert abs(counts.var(ddof=1) / expected - 1.0) < 4.5 * math.sqrt((kurtosis - 1.0) / m)


def test_a_layers_masks_do_not_depend_on_the_widths_of_the_others():
    """In training: with and without noise in the net, wherever the layer's neighbours are wider or narrower."""
    masks = []
    for hidden in ((4, 6, 3), (9, 6, 1)):
        session = Session(init_state(RunConfig(hidden=hidden, dropout=0.4, seeds=2, samples=40, norm="noisy", norm_layers=(2,))))
        session.epoch()
        masks.append([batch.extras[1] for batch in session.batches.values()])
    for one, other in zip(*masks, strict=True):
        assert np.array_equal(one.mask, other.mask)
        assert np.array_equal(one.scale, other.scale)
        assert np.array_equal(one.shift, other.shift)


def test_layers_of_one_width_have_masks_of_their_own():
    session = Session(init_state(RunConfig(hidden=(6, 6), dropout=0.5, seeds=1, samples=40)))
    session.epoch()
    (batch,) = session.batches.values()
    assert not np.array_equal(batch.extras[0].mask, batch.extras[1].mask)


def test_seeds_are_independent_of_each_other():
    masks = dropout_mask(streams(*range(6)), 200, 50, 0.5).reshape(6, -1)
    correlation = np.corrcoef(masks) - np.eye(6)
    assert np.abs(correlation).max() < 4.5 / math.sqrt(masks.shape[1])
    later = dropout_mask(rngs := streams(0), 200, 50, 0.5), dropout_mask(rngs, 200, 50, 0.5)
    assert abs(np.corrcoef(later[0].ravel(), later[1].ravel())[0, 1]) < 4.5 / math.sqrt(masks.shape[1])


def test_a_runs_mask_does_not_depend_on_the_other_runs():
    rates = np.array([0.2, 0.0, 0.6])[:, None, None]
    together = streams(5, 6, 7)
    masks = dropout_mask(together, 9, 4, rates)
    for run, (seed, rate) in enumerate(zip((5, 6, 7), (0.2, 0.0, 0.6), strict=True)):
        alone = streams(seed)
        assert np.array_equal(masks[run], dropout_mask(alone, 9, 4, rate)[0])
        assert alone[0].bit_generator.state == together[run].bit_generator.state


@pytest.mark.parametrize("rate", [0.0, np.zeros((2, 1, 1))], ids=["number", "array"])
def test_without_dropout_a_mask_is_all_ones(rate):
    rngs = streams(0, 1)
    assert (dropout_mask(rngs, 30, 20, rate) == 1.0).all()
    other = streams(0)
    dropout_mask(other, 30, 20, 0.5)
    assert rngs[0].bit_generator.state == other[0].bit_generator.state  # the rate does not change what comes later


def test_what_a_higher_rate_keeps_a_lower_one_keeps():
    low, high = (dropout_mask(streams(8), 50, 20, rate) > 0.0 for rate in (0.3, 0.6))
    assert (low >= high).all()
    assert (low > high).any()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_mask_is_written_where_it_is_asked_for(dtype):
    memory = np.full((2, 7, 6), np.nan, dtype)
    out = memory[:, :, 1:5]  # not contiguous
    rates = np.array([0.25, 0.7])[:, None, None]
    assert dropout_mask(streams(1, 2), 7, 4, rates, out) is out
    assert np.array_equal(out, dropout_mask(streams(1, 2), 7, 4, rates).astype(dtype))
    assert np.isnan(memory[:, :, [0, 5]]).all()


def test_what_is_dropped_has_no_gradient():
    rng = np.random.default_rng(0)
    x, dy, direction = rng.standard_normal((3, 2, 10, 5))
    mask = dropout_mask(streams(0, 1), 10, 5, 0.4)
    y, dx = dropout_forward(x, mask), dropout_backward(dy, mask)
    assert ((y == 0.0) == (mask == 0.0)).all()
    assert relative_error(y[mask > 0.0], x[mask > 0.0] / 0.6) < 1e-15
    slope = ((dropout_forward(x + direction, mask) - y) * dy).sum()  # linear: any step is exact
    assert relative_error((dx * direction).sum(), slope) < 1e-13
