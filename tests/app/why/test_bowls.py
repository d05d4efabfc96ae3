"""What the section on input normalisation shows is the algebra of `bncore.bowl` at the moment that is set."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from app.why.bowls import MOMENTS, STOPS, Setting, passed, students, views
from app.why.bowls_words import bowl_parts
from bncore.bowl import SCALINGS


def test_the_moments_begin_step_by_step_and_end_far_out():
    assert MOMENTS[:11] == tuple(range(11))
    assert MOMENTS[-1] == 10**8
    assert (np.diff(MOMENTS) > 0).all()


@pytest.mark.parametrize("steps", [0, 1, 80, 81, 1000, 10**8])
def test_the_path_ends_at_the_present_step_and_shows_every_early_one(steps):
    at = passed(steps)
    assert at[-1] == steps
    assert (at[: min(steps, 80) + 1] == np.arange(min(steps, 80) + 1)).all()
    assert (np.diff(at) > 0).all() or steps == 0


def test_all_three_start_at_the_same_weights_with_the_same_c():
    shown = views(Setting(w1=0.5, w2=-0.25, c=1.5))
    assert [view.scaling for view in shown] == list(SCALINGS)
    assert [view.path[0].tolist() for view in shown] == [pytest.approx([0.5, -0.25, 0.0], abs=1e-9)] * 3
    assert [view.rate * view.bowl.curvatures[-1] for view in shown] == pytest.approx([1.5] * 3)
    assert [view.factors[-1] for view in shown] == pytest.approx([-0.5] * 3)


def test_at_c_1_raw_features_need_millions_of_steps_and_standardized_ones_two():
    raw, centred, standardized = views(Setting())
    assert (raw.needed_from_zero, centred.needed_from_zero, standardized.needed_from_zero) == (
        pytest.approx(11_806_118, abs=5),
        1249,
        2,
    )
    assert (raw.needed, centred.needed, standardized.needed) == (pytest.approx(2_423_680, abs=5), 928, 2)
    assert [round(view.bowl.condition, 2) for view in (centred, standardized)] == [203.62, 1.03]


def test_the_mixture_of_features_is_what_was_asked_for():
    assert np.corrcoef(students(0.9)[0].T)[0, 1] == pytest.approx(0.9)
    assert views(Setting(rho=0.9))[2].bowl.condition == pytest.approx(19.0)


@pytest.mark.parametrize(
    ("c", "says"),
    [
        (1.0, "Stable: across"),
        (1.5, "It overshoots, and comes closer all the same."),
        (1.9, "Just below the largest stable rate"),
        (2.0, "Exactly the largest stable rate"),
        (2.05, "Above the largest stable rate"),
    ],
)
def test_every_kind_of_rate_has_its_words(c, says):
    setting = Setting(c=c)
    parts = bowl_parts(setting, views(setting), playing=False)
    assert says in parts["stability"]
    assert ("never" in parts["pictures"]) == (c >= 2)
    assert f'data-act="c={c:g}"' in parts["controls"] or c not in [stop for stop, _ in STOPS]


def test_the_sheet_has_the_numbers_of_the_moment():
    setting = Setting(step=10)
    shown = views(setting)
    parts = bowl_parts(setting, shown, playing=True)
    assert "After 10 steps" in parts["say"]
    assert "0.958</b> (raw)" in parts["say"]
    assert 'data-play="next:250"' in parts["moment"]
    assert "2.4 million" in parts["numbers"]
    assert "12 million" in parts["numbers"]
    assert parts["pictures"].count('data-place="w1 w2"') == 3
    assert "data-play" not in bowl_parts(setting, shown, playing=False)["moment"]


def test_the_ends_of_every_setting_can_be_drawn():
    for setting in (
        Setting(w1=0.0, w2=0.0, step=0),
        Setting(w1=1.6, w2=-1.6, c=2.2, rho=0.98, step=len(MOMENTS) - 1),
        Setting(w1=-1.6, w2=1.6, c=0.02, rho=-0.98, step=len(MOMENTS) - 1),
    ):
        shown = views(setting)
        html = "".join(bowl_parts(setting, shown, playing=False).values())
        assert not re.search(r"\bnan\b|\binf\b|not a number", html)
    assert views(Setting(c=2.2, step=len(MOMENTS) - 1))[0].excess == math.inf
    above = Setting(c=2.2, step=len(MOMENTS) - 1)
    assert "more than any number" in bowl_parts(above, views(above), playing=False)["say"]
