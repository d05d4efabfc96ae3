from __future__ import annotations

import re

import numpy as np
import pytest

from bncore.errors import ConfigError
from bncore.instruments import scale_invariance
from tests.bncore.instruments.moments import SMALL, moment

FREE = SMALL.replace(eps=1e-300)


@pytest.mark.parametrize("a", [1e-3, 0.5, 1e3])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"norm": "layer"},
        {"norm": "group"},
        {"norm": "ghost"},
        {"placement": "after", "activation": "relu"},
        {"placement": "after", "activation": "linear"},
    ],
    ids=str,
)
@pytest.mark.parametrize("layer", [1, 3])
def test_a_normaliser_takes_the_scale_away(changes, layer, a):
    wide = {"hidden": (8, 8, 8)}  # or a sample of layer norm may be all zeros
    found = scale_invariance(*moment(FREE.replace(**wide | changes)), layer=layer, a=a)
    if changes.get("activation") == "relu":  # a dead unit has variance 0, and epsilon 0 cannot divide it
        alive = np.isfinite(found.output_change)
        assert alive.any()
        found = type(found)(*(part[alive] for part in found))
    assert found.output_change.max() < 1e-10
    assert found.gradient_ratio == pytest.approx(1.0, abs=1e-10)
    assert found.gradient_cosine == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize(
    "changes", [{"norm": "none"}, {"placement": "after"}, {"norm_layers": (1, 3)}, {"freeze_statistics": True}], ids=str
)
def test_elsewhere_scale_matters(changes):
    found = scale_invariance(*moment(FREE.replace(**changes)), layer=2, a=3.0)
    assert found.output_change.min() > 0.01
    assert np.abs(found.gradient_ratio - 1.0).min() > 0.01


def test_epsilon_breaks_it_where_the_variance_is_as_small():
    now = moment(SMALL)
    kept, broken = (scale_invariance(*now, layer=1, a=a) for a in (10.0, 1e-3))
    assert kept.output_change.max() < 0.05
    assert broken.output_change.min() > 0.5


def test_the_logit_of_a_linear_map_scales_with_it():
    now = moment(SMALL.replace(hidden=(), norm="none"))
    found = scale_invariance(*now, layer=1, a=4.0)
    assert found.output_change == pytest.approx(3.0)
    for run in range(3):
        inputs = np.c_[now.x[run], np.ones(48)]
        first, scaled = (now.x[run].T @ (1 / (1 + np.exp(-s * inputs @ now.params[run])) - now.y[run]) for s in (1.0, 4.0))
        lengths = np.linalg.norm(first), np.linalg.norm(scaled)
        assert found.gradient_ratio[run] == pytest.approx(4 * lengths[1] / lengths[0])
        assert found.gradient_cosine[run] == pytest.approx(first @ scaled / (lengths[0] * lengths[1]))


def test_nothing_happens_at_scale_one_and_the_parameters_stay_as_they_are():
    now = moment(SMALL)
    before = now.params.copy()
    assert (scale_invariance(*now, layer=2, a=1.0).output_change == 0.0).all()
    scale_invariance(*now, layer=2, a=2.0)
    assert (now.params == before).all()


def test_a_layer_that_does_not_exist_is_named():
    message = "scale_invariance.layer: must be 1..4; got 5. Layers and units are counted from 1."
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        scale_invariance(*moment(SMALL), layer=5, a=2.0)
