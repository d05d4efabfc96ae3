from __future__ import annotations

import re

import pytest

from app.steps.batch import NOTES, Row
from app.steps.controls import batch_table, knobs, numbers_table
from app.steps.messages import messages
from app.steps.settings import DEFAULTS, SETTINGS
from app.steps.stages import STAGES, neighbour
from app.steps.strip import strip


def inputs(html):
    return dict(re.findall(r'data-input="([\w:]+)"[^>]*? value="([^"]*)"', html))


def test_sliders_stand_at_the_values_of_the_chosen_neuron():
    html = knobs({**DEFAULTS, "neuron": "2", "gamma2": -1.25, "beta2": 0.5, "eps": 1e-5}, 3.0, 2.0)
    assert inputs(html) == {"gamma": "-1.25", "beta": "0.5", "log_eps": "-5"}
    assert re.findall("<output>(.*?)</output>", html) == ["−1.25", "0.5", "1·10⁻⁵"]
    assert 'min="-3" max="3"' in html
    assert '<option value="2" selected>2</option>' in html


def test_cells_hold_what_was_typed_and_nothing_of_it_is_markup():
    html = batch_table((Row('"><b>', "84", True),), "<i>")
    assert inputs(html) == {"cgpa:1": "&quot;&gt;&lt;b&gt;", "iq:1": "84"}
    assert "<b>" not in html
    assert "&lt;i&gt;</textarea>" in html
    assert 'data-input="placed:1" aria-label="Row 1, placed" checked' in html


@pytest.mark.parametrize(("size", "disabled"), [(4, False), (16, True)])
def test_no_more_than_16_can_be_added(size, disabled):
    assert ('data-act="add" disabled' in batch_table((NOTES * 4)[:size], "")) is disabled


def test_every_number_has_its_box():
    boxes = inputs(numbers_table(DEFAULTS))
    assert set(boxes) == {name for name, (spec, _) in SETTINGS.items() if spec.kind == "float"}
    assert all(float(boxes[name]) == DEFAULTS[name] for name in boxes)


@pytest.mark.parametrize("stage", list(STAGES))
def test_the_strip_marks_its_stage_and_ends_at_the_ends(stage):
    html = strip(stage, playing=False)
    assert re.findall(r'data-act="stage:(\w+)" data-symbol="\w+" aria-current="step"', html) == [stage]
    assert ('data-act="back" disabled' in html) is (stage == "z")
    assert ('data-act="next" disabled' in html) is (stage == "db")
    assert "data-play" not in html
    assert 'data-play="next:2500"' in strip(stage, playing=True)


def test_stepping_goes_through_all_stages_once():
    seen = ["z"]
    while seen[-1] != "db":
        seen.append(neighbour(seen[-1], 1))
    assert seen == list(STAGES)
    assert neighbour("db", -100) == "z"


def test_messages_tell_what_happens_to_a_row():
    assert messages(["a"], left_out=True).endswith("<p>The row is left out until it is mended; what was typed is kept.</p></div>")
