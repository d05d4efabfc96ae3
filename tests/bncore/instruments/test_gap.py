from __future__ import annotations

import numpy as np
import pytest

from bncore.batches import epoch_order
from bncore.instruments import chance_of, gap, gradient
from bncore.statistics import exact_statistics
from bncore.streams import stream
from tests.bncore.instruments.moments import SMALL, moment
from tests.bncore.networks import by_hand


def cross_entropy(z, y):
    return np.log1p(np.exp(np.where(y > 0, -z, z))).mean()


def found(now, **options):
    return gap(now.config, now.data, now.params, now.running, **options)


@pytest.mark.parametrize("norm", ["none", "layer", "group"])
def test_without_batch_statistics_there_is_no_gap(norm):
    whole, batches, inference = found(moment(SMALL.replace(norm=norm)))
    for part in (whole, batches):
        assert part.loss == pytest.approx(inference.loss, rel=1e-12)
        assert part.accuracy == pytest.approx(inference.accuracy, rel=1e-12)


@pytest.mark.parametrize("placement", ["before", "after"])
def test_both_modes_are_the_network_written_out(placement):
    now = moment(SMALL.replace(placement=placement))
    whole, _, inference = found(now)
    for run in range(3):
        for part, given in ((whole, None), (inference, now.running[run])):
            z, y = by_hand(now.config, now.params[run], now.x[run], given), now.y[run]
            assert part.loss[run] == pytest.approx(cross_entropy(z, y), rel=1e-12)
            assert part.accuracy[run] == pytest.approx(((z > 0) == (y > 0)).mean(), rel=1e-12)
    assert np.abs(whole.loss - inference.loss).min() > 1e-3


def test_exact_statistics_close_the_gap():
    now = moment(SMALL)
    whole, _, inference = found(now._replace(running=exact_statistics(now.config, now.params, now.x)))
    assert inference.loss == pytest.approx(whole.loss, rel=1e-12)
    asked = moment(SMALL.replace(inference="exact"))
    assert found(asked).inference.loss == pytest.approx(found(asked).whole.loss, rel=1e-12)


def test_one_mini_batch_of_all_points_is_the_whole():
    now = moment(SMALL.replace(batch_size=48))
    whole, batches, _ = found(now)
    assert now.x.shape[1] == 48
    assert batches.loss == pytest.approx(whole.loss, rel=1e-12)


def test_a_batch_of_one_gives_every_point_the_same_logit():
    now = moment(SMALL)
    alone = now._replace(config=now.config.replace(batch_size=1))
    for run in range(3):
        z = by_hand(now.config, now.params[run], now.x[run, :1])  # any point: x_hat is 0
        assert found(alone).batches.loss[run] == pytest.approx(cross_entropy(z, now.y[run]), rel=1e-12)


def test_mini_batches_of_unequal_size_count_by_their_points():
    now = moment(SMALL.replace(norm="none", batch_size=20))  # 20, 20 and 8 of 48
    whole, batches, _ = found(now)
    assert batches.loss == pytest.approx(whole.loss, rel=1e-12)


def test_batches_of_one_class_are_of_one_class():
    config = SMALL.replace(hidden=(), norm_output=True, batches="one_class", batch_size=24)
    now = moment(config)
    _, batches, _ = found(now)
    for run in range(3):
        parts = [now.y[run] == label for label in (0, 1)]
        losses = [cross_entropy(by_hand(config, now.params[run], now.x[run, part]), now.y[run, part]) for part in parts]
        assert batches.loss[run] == pytest.approx(np.mean(losses), rel=1e-12)


def test_a_step_is_as_hard_as_training_is():
    now = moment(SMALL.replace(dropout=0.5, norm="none"))
    plain, hard, other = found(now), found(now, step=1), found(now, step=2)
    assert (plain.whole.loss == hard.whole.loss).all()
    assert (plain.inference.loss == hard.inference.loss).all()
    assert (plain.batches.loss != hard.batches.loss).all()
    assert (other.batches.loss != hard.batches.loss).all()


def test_each_mini_batch_meets_what_its_own_step_adds():
    now = moment(SMALL.replace(norm="noisy"))
    orders = np.array([epoch_order(now.config, y, stream(seed, "lens")) for seed, y in enumerate(now.y)])
    losses = []
    for i, (a, b) in enumerate(now.config.batch_bounds):
        x = np.take_along_axis(now.x, orders[:, a:b, None], axis=1)
        y = np.take_along_axis(now.y, orders[:, a:b], axis=1)
        extras = chance_of(now.config, now.running, b - a, 7 + i)
        losses.append((b - a) / 48 * gradient(now.config, now.params, now.running, x, y, extras)[0])
    assert len(losses) == 6
    assert found(now, step=7).batches.loss == pytest.approx(np.sum(losses, axis=0), rel=1e-12)


def test_a_lost_run_has_no_number_and_harms_no_other():
    now = moment(SMALL)
    before = found(now)
    now.params[1] = np.nan
    for part, old in zip(found(now), before, strict=True):
        for values, expected in zip(part, old, strict=True):
            assert np.isnan(values[1])
            assert (values[[0, 2]] == expected[[0, 2]]).all()
