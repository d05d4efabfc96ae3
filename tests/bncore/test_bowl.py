from __future__ import annotations

import math
import re

import numpy as np
import pytest

from bncore import RunConfig, load_data
from bncore.bowl import SCALINGS, bowl_of, correlated, descend, excess, scaled, section, steps_until
from bncore.errors import ConfigError

DATA = load_data(RunConfig(dataset="students", seeds=1))
X, Y = DATA.x_train[0], DATA.y_train[0]
START = np.array([-1.0, 0.7, 0.2])


def loss(x, p):
    return np.square(x @ p[:2] + p[2] - Y).mean() / 2


def iterated(x, start, rate, steps):
    """Return where plain gradient descent stands after each step: the loop that the closed form leaves out."""
    a = np.column_stack([x, np.ones(len(x))])
    places = [start]
    for _ in range(steps):
        places.append(places[-1] - rate * a.T @ (a @ places[-1] - Y) / len(x))
    return np.array(places)


@pytest.fixture(params=SCALINGS)
def scaling(request):
    return request.param


def test_a_bowl_is_the_loss(scaling):
    x = scaled(X, scaling)
    bowl = bowl_of(x, Y)
    for p in np.random.default_rng(1).standard_normal((5, 3)):
        away = p - bowl.minimum
        assert bowl.floor + away @ bowl.hessian @ away / 2 == pytest.approx(loss(x, p), rel=1e-9)
    assert bowl.floor == pytest.approx(loss(x, bowl.minimum), rel=1e-12)
    assert bowl.largest_rate == pytest.approx(2 / np.linalg.eigvalsh(bowl.hessian)[-1])
    assert bowl.condition == pytest.approx(np.linalg.cond(bowl.hessian), rel=1e-6)


@pytest.mark.parametrize("c", [0.3, 1.0, 1.9, 2.0, 2.05])
def test_the_closed_form_is_what_iteration_gives(scaling, c):
    x = scaled(X, scaling)
    bowl = bowl_of(x, Y)
    rate = c / bowl.curvatures[-1]
    places = iterated(x, START, rate, 60)
    at = np.arange(61)
    assert descend(bowl, START, rate, at) == pytest.approx(places, rel=1e-7, abs=1e-7)
    losses = np.array([loss(x, p) for p in places])
    assert excess(bowl, START, rate, at) + bowl.floor == pytest.approx(losses, rel=1e-7)


@pytest.mark.parametrize("scaling", ["centred", "standardized"])
@pytest.mark.parametrize("c", [0.1, 1.0, 1.7, 1.98])
@pytest.mark.parametrize("start", [np.zeros(3), START])
def test_the_count_of_steps_is_the_one_that_iteration_finds(scaling, c, start):
    x = scaled(X, scaling)
    bowl = bowl_of(x, Y)
    rate = c / bowl.curvatures[-1]
    counted = steps_until(bowl, start, rate, 1e6)
    above = np.array([loss(x, p) for p in iterated(x, start, rate, int(counted))]) - bowl.floor
    assert (above[:-1] > above[0] / 1e6).all()
    assert above[-1] <= above[0] / 1e6 * (1 + 1e-6)


def test_raw_features_need_a_million_times_the_steps_of_standardized_ones():
    bowls = [bowl_of(scaled(X, scaling), Y) for scaling in SCALINGS]
    counts = [steps_until(bowl, np.zeros(3), 1 / bowl.curvatures[-1], 1e6) for bowl in bowls]
    assert counts == [pytest.approx(11_806_118, abs=5), 1249, 2]


def test_at_the_largest_stable_rate_the_steepest_part_stays_and_above_it_grows():
    bowl = bowl_of(scaled(X, "centred"), Y)
    whole = excess(bowl, START, 0.0, np.array([0]))[0]
    steep = bowl.curvatures[-1] * (bowl.directions[:, -1] @ (START - bowl.minimum)) ** 2 / 2
    at_limit = excess(bowl, START, bowl.largest_rate, np.array([10**5]))[0]
    assert at_limit == pytest.approx(steep, rel=1e-6)
    assert at_limit < whole
    assert excess(bowl, START, 0.99 * bowl.largest_rate, np.array([10**5]))[0] < 1e-12
    above = excess(bowl, START, 1.05 * bowl.largest_rate, np.array([1000, 1001]))
    assert above[1] / above[0] == pytest.approx(1.1**2, rel=1e-6)
    assert steps_until(bowl, START, bowl.largest_rate, 1e6) == math.inf
    assert steps_until(bowl, START, 1.05 * bowl.largest_rate, 1e6) == math.inf
    assert excess(bowl, START, 3 * bowl.largest_rate, np.array([10**6]))[0] == math.inf


def test_above_the_largest_stable_rate_the_answer_is_never_even_where_the_steepest_part_starts_at_nothing():
    bowl = bowl_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.array([1.0, -1, 0, 0]))
    start = bowl.minimum + bowl.directions[:, 0] * 1e-3
    assert math.isfinite(steps_until(bowl, start, bowl.largest_rate / 2, 10.0))
    assert steps_until(bowl, start, 1.01 * bowl.largest_rate, 1.01) == math.inf


def test_from_the_minimum_no_step_is_needed():
    bowl = bowl_of(X, Y)
    assert steps_until(bowl, bowl.minimum, bowl.largest_rate, 1e6) == 0.0


def test_a_section_has_the_losses_of_its_bias():
    x = scaled(X, "raw")
    bowl = bowl_of(x, Y)
    for bias in (-3.0, 0.0, bowl.minimum[2]):
        cut = section(bowl, bias)
        assert cut.floor == pytest.approx(loss(x, np.array([*cut.centre, bias])), rel=1e-9)
        ellipse = cut.contour(cut.floor + 0.3)
        assert [loss(x, np.array([*w, bias])) for w in ellipse] == pytest.approx([cut.floor + 0.3] * 97, rel=1e-6)
        assert ellipse[0] == pytest.approx(ellipse[-1])
        assert cut.contour(0.9 * cut.floor).shape == (0, 2)
    assert section(bowl, bowl.minimum[2]).floor == pytest.approx(bowl.floor)


def test_scalings_are_what_they_are_called():
    assert (scaled(X, "raw") == X).all()
    assert scaled(X, "centred").mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert scaled(X, "centred").std(axis=0) == pytest.approx(X.std(axis=0))
    assert scaled(X, "standardized").std(axis=0) == pytest.approx(1)
    assert scaled(X, "standardized").mean(axis=0) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("rho", [-0.9, 0.5, 0.98])
def test_correlated_features_keep_their_means_and_spreads_and_stay_ill_conditioned(rho):
    mixed = correlated(X, rho)
    assert np.corrcoef(mixed.T)[0, 1] == pytest.approx(rho)
    assert mixed.mean(axis=0) == pytest.approx(X.mean(axis=0))
    assert mixed.std(axis=0) == pytest.approx(X.std(axis=0))
    assert (mixed[:, 0] == X[:, 0]).all()
    assert bowl_of(scaled(mixed, "standardized"), Y).condition == pytest.approx((1 + abs(rho)) / (1 - abs(rho)))
    assert correlated(X, 0.0) is X


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scaled(X, "whitened"), "scaled.scaling: must be one of raw, centred, standardized; got 'whitened'. Use raw."),
        (lambda: correlated(X, 1.0), "correlated.rho: must be inside -1..1; got 1. Use 0.9."),
        (
            lambda: bowl_of(np.ones((3, 2)), np.ones(3)),
            "bowl_of.x: must not lie on a line; got 3 that do. Use points that vary in both features.",
        ),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        call()
