"""Initial weights: shape, spread, and what they depend on."""

import math

import numpy as np
import pytest

from bncore.config import INITIALIZERS
from bncore.errors import ConfigError
from bncore.initializers import initial_weight, weight_sd
from bncore.streams import stream

FORMULAS = {
    "glorot_uniform": math.sqrt(2 / (200 + 300)),
    "glorot_normal": math.sqrt(2 / (200 + 300)),
    "he_uniform": math.sqrt(2 / 200),
    "he_normal": math.sqrt(2 / 200),
    "lecun_normal": math.sqrt(1 / 200),
    "normal": 1.0,
}


def test_every_initializer_has_a_formula_here() -> None:
    assert set(FORMULAS) == set(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_and_spread_follow_the_formula(name: str) -> None:
    weight = initial_weight(name, 200, 300, 1.0, stream(1, "weights", 1))
    sd = FORMULAS[name]
    assert weight.shape == (200, 300)
    assert weight.dtype == np.float64
    assert weight_sd(name, 200, 300) == pytest.approx(sd, rel=1e-15)
    assert abs(weight.mean()) < 5 * sd / math.sqrt(weight.size)
    assert weight.std() == pytest.approx(sd, rel=0.02)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_weights_fill_their_interval(name: str) -> None:
    limit = math.sqrt(3) * FORMULAS[name]
    size = np.abs(initial_weight(name, 200, 300, 1.0, stream(1, "weights", 1)))
    assert size.max() <= limit
    assert size.max() > 0.999 * limit


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal", "normal"])
def test_normal_weights_are_not_truncated(name: str) -> None:
    z = np.abs(initial_weight(name, 200, 300, 1.0, stream(1, "weights", 1))) / FORMULAS[name]
    assert (z > 2).mean() == pytest.approx(0.0455, abs=0.005)
    assert z.max() > 3.5


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_scale_only_multiplies(name: str) -> None:
    plain, scaled = (initial_weight(name, 7, 5, scale, stream(4, "weights", 2)) for scale in (1.0, 0.013))
    assert (scaled == 0.013 * plain).all()


@pytest.mark.parametrize(("uniform", "normal"), [("glorot_uniform", "he_uniform"), ("glorot_normal", "normal")])
def test_initializers_of_one_shape_share_the_draw(uniform: str, normal: str) -> None:
    one, other = (initial_weight(name, 6, 4, 1.0, stream(4, "weights", 2)) / weight_sd(name, 6, 4) for name in (uniform, normal))
    np.testing.assert_allclose(one, other, rtol=1e-14)


def test_an_unknown_initializer_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        initial_weight("zeros", 2, 2, 1.0, stream(0, "weights"))
    assert str(caught.value) == (
        "RunConfig.initializer: must be one of glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_normal, normal; "
        "got 'zeros'. Use glorot_uniform."
    )
