"""Each formula, evaluated by its printed numbers, gives the printed result: what is shown adds up."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from app.steps.backward import BACKWARD
from app.steps.batch import NOTES, ONE, TWO, Row
from app.steps.forward import FORWARD
from app.steps.stages import STAGES
from tests.app.steps.scenes import scene

FORMULAS = {**FORWARD, **BACKWARD}
SIGNS = {"−": "-", "·": "*", "+": "+", "/": "/", "(": "(", ")": ")", ",": ","}
WORDS = {"max": "max", "tanh": "math.tanh"}


def spell(node: ElementTree.Element) -> str:
    """Return Python of a formula's numbers; what is no number, such as a symbol, is left as its letter."""
    parts = [spell(child) for child in node]
    match node.tag:
        case "mn":
            return f"({node.text})"
        case "mo":
            return SIGNS.get(node.text or "", f" {node.text} ")
        case "mi":
            return "math.e" if node.text == "e" else f"[{node.text}]"
        case "mtext":
            return WORDS.get((node.text or "").strip(), f"{{{(node.text or '').strip()}}}")
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msqrt":
            return f"math.sqrt({''.join(parts)})"
        case "msup":
            return f"(({parts[0]})**({parts[1]}))"
        case _:
            return "".join(parts)


def equations(line: str) -> list[tuple[float, float]]:
    """Return what every equation between numbers of a line says, both sides evaluated."""
    found = []
    spelled, _, _ = spell(ElementTree.fromstring(f"<math>{line}</math>")).partition("{because}")
    for clause in re.split(r",(?=\[)", spelled):
        sides = [side.strip() for side in clause.replace("←", "=").split(" = ") if "[" not in side]
        values = [float(eval(side.replace(")(", ")*("), {"math": math, "max": max})) for side in sides]
        found += list(pairwise(values))
    return found


@pytest.mark.parametrize("stage", list(STAGES))
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize(
    "changes", [{}, {"neuron": "2", "student": 2, "gamma2": -1.5, "beta2": 0.25}, {"batch": TWO}, {"batch": ONE}]
)
def test_the_numbers_of_a_formula_give_its_result(monkeypatch, stage, activation, changes):
    monkeypatch.setattr("app.maths.number_text", lambda value, digits=4: repr(float(value)))
    _, numbers = FORMULAS[stage](scene(**changes, activation=activation, stage=stage))
    pairs = [pair for line in numbers for pair in equations(line)]
    assert len(pairs) == {"running": 2, "loss": 2, "da": 2, "dw": 2}.get(stage, 1)
    for found, said in pairs:
        assert found == pytest.approx(said, rel=1e-9, abs=1e-12)


def test_every_stage_has_its_formula():
    assert list(FORMULAS) == list(STAGES)


@pytest.mark.parametrize("stage", list(STAGES))
@pytest.mark.parametrize("m", [1, 2, 5, 16])
def test_formulas_are_well_formed_and_short_however_large_the_batch(stage, m):
    symbols, numbers = FORMULAS[stage](scene(batch=(NOTES * 4)[:m], stage=stage))
    for line in (*symbols, *numbers):
        ElementTree.fromstring(f"<math>{line}</math>")
    assert max(line.count("<mn") for line in numbers) <= 20


def test_many_terms_are_cut_short_in_the_middle():
    _, (line,) = FORMULAS["mu"](scene(batch=NOTES * 2, stage="mu"))
    assert [float(number) for number in re.findall(r"<mn[^>]*>([\d.]+)</mn>", line)] == [0.3, 3.2, 2.75, 8.0, 1.7]
    assert line.count("⋯") == 1


def test_the_student_of_the_formula_is_the_one_chosen_by_its_row():
    rows = (NOTES[0], Row("x", "90", True), *NOTES[1:])
    _, (line,) = FORMULAS["z"](scene(batch=rows, student=2))
    assert "<msub><mi>z</mi><mn>3</mn></msub>" in line
    assert 'title="8.3"' in line
