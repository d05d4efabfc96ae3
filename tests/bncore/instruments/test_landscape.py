from __future__ import annotations

import numpy as np
import pytest

from bncore.instruments import STEP_LENGTHS, chance_of, gradient, landscape
from tests.bncore.instruments.moments import SMALL, moment, variants
from tests.bncore.networks import by_hand
from tests.bncore.slopes import central_slope


def test_logistic_regression_on_one_point_by_hand():
    config = SMALL.replace(hidden=(), norm="none", seeds=1, learning_rate=0.5)
    x, lengths = np.array([[[1.0, 2.0]]]), np.array([0.5, 1.0, 4.0])
    found = landscape(config, np.zeros((1, 3)), np.zeros((1, 0)), x, np.ones((1, 1)), lengths.tolist())
    size = np.sqrt(6.0)  # of (1, 2, 1); the gradient is -1/2 of it, the logit on the way 6/2 of the length
    logits = 3.0 * lengths
    assert found.start == pytest.approx(np.log(2.0))
    assert found.distance[:, 0] == pytest.approx(lengths * size / 2)
    assert found.loss[:, 0] == pytest.approx(np.log1p(np.exp(-logits)))
    difference = (0.5 - 1 / (1 + np.exp(logits))) * size
    assert found.difference[:, 0] == pytest.approx(difference)
    low, high = found.loss_range
    assert (low[0], high[0]) == (found.loss[2, 0], found.loss[0, 0])
    assert [v[0] for v in found.predictiveness] == pytest.approx([difference[0], difference[2]])
    assert found.smoothness[0] == pytest.approx((difference / (lengths * size / 2)).max())


def test_over_short_lengths_smoothness_is_the_curvature_along_the_gradient():
    now = moment(SMALL.replace(activation="sigmoid", eps=1e-2))
    found = landscape(*now, lengths=[1e-5])
    _, g = gradient(*now)
    for run in range(3):
        unit = g[run] / np.linalg.norm(g[run])

        def slopes(vector, run=run):
            one = now.alone(run)
            return gradient(one.config, vector[None], *one[2:])[1][0]

        curvature = np.linalg.norm(central_slope(slopes, now.params[run], unit, 1e-4))
        assert found.smoothness[run] == pytest.approx(curvature, rel=1e-3)


@pytest.mark.parametrize("changes", [{}, {"norm": "none"}, {"placement": "after"}], ids=str)
def test_the_loss_on_the_way_is_the_network_written_out(changes):
    now = moment(SMALL.replace(**changes))
    found, (_, g) = landscape(*now), gradient(*now)
    for k, length in enumerate(STEP_LENGTHS):
        for run in range(3):
            z = by_hand(now.config, now.params[run] - 0.2 * length * g[run], now.x[run])
            expected = np.log1p(np.exp(np.where(now.y[run] > 0, -z, z))).mean()
            assert found.loss[k, run] == pytest.approx(expected, rel=1e-10)


@variants
def test_each_run_is_what_it_is_alone(changes):
    now = moment(SMALL.replace(**changes))
    extras = chance_of(now.config, now.running, now.x.shape[1], 3)
    found = landscape(*now, extras=extras)
    assert found.loss.shape == found.difference.shape == found.distance.shape == (8, 3)
    for run in range(3):
        one = now.alone(run)
        alone = landscape(*one, extras=chance_of(one.config, one.running, one.x.shape[1], 3))
        rounding = 1e-3 if now.params.dtype == np.float32 else 1e-8
        for part, own in zip(found, alone, strict=True):
            np.testing.assert_allclose(own[..., 0], part[..., run], rtol=rounding, atol=rounding)


def test_standing_still_changes_nothing():
    found = landscape(*moment(SMALL), lengths=[0.0])
    assert (found.loss[0] == found.start).all()
    assert (found.difference == 0.0).all()
    assert np.isnan(found.smoothness).all()


def test_a_lost_run_has_no_number_and_harms_no_other():
    now = moment(SMALL)
    before = landscape(*now).smoothness
    now.params[1] = np.nan
    found = landscape(*now)
    assert np.isnan([*found.loss[:, 1], found.smoothness[1]]).all()
    assert (found.smoothness[[0, 2]] == before[[0, 2]]).all()


@pytest.mark.parametrize("changes", [{}, {"norm": "none"}], ids=str)
def test_a_walk_over_the_edge_is_infinite_and_quiet(changes):
    now = moment(SMALL.replace(**changes, activation="linear"))
    assert not np.isfinite(landscape(*now, lengths=[1e200]).loss_range[1]).any()
