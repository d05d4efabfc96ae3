from __future__ import annotations

import re

import numpy as np
import pytest

from bncore.errors import ConfigError
from bncore.instruments import jitter
from tests.bncore.instruments.moments import SMALL, moment, variants


def found(now, point=5, **options):
    return jitter(now.config, now.data, now.params, now.running, point, **options)


@pytest.mark.parametrize("norm", ["none", "layer", "group"])
def test_without_batch_statistics_mates_do_not_matter(norm):
    one = found(moment(SMALL.replace(norm=norm)), draws=20)
    assert one.values.shape == (20, 3)
    assert one.sd.max() < 1e-12
    assert (one.flips == 0).all()


def test_a_full_batch_has_one_choice_of_mates():
    now = moment(SMALL)
    assert found(now, batch_size=48, draws=20).sd.max() < 1e-12
    assert found(now, batch_size=4, draws=20).sd.min() > 1e-2


def test_in_a_batch_of_two_the_other_point_decides():
    now = moment(SMALL.replace(hidden=(), norm_output=True, eps=1e-2))
    one = found(now, batch_size=2, draws=400)
    for run in range(3):
        weight, bias, gamma, beta = np.split(now.params[run], [2, 3, 4])
        z = now.x[run] @ weight + bias
        half = (z[5] - np.delete(z, 5)) / 2.0
        possible = gamma * half / np.sqrt(half**2 + 1e-2) + beta
        values = one.values[:, run]
        nearest = np.abs(values[:, None] - possible).min(axis=1)
        assert nearest.max() < 1e-12
        assert len(np.unique(values.round(9))) == len(np.unique(possible.round(9)))  # every other point, and never itself
        assert one.sd[run] == pytest.approx(values.std(), rel=1e-12)
        share = (values > 0).mean()
        assert one.flips[run] == pytest.approx(min(share, 1 - share))


@variants
def test_each_run_is_what_it_is_alone(changes):
    now = moment(SMALL.replace(**changes))
    together = found(now, draws=5)
    for run in range(3):
        alone = found(now.alone(run), draws=5)
        rounding = 1e-4 if now.params.dtype == np.float32 else 1e-9
        np.testing.assert_allclose(alone.values[:, 0], together.values[:, run], rtol=rounding, atol=rounding)


def test_a_lost_run_has_no_number():
    now = moment(SMALL)
    now.params[1] = np.nan
    one = found(now, draws=5)
    assert np.isnan([one.sd[1], one.flips[1]]).all()
    assert np.isfinite([one.sd[0], one.flips[2]]).all()


@pytest.mark.parametrize(
    ("point", "options", "message"),
    [
        (48, {}, "jitter.point: must be 0..47; got 48. Stay inside the training set."),
        (-1, {}, "jitter.point: must be 0..47; got -1. Stay inside the training set."),
        (0, {"batch_size": 49}, "jitter.batch_size: must be 1..48; got 49. Stay inside the training set."),
        (0, {"batch_size": 0}, "jitter.batch_size: must be 1..48; got 0. Stay inside the training set."),
        (0, {"draws": 0}, "jitter.draws: must be 1 or more; got 0. Draw at least once."),
    ],
)
def test_what_cannot_be_drawn_is_named(point, options, message):
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        found(moment(SMALL), point, **options)
