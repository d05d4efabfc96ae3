from __future__ import annotations

import re

import pytest

from app.maths import number_text
from app.steps.batch import ONE, TWO
from app.steps.cases import batch_of_one, batch_of_two, is_undone, small_batches, undone
from tests.app.steps.scenes import scene


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def test_undoing_says_its_numbers_and_what_they_leave():
    shown = scene(eps=0.1)
    found = shown.undoing
    said = text(undone(shown))
    assert f"the largest |y − z| of this batch is {number_text(found.gap, 2)}: nothing but rounding" in said
    assert f"γ = σ (here {number_text(found.sigma)}). That leaves ε out" in said
    assert f"the largest |y − z| is {number_text(found.sigma_gap, 3)} at ε = 0.1" in said
    assert f"{number_text(found.sigma_gap_without_eps, 2)} at ε = 0, where it is exact" in said
    assert found.sigma_gap > 0.04


@pytest.mark.parametrize("neuron", ["1", "2"])
def test_it_is_undone_only_with_both_numbers_to_the_last_digit(neuron):
    start = scene(neuron=neuron)
    both = {f"gamma{neuron}": start.undoing.gamma, f"beta{neuron}": start.undoing.beta}
    assert is_undone(scene(neuron=neuron, **both))
    assert "It is undone now: y = z." in text(undone(scene(neuron=neuron, **both)))
    assert not is_undone(scene(neuron=neuron, **{**both, f"beta{neuron}": start.undoing.beta + 1e-15}))
    assert not is_undone(scene(neuron=neuron, **{**both, f"gamma{neuron}": start.undoing.sigma}))
    assert "It is undone now" not in undone(start)


def test_a_batch_of_one_shows_the_engines_numbers():
    said = text(batch_of_one(scene(batch=ONE, beta1=0.75)))
    assert "z^ = 0,y=β=0.75,∂L∂z=0".replace(" ", "") in said.replace(" ", "")
    assert "y is beta (0.75) for everyone" in said


@pytest.mark.parametrize("eps", [1e-12, 1e-3, 1.0])
def test_a_batch_of_two_shows_its_closed_form_and_where_epsilon_is(eps):
    shown = scene(batch=TWO, eps=eps)
    html = batch_of_two(shown)
    said = text(html).replace(" ", "")
    assert f"=±{number_text(shown.pair.z_hat)}" in said
    assert f"=±{number_text(abs(shown.pair.dz))}" in said
    assert f"|dz| over epsilon: {number_text(max(map(abs, shown.column('dz'))))} at the current epsilon {number_text(eps)}" in html
    place = re.search(r"cx='([-\d.e]+)%'", html[html.index("<figure") :])
    assert float(place.group(1)) == pytest.approx(100 * {1e-12: 0, 1e-3: 9, 1.0: 12}[eps] / 13, abs=0.1)


def test_equal_students_are_a_batch_of_two_as_well():
    html = batch_of_two(scene(batch=(TWO[0], TWO[0])))
    assert "d = 0." in text(html)
    assert "2d²</span>" not in html


def test_small_batches_are_offered():
    assert re.findall('data-act="(\\w+)"', small_batches()) == ["one", "two"]
