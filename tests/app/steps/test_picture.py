from __future__ import annotations

import re

import pytest

from app.steps.batch import NOTES, ONE, TWO
from app.steps.picture import LINES, Span, distribution, needed_span, rounded_up
from app.steps.stages import STAGES
from tests.app.steps.scenes import scene

SPAN = Span(-5.0, 5.0, 0.2)


def places(html, symbol):
    """Return where the marks of a symbol stand, in percent of the width."""
    groups = re.findall(rf"<g class='mark class[01]' data-symbol='{symbol}'>(.*?)</g>", html)
    return [float(re.search(r"(?:cx|svg x)='([-\d.e]+)%'", group).group(1)) for group in groups]


def test_marks_stand_where_the_numbers_are():
    shown = scene(stage="y", gamma1=1.5, beta1=-0.5)
    html = distribution(shown, SPAN)
    for symbol, name in (("z", "z"), ("z_hat", "z_hat"), ("y", "y")):
        assert places(html, symbol) == pytest.approx([10 * value + 50 for value in shown.column(name)], abs=0.01)


@pytest.mark.parametrize("stage", list(STAGES))
@pytest.mark.parametrize("batch", [NOTES, ONE, TWO, NOTES * 4])
def test_every_stage_shows_every_student_on_every_line(stage, batch):
    shown = scene(stage=stage, batch=batch)
    html = distribution(shown, needed_span(shown, 2.0, 2.0))
    for symbol in LINES[stage]:
        assert len(places(html, symbol)) == len(batch)
    assert html.count("<line class='mark line muted thin'") == len(LINES[stage]) + len(batch) * (len(LINES[stage]) - 1)


@pytest.mark.parametrize("gamma", [-2.0, -0.3, 0.0, 2.0])
@pytest.mark.parametrize("beta", [-2.0, 2.0])
def test_the_axis_does_not_move_with_gamma_and_beta_and_has_room_for_them(gamma, beta):
    span = needed_span(scene(gamma1=gamma, beta1=beta, activation="tanh", out1=0.1, out2=0.1), 2.0, 2.0)
    still = needed_span(scene(activation="tanh", out1=0.1, out2=0.1), 2.0, 2.0)
    assert (span.low, span.high) == (still.low, still.high)
    y = scene(gamma1=gamma, beta1=beta).column("y")
    assert span.low <= min(y) <= max(y) <= span.high


def test_what_is_beyond_the_axis_stands_at_its_end():
    assert places(distribution(scene(), Span(-1.0, 1.0, 1.0)), "z") == pytest.approx([65, 100, 77.5, 100])


def test_backward_stages_have_an_axis_of_their_own():
    shown = scene(stage="dz")
    assert places(distribution(shown, SPAN), "dz") == pytest.approx([250 * value + 50 for value in shown.column("dz")], abs=0.01)


def test_a_picture_says_its_numbers():
    assert (
        "aria-label='Normalise: z (0.3, 3.2, 0.55, 2.75) to ẑ (−1.09, 1.16, −0.893, 0.815), on an axis from -5 to 5'"
        in distribution(scene(stage="z_hat"), SPAN)
    )


def test_marks_that_are_close_share_their_numbers():
    html = distribution(scene(batch=TWO), SPAN)
    assert re.findall(r"<span class='words middle '[^>]*>([^<]*)</span>", html) == ["1, 2"]


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, 1.0), (1.0, 1.0), (1.01, 1.5), (71.0, 100.0), (3e-9, 3e-9), (2e12, 2e12), (9.99, 10)]
)
def test_limits_are_round_and_not_less(value, expected):
    assert rounded_up(value) == expected
